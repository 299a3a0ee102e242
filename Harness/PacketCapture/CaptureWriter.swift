import Glibc

/// Writes classic pcap with nanosecond stamps, plain or gzipped.
///
/// Our own writer rather than libpcap's: it can tell a full disk from anything else, and leave a file that ends on a
/// whole frame, gzipped or not.
public final class CaptureWriter {
  /// Bytes of the file so far, before compression, those in the buffer included.
  public private(set) var size: Int64 = 0

  private let path: String
  private var descriptor: Int32
  private let packer: GzipPacker?
  private let buffer: UnsafeMutableRawBufferPointer
  private var filled = 0
  /// Bytes of the file that stay as they are.
  private var stored = 0
  /// Behind them, where it is gzipped, what ends it.
  private var ending: [UInt8] = []
  private var flushedSize: Int64 = 0
  private var hasFailed = false

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

  /// Appends one frame, with zeros for the bytes in `ranges` (ascending, none overlapping, all within the frame).
  ///
  /// - Throws: `CaptureError` of kind `writeFailed`, after which the file ends on a whole frame: plain, on the last for
  ///   which there was room; gzipped, on the last that was flushed.
  public func write(_ frame: Frame, zeroing ranges: [Range<Int>] = []) throws(CaptureError) {
    let needed = Self.recordHeaderSize + frame.bytes.count
    if let packer, packer.packed.count > buffer.count { try flush() }
    if filled + needed > buffer.count { try makeRoom() }
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

  /// Writes out what is buffered. The file is whole then, as far as it goes: gzipped, it has an end, which is written
  /// over when more comes.
  public func flush() throws(CaptureError) {
    guard size > flushedSize else { return }
    try makeRoom()
    if let packer { try store(packer) }
    flushedSize = size
  }

  /// Flushes and closes; the file is complete on return.
  public func close() throws(CaptureError) {
    guard descriptor >= 0 else { return }
    var failure: CaptureError?
    // What was lost in a failed write must not be followed by anything.
    if !hasFailed { do { try flush() } catch { failure = error } }
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
      if filled == buffer.count { try makeRoom() }
      let step = min(rest.count, buffer.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: rest[..<step]))
      filled += step
      rest = UnsafeRawBufferPointer(rebasing: rest[step...])
    }
  }

  private func put(zeros count: Int) throws(CaptureError) {
    if let packer {
      try makeRoom()
      packer.append(zeros: count)
      return
    }
    var left = count
    while left > 0 {
      if filled == buffer.count { try makeRoom() }
      let step = min(left, buffer.count - filled)
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + step])
      room.initializeMemory(as: UInt8.self, repeating: 0)
      filled += step
      left -= step
    }
  }

  private func makeRoom() throws(CaptureError) {
    let pending = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
    filled = 0
    if let packer { return packer.append(pending) }
    do throws(CaptureError) {
      try write(pending, at: stored)
    } catch {
      cutToWholeFrames()
      throw error
    }
    stored += pending.count
  }

  /// Writes what was packed over the end of the file, and a new end behind it. Where there is no room for it, the file
  /// is what it was before.
  private func store(_ packer: GzipPacker) throws(CaptureError) {
    packer.pause()
    let packed = packer.packed
    packer.packed = []
    let next = packer.ending
    do throws(CaptureError) {
      try write(packed + next, at: stored)
    } catch {
      // In this order it needs no room.
      try? write(ending, at: stored)
      ftruncate(descriptor, off_t(stored + ending.count))
      throw error
    }
    stored += packed.count
    ending = next
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(CaptureError) {
    var failure: CaptureError?
    bytes.withUnsafeBytes { bytes in
      do throws(CaptureError) { try write(bytes, at: offset) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CaptureError) {
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0 {
      let count = pwrite(descriptor, base, rest.count, off_t(offset + bytes.count - rest.count))
      if count < 0 {
        if errno == EINTR { continue }
        hasFailed = true
        throw failed(String(cString: strerror(errno)))
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
