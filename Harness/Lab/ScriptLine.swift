#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The first line of a script, `#!INTERPRETER ARGUMENT`, as the kernel reads it (execve(2)): a script whose interpreter
/// is missing cannot be started, though it is there and may be executed.
package struct ScriptLine: Hashable, Sendable {
  /// Path of the program that reads the script.
  package var interpreter: String
  /// All that follows it, which the kernel hands on as one argument; empty for none.
  package var argument: String

  /// What the kernel reads of the line.
  private static let limit = 256

  /// Nil for what is no script: a program, or something that a handler of the system knows.
  package init?(ofFile path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.limit)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 2, bytes.starts(with: Array("#!".utf8)) else { return nil }
    let line = bytes[2..<count].prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
    self.init(text: String(decoding: line, as: UTF8.self))
  }

  /// What stands behind `#!`.
  package init(text: String) {
    let line = Self.trimmed(text[...])
    let name = line.prefix { $0 != " " && $0 != "\t" }
    interpreter = String(name)
    argument = String(Self.trimmed(line.dropFirst(name.count)))
  }

  /// The program that env(1) is asked to look up; nil where the interpreter is another, or what it will look up cannot be
  /// told.
  package var lookedUp: String? {
    guard interpreter.hasSuffix("/env"), !argument.isEmpty else { return nil }
    guard argument.hasPrefix("-") else { return argument.contains("=") ? nil : argument }
    guard argument.hasPrefix("-S") else { return nil }
    let word = Self.trimmed(argument.dropFirst(2)).prefix { $0 != " " && $0 != "\t" }
    return word.isEmpty || word.hasPrefix("-") || word.contains("=") ? nil : String(word)
  }

  /// What keeps the script from being started, as the end of a sentence; nil for nothing. Where the client is given a
  /// `PATH` of its own, what env(1) will find is not known.
  package func trouble(whereLookupIsKnown isLookupKnown: Bool = true) -> String? {
    // A line end of Windows becomes part of the name.
    let isForeign = interpreter.hasSuffix("\r") || argument.hasSuffix("\r")
    let hint = isForeign ? " (its first line ends with a carriage return)" : ""
    if ProgramPath.find(interpreter) == nil || !interpreter.contains("/") {
      let name = interpreter.filter { $0 != "\r" }
      return name.isEmpty ? "names no interpreter behind #!" : "is a script for \(name), which is not here\(hint)"
    }
    guard isLookupKnown, let name = lookedUp, ProgramPath.find(name) == nil else { return nil }
    return "is a script for \(name.filter { $0 != "\r" }), which is not in PATH\(hint)"
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
