package import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file to which lines are added and from which none is taken: whatever ends who writes, the lines before stay.
package enum LineFile {
  /// Behind what is there; a last line that was cut off is ended first.
  ///
  /// - Parameter line: without its end.
  package static func append(_ line: String, to path: String) throws(FileFault) {
    var text = line + "\n"
    if Files.exists(path), let last = try Files.bytes(of: path).last, last != UInt8(ascii: "\n") { text = "\n" + text }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFault("cannot write the file", path, errno) }
    defer { close(descriptor) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileFault("cannot write the file", path, errno) }
      bytes = bytes.dropFirst(count)
    }
  }
}
