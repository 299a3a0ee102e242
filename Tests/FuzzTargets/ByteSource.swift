/// Bytes as choices; zeros when they are used up.
struct ByteSource {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isEmpty: Bool { place >= bytes.count }

  mutating func byte() -> UInt8 {
    guard !isEmpty else { return 0 }
    place += 1
    return bytes[place - 1]
  }

  mutating func below(_ bound: Int) -> Int { Int(byte()) % bound }
  mutating func flag() -> Bool { byte() & 1 == 1 }

  mutating func bytes(atMost count: Int) -> [UInt8] {
    let taken = bytes[min(place, bytes.count)..<min(place + count, bytes.count)]
    place += taken.count
    return Array(taken)
  }
}
