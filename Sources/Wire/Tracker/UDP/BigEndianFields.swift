/// Reads numbers and bytes one after the other; nil once there are not enough.
struct BigEndianFields {
  private let content: [UInt8]
  private var offset = 0

  init(_ bytes: some Collection<UInt8>) { content = Array(bytes) }

  var remaining: Int { content.count - offset }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard count <= remaining else { return nil }
    defer { offset += count }
    return Array(content[offset..<offset + count])
  }

  mutating func uint16() -> UInt16? { number() }
  mutating func uint32() -> UInt32? { number() }
  mutating func uint64() -> UInt64? { number() }

  private mutating func number<Number: FixedWidthInteger>() -> Number? {
    let size = Number.bitWidth / 8
    guard size <= remaining else { return nil }
    defer { offset += size }
    return content[offset..<offset + size].reduce(0) { $0 << 8 | Number($1) }
  }
}
