import Foundation

/// The package's own files, as the tests of this target read them.
enum SourceTree {
  struct File {
    /// From the package's root: `Harness/Lab/Launcher.swift`.
    let path: String
    let text: String

    /// The target's folder: `Harness/Lab`.
    var target: String { path.split(separator: "/").prefix(2).joined(separator: "/") }
    var name: Substring { target.split(separator: "/").last ?? "" }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func manifest() throws -> String {
    try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
  }

  /// The Swift files below a top folder, ordered by path.
  static func files(in wing: String) throws -> [File] {
    // The folder may be a link.
    let folder = root.appending(path: wing).resolvingSymlinksInPath()
    guard let paths = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    return try paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      File(path: wing + "/" + path, text: try String(contentsOf: folder.appending(path: path), encoding: .utf8))
    }
  }

  /// Names of the targets below a top folder.
  static func targets(in wing: String) throws -> Set<String> {
    let folder = root.appending(path: wing).resolvingSymlinksInPath()
    let entries = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
    return Set(entries.filter { $0.hasDirectoryPath }.map(\.lastPathComponent))
  }
}

/// Swift source, as far as the house rules look into it.
enum SwiftText {
  private static let importKinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "actor", "func", "var", "let", "typealias",
  ]

  /// Modules that a line imports, whatever stands before or after the word `import`.
  static func imports(in line: Substring) -> [String] {
    let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
    return code.split(separator: ";").compactMap { statement in
      let words = statement.split { $0 == " " || $0 == "\t" }
      guard let position = words.firstIndex(of: "import"),
        words[..<position].allSatisfy({ $0.hasPrefix("@") || accessWords.contains($0) })
      else { return nil }
      let rest = words[(position + 1)...].drop { importKinds.contains($0) }
      return rest.first.flatMap { $0.split(separator: ".").first }.map(String.init)
    }
  }

  private static let accessWords: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]

  /// Calls of `name(…)` in `text`, each with what stands between its parentheses.
  static func calls(of name: String, in text: String) -> [Substring] {
    var calls: [Substring] = []
    var rest = text[...]
    while let start = rest.firstRange(of: name + "(") {
      let before = rest[..<start.lowerBound].last
      rest = rest[start.upperBound...]
      if let before, before.isLetter || before.isNumber || before == "_" { continue }
      var depth = 1
      let end = rest.firstIndex { character in
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        return depth == 0
      }
      guard let end else { break }
      calls.append(rest[..<end])
    }
    return calls
  }

  /// The string literals of a piece of source.
  static func strings(in text: Substring) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
  }
}
