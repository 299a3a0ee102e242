#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The log of a process, kept up to a bound: what comes after is read and dropped, so that neither the disk fills nor
/// the process waits.
package struct CappedLog: ~Copyable, Sendable {
  package static let defaultLimit = 16 << 20
  package static let notice = "\n[swarmlab: the log reached its bound; what follows was dropped]\n"

  private let descriptor: Int32
  private var room: Int

  /// Throws `LabError` when the file cannot be created.
  package init(path: String, limit: Int = defaultLimit) throws(LabError) {
    descriptor = try Descriptor.appending(to: path)
    room = limit
  }

  deinit { close(descriptor) }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard room > 0 else { return }
    Descriptor.write(bytes.prefix(room), to: descriptor)
    room -= bytes.count
    if room <= 0 { Descriptor.write(Self.notice.utf8, to: descriptor) }
  }

  /// The last lines of a log file, for an error.
  package static func lastLines(of path: String, count: Int = 12) -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    var buffer = [UInt8](repeating: 0, count: 8192)
    let read = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, max(0, end - 8192)) }
    return String(decoding: buffer[..<max(0, read)], as: UTF8.self).split(separator: "\n").suffix(count).map(
      String.init)
  }
}
