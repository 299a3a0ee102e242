public import Wire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The payload of a torrent on disk, read block by block.
public final class PayloadFiles {
  private struct Part {
    /// Offset of its first byte in the payload.
    let start: Int64
    let length: Int64
    let path: String
    /// -1 for padding, which is zeros and no file (BEP 47).
    let descriptor: Int32
  }

  private let metainfo: Metainfo
  private var parts: [Part] = []

  /// - Parameter path: the file of a single-file torrent, the torrent's own folder else; or the folder that holds it.
  /// - Throws: `LiveFailure` for a file that is missing, cannot be read, or has not the torrent's length.
  public init(_ metainfo: Metainfo, at path: String) throws(LiveFailure) {
    self.metainfo = metainfo
    var status = stat()
    let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    let inside = path + "/" + metainfo.name
    let isAround = isFolder && (metainfo.isSingleFile || stat(inside, &status) == 0)
    let root = isAround ? inside : path
    var start: Int64 = 0
    for file in metainfo.files {
      let place = metainfo.isSingleFile ? root : ([root] + file.path).joined(separator: "/")
      let descriptor = file.isPadding ? -1 : open(place, O_RDONLY | O_CLOEXEC)
      guard file.isPadding || (descriptor >= 0 && fstat(descriptor, &status) == 0) else {
        throw LiveFailure(
          what: "cannot be read: \(String(cString: strerror(errno)))", place: place, expected: "a file of the torrent")
      }
      guard file.isPadding || Int64(status.st_size) == file.length else {
        throw LiveFailure(
          what: "has \(status.st_size) bytes", place: place, expected: "\(file.length) bytes, as the torrent says")
      }
      parts.append(Part(start: start, length: file.length, path: place, descriptor: descriptor))
      start += file.length
    }
  }

  deinit { for part in parts where part.descriptor >= 0 { close(part.descriptor) } }

  /// - Throws: `LiveFailure` where the disk does not give what it had at first.
  func bytes(of block: Block) throws(LiveFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(block.length))
    let begin = Int64(block.piece) * metainfo.pieceLength + Int64(block.begin)
    let end = begin + Int64(block.length)
    for part in parts where part.descriptor >= 0 && part.start < end && part.start + part.length > begin {
      var position = max(begin, part.start)
      let stop = min(end, part.start + part.length)
      while position < stop {
        let count = bytes.withUnsafeMutableBytes { raw in
          pread(
            part.descriptor, raw.baseAddress?.advanced(by: Int(position - begin)), Int(stop - position),
            off_t(position - part.start))
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          throw LiveFailure(what: "cannot be read any more", place: part.path, expected: "the file as it was at first")
        }
        position += Int64(count)
      }
    }
    return bytes
  }
}

/// Why a conversation cannot be had at all.
public struct LiveFailure: Error, Hashable, Sendable {
  public var what: String
  public var place: String
  public var expected: String

  public init(what: String, place: String, expected: String) {
    self.what = what
    self.place = place
    self.expected = expected
  }
}
