import Glibc

/// Packs bytes as a gzip file (RFC 1952).
///
/// Made for scrubbed captures, which are nearly all zeros: it is told where zeros are, and a run of them costs the time of
/// filling memory. The gzip program took 9 s of processor time for the 2 GiB of a swarm of 33; this takes a tenth.
final class GzipPacker {
  /// Written and not yet taken.
  var packed: [UInt8] {
    get { blocks.bytes }
    _modify { yield &blocks.bytes }
  }

  private var blocks = BlockWriter()
  private var sum = CRC32()
  private var size: UInt32 = 0
  /// The last 32 KiB that were packed, then what is to be packed.
  private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: GzipPacker.capacity, alignment: 16)
  private var end = 0
  private var packedEnd = 0
  /// Where four bytes were seen last, by their hash; negative for nowhere.
  private let places = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 1 << GzipPacker.hashBits)
  private let tokens = UnsafeMutableBufferPointer<Token>.allocate(capacity: 1 << 15)
  private var tokenCount = 0

  private static let capacity = 1 << 20
  private static let reach = 32768
  private static let longest = 258
  private static let hashBits = 15

  init() {
    places.initialize(repeating: -1)
    // Deflated, no flags, no time (the same bytes for the same capture), made on Unix.
    blocks.bytes = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
  }

  deinit {
    bytes.deallocate()
    places.deallocate()
    tokens.deallocate()
  }

  func append(_ new: UnsafeRawBufferPointer) {
    sum.update(new)
    size &+= UInt32(truncatingIfNeeded: new.count)
    var rest = new
    while !rest.isEmpty {
      if end == Self.capacity { makeRoom() }
      let step = min(rest.count, Self.capacity - end)
      UnsafeMutableRawBufferPointer(rebasing: bytes[end...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: rest[..<step]))
      end += step
      rest = UnsafeRawBufferPointer(rebasing: rest[step...])
    }
  }

  func append(zeros count: Int) {
    sum.update(zeros: count)
    size &+= UInt32(truncatingIfNeeded: count)
    var left = count
    while left > 0 {
      if end == Self.capacity { makeRoom() }
      pack()
      let step = min(left, Self.capacity - end)
      UnsafeMutableRawBufferPointer(rebasing: bytes[end..<end + step]).initializeMemory(as: UInt8.self, repeating: 0)
      end += step
      left -= step
      var run = step
      if end == step || bytes[end - step - 1] != 0 {
        emit(Token(value: 0, distance: 0))
        run -= 1
      }
      while run >= 3 {
        let length = min(run, Self.longest)
        emit(Token(value: UInt16(length), distance: 1))
        run -= length
      }
      for _ in 0..<run { emit(Token(value: 0, distance: 0)) }
      packedEnd = end
    }
  }

  /// Ends the file.
  func finish() {
    pack()
    writeBlock(isLast: true)
    blocks.fillByte()
    for word in [sum.value, size] { withUnsafeBytes(of: word.littleEndian) { blocks.bytes.append(contentsOf: $0) } }
  }

  private func emit(_ token: Token) {
    tokens[tokenCount] = token
    tokenCount += 1
    if tokenCount == tokens.count { writeBlock(isLast: false) }
  }

  private func writeBlock(isLast: Bool) {
    blocks.write(UnsafeBufferPointer(rebasing: tokens[..<tokenCount]), isLast: isLast)
    tokenCount = 0
  }

  /// Packs all there is and forgets what is out of reach.
  private func makeRoom() {
    pack()
    let shift = end - Self.reach
    guard shift > 0, let base = bytes.baseAddress else { return }
    memmove(base, base + shift, Self.reach)
    end = Self.reach
    packedEnd = end
    for slot in places.indices { places[slot] = max(-1, places[slot] - Int32(shift)) }
  }

  private func word(_ place: Int) -> UInt32 { bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self) }

  private func slot(_ word: UInt32) -> Int { Int((word &* 0x9e37_79b1) >> UInt32(32 - Self.hashBits)) }

  /// Greedy: each repetition of at least four bytes that the last place with the same four offers is taken.
  private func pack() {
    while packedEnd + 4 <= end {
      let here = word(packedEnd)
      let slot = slot(here)
      let there = Int(places[slot])
      places[slot] = Int32(packedEnd)
      guard there >= 0, packedEnd - there <= Self.reach, word(there) == here else {
        emit(Token(value: UInt16(bytes[packedEnd]), distance: 0))
        packedEnd += 1
        continue
      }
      let most = min(Self.longest, end - packedEnd)
      var length = 4
      while length < most && bytes[there + length] == bytes[packedEnd + length] { length += 1 }
      emit(Token(value: UInt16(length), distance: UInt16(packedEnd - there)))
      var place = packedEnd + 1
      packedEnd += length
      while place < packedEnd && place + 4 <= end {
        places[self.slot(word(place))] = Int32(place)
        place += 1
      }
    }
    while packedEnd < end {
      emit(Token(value: UInt16(bytes[packedEnd]), distance: 0))
      packedEnd += 1
    }
  }
}
