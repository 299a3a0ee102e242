import Glibc

/// Writes classic pcap with nanosecond stamps, plain or gzipped.
///
/// Our own writer rather than libpcap's: it can tell a full disk from anything else, and leave a file that ends on a
/// whole frame.
public final class CaptureWriter {
  /// Bytes of the file so far, before compression, those in the buffer included.
  public private(set) var size: Int64 = 0

  private let path: String
  private var descriptor: Int32
  private let packer: GzipPacker?
  private let buffer: UnsafeMutableRawBufferPointer
  private var filled = 0
  /// The file ends in a hole, and has not its length yet.
  private var endsInHole = false

  /// From so many zeros on a file system can leave some pages out.
  private static let hole = 8192

  public static let snapLength = 262_144
  static let headerSize = 24
  static let recordHeaderSize = 16

  /// Creates `path`, replacing what is there. A name ending in `.gz` is gzipped.
  ///
  /// - Throws: `CaptureError` when the file cannot be created.
  public init(path: String, linkType: LinkType, snapLength: Int = CaptureWriter.snapLength) throws(CaptureError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw CaptureError(
        .writeFailed, what: "cannot be created: \(String(cString: strerror(errno)))", place: path,
        mend: "name a folder that exists and that you may write to")
    }
    self.path = path
    descriptor = file
    packer = path.hasSuffix(".gz") ? GzipPacker() : nil
    buffer = .allocate(byteCount: 1 << 20, alignment: 16)
    for word in [0xa1b2_3c4d, 0x0004_0002, 0, 0, UInt32(snapLength), linkType.fileValue] { put(word) }
    size = Int64(Self.headerSize)
  }

  deinit {
    if descriptor >= 0 { Glibc.close(descriptor) }
    buffer.deallocate()
  }

  /// Appends one frame, with zeros for the bytes in `ranges` (ascending, none overlapping, all within the frame). Long ones
  /// take no room on the disk: a plain file has holes there.
  ///
  /// - Throws: `CaptureError` of kind `writeFailed`, after which the file (if plain) ends on a whole frame.
  public func write(_ frame: Frame, zeroing ranges: [Range<Int>] = []) throws(CaptureError) {
    let needed = Self.recordHeaderSize + frame.bytes.count
    if filled + needed > buffer.count { try flush() }
    let (seconds, nanoseconds) = frame.timeNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    put(UInt32(truncatingIfNeeded: seconds))
    put(UInt32(truncatingIfNeeded: nanoseconds))
    put(UInt32(frame.bytes.count))
    put(UInt32(frame.originalLength))
    size += Int64(needed)
    var position = 0
    for range in ranges {
      try put(frame.bytes, position..<range.lowerBound)
      try put(zeros: range.count)
      position = range.upperBound
    }
    try put(frame.bytes, position..<frame.bytes.count)
  }

  /// Writes out what is buffered.
  public func flush() throws(CaptureError) {
    let pending = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
    filled = 0
    guard let packer else { return try drain(pending) }
    packer.append(pending)
    if packer.packed.count > buffer.count { try drainPacked(packer) }
  }

  /// Flushes and closes; the file is complete on return.
  public func close() throws(CaptureError) {
    guard descriptor >= 0 else { return }
    var failure: CaptureError?
    do {
      try flush()
      if let packer {
        packer.finish()
        try drainPacked(packer)
      }
      try giveLength()
    } catch { failure = error }
    let closed = Glibc.close(descriptor)
    descriptor = -1
    if let failure { throw failure }
    if closed != 0 { throw failed(String(cString: strerror(errno))) }
  }

  private func put(_ word: UInt32) {
    buffer.storeBytes(of: word, toByteOffset: filled, as: UInt32.self)
    filled += 4
  }

  private func put(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(CaptureError) {
    var rest = UnsafeRawBufferPointer(rebasing: bytes[range])
    while !rest.isEmpty {
      if filled == buffer.count { try flush() }
      let step = min(rest.count, buffer.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: rest[..<step]))
      filled += step
      rest = UnsafeRawBufferPointer(rebasing: rest[step...])
    }
  }

  private func put(zeros count: Int) throws(CaptureError) {
    if let packer {
      try flush()
      packer.append(zeros: count)
      return
    }
    if count >= Self.hole {
      try flush()
      if lseek(descriptor, off_t(count), SEEK_CUR) < 0 {
        let reason = String(cString: strerror(errno))
        cutToWholeFrames()
        throw failed(reason)
      }
      endsInHole = true
      return
    }
    var left = count
    while left > 0 {
      if filled == buffer.count { try flush() }
      let step = min(left, buffer.count - filled)
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + step])
      room.initializeMemory(as: UInt8.self, repeating: 0)
      filled += step
      left -= step
    }
  }

  private func giveLength() throws(CaptureError) {
    guard endsInHole else { return }
    guard ftruncate(descriptor, lseek(descriptor, 0, SEEK_CUR)) != 0 else { return }
    let reason = String(cString: strerror(errno))
    cutToWholeFrames()
    throw failed(reason)
  }

  private func drainPacked(_ packer: GzipPacker) throws(CaptureError) {
    let packed = packer.packed
    packer.packed = []
    var failure: CaptureError?
    packed.withUnsafeBytes { bytes in
      do throws(CaptureError) { try drain(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func drain(_ bytes: UnsafeRawBufferPointer) throws(CaptureError) {
    var rest = bytes
    if !rest.isEmpty { endsInHole = false }
    while let base = rest.baseAddress, rest.count > 0 {
      let count = Glibc.write(descriptor, base, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        let reason = String(cString: strerror(errno))
        if packer == nil { cutToWholeFrames() }
        throw failed(reason)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// After a failed write: the file may end inside a frame. Walks the records and cuts there.
  private func cutToWholeFrames() {
    let input = open(path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { return }
    defer { Glibc.close(input) }
    let end = lseek(input, 0, SEEK_END)
    var position = Int(Self.headerSize)
    var header = [UInt32](repeating: 0, count: 4)
    while position + Self.recordHeaderSize <= end,
      header.withUnsafeMutableBytes({ pread(input, $0.baseAddress, $0.count, position) }) == Self.recordHeaderSize,
      position + Self.recordHeaderSize + Int(header[2]) <= end
    {
      position += Self.recordHeaderSize + Int(header[2])
    }
    if position <= end { ftruncate(descriptor, position) }
  }

  private func failed(_ reason: String) -> CaptureError {
    CaptureError(
      .writeFailed, what: "cannot be written: \(reason)", place: path, mend: "free some space there, or write elsewhere"
    )
  }
}
