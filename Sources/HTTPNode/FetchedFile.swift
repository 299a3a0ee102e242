import Glibc
import NIOCore

/// A file that grows as it is downloaded.
final class FetchedFile {
  /// Bytes that are there.
  private(set) var size: Int64
  private let path: String
  private let descriptor: Int32

  /// Made where it is not there; what is there stays.
  ///
  /// - Throws: `HTTPTrouble`.
  init(path: String) throws(HTTPTrouble) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw HTTPTrouble("cannot open", path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw HTTPTrouble(code: "storage", text: "\(path) is no regular file")
    }
    size = Int64(status.st_size)
  }

  deinit { close(descriptor) }

  /// - Throws: `HTTPTrouble`; what was written before stays.
  func append(_ bytes: ByteBuffer) throws(HTTPTrouble) {
    var rest = bytes
    while rest.readableBytes > 0 {
      let count = rest.withUnsafeReadableBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(size)) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw HTTPTrouble("cannot write", path, errno) }
      size += Int64(count)
      rest.moveReaderIndex(forwardBy: count)
    }
  }
}
