#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Appends entries to `record.jsonl`. Each line is handed to the kernel as soon as it is written, so that a record
/// survives its writer.
public struct RunRecordWriter: ~Copyable, Sendable {
  private let descriptor: Int32
  private let path: String

  /// Creates the file, or empties it. Throws `RunRecordError`.
  public init(path: String) throws(RunRecordError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RunRecordError(
        what: "cannot be created: \(String(cString: strerror(errno)))", place: path, expected: "a folder to write in")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Throws `RunRecordError` when the line cannot be written whole (a full disk).
  public func append(_ entry: RecordEntry) throws(RunRecordError) {
    let bytes = Array((entry.line + "\n").utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw RunRecordError(
          what: "a line could not be written: \(String(cString: strerror(errno)))", place: path,
          expected: "room for it on the disk")
      }
      written += count
    }
  }
}

/// Reading a record back.
public enum RunRecord {
  /// All entries of a record, in the order they were written. Throws `RunRecordError` naming file and line; a last line
  /// without its line end is named as cut short.
  public static func read(path: String) throws(RunRecordError) -> [RecordEntry] {
    try parse(String(decoding: contents(path), as: UTF8.self), path: path)
  }

  /// The entries of a record whose writer may have been cut off in a line: what follows the last line end is left out.
  public static func salvage(path: String) throws(RunRecordError) -> [RecordEntry] {
    let text = String(decoding: try contents(path), as: UTF8.self)
    return try parse(text.lastIndex(of: "\n").map { String(text[...$0]) } ?? "", path: path)
  }

  /// The entries in `text`, which stands in the file `path`. Throws `RunRecordError`.
  public static func parse(_ text: String, path: String) throws(RunRecordError) -> [RecordEntry] {
    var entries: [RecordEntry] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let isLast = index == lines.count - 1
      if isLast && line.isEmpty { break }
      if isLast {
        throw RunRecordError(
          what: "the last line is cut short, so its run did not end in good order", place: "\(path):\(index + 1)",
          expected: "a line end after every entry; delete that line to read what is before it")
      }
      do {
        entries.append(try RecordEntry(line: line))
      } catch {
        throw RunRecordError(what: error.what, place: "\(path):\(index + 1)", expected: error.expected)
      }
    }
    return entries
  }

  private static func contents(_ path: String) throws(RunRecordError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RunRecordError(
        what: "cannot be read: \(String(cString: strerror(errno)))", place: path, expected: "the record.jsonl of a run")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw RunRecordError(
          what: "cannot be read: \(String(cString: strerror(errno)))", place: path, expected: "the record of a run")
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}

/// `read` of the C library, which the reader's own name hides.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
