import Glibc
import NIOCore

/// A file that is served: open, of a size that does not change.
final class ServedFile {
  /// Under `/` and this name it is asked for.
  let name: String
  let size: Int64
  private let descriptor: Int32

  /// - Throws: `HTTPTrouble` when it cannot be opened, or is no regular file.
  init(path: String) throws(HTTPTrouble) {
    name = path.split(separator: "/").last.map(String.init) ?? path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw HTTPTrouble("cannot open", path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw HTTPTrouble(code: "storage", text: "\(path) is no regular file")
    }
    size = Int64(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads these bytes into an empty buffer; false when the disk does not give them.
  func read(_ range: Range<Int64>, into buffer: inout ByteBuffer) -> Bool {
    let wanted = Int(range.upperBound - range.lowerBound)
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { room in
      var got = 0
      while got < wanted {
        let count = pread(
          descriptor, room.baseAddress.map { $0 + got }, wanted - got, off_t(range.lowerBound) + off_t(got))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        got += count
      }
      return got
    }
    return buffer.readableBytes == wanted
  }
}
