/// The check sum of gzip (RFC 1952, section 8): polynomial 0xedb88320, bits reflected.
struct CRC32 {
  private var register: UInt32 = .max

  var value: UInt32 { ~register }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    Self.tables.withUnsafeBufferPointer { table in
      // Eight bytes at a time, each looked up with the zeros that follow it.
      while position + 8 <= bytes.count {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(register)
        var next: UInt32 = 0
        for index in 0..<8 { next ^= table[(7 - index) << 8 | Int(word >> UInt64(8 * index) & 255)] }
        register = next
        position += 8
      }
      while position < bytes.count {
        register = table[Int((register ^ UInt32(bytes[position])) & 255)] ^ register >> 8
        position += 1
      }
    }
  }

  /// As `update` with that many zeros, in the time of a few multiplications: a zero byte multiplies the register by x^8.
  mutating func update(zeros count: Int) {
    var left = count
    var power = 3
    while left > 0 {
      if left & 1 != 0 { register = Self.product(register, Self.powers[power & 31]) }
      left >>= 1
      power += 1
    }
  }

  private static let polynomial: UInt32 = 0xedb8_8320

  private static func timesX(_ value: UInt32) -> UInt32 { value & 1 != 0 ? value >> 1 ^ polynomial : value >> 1 }

  /// Product of two polynomials modulo the sum's own; the highest bit is x^0.
  private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var (sum, shifted): (UInt32, UInt32) = (0, b)
    for bit in 0..<32 {
      if a << UInt32(bit) & 0x8000_0000 != 0 { sum ^= shifted }
      shifted = timesX(shifted)
    }
    return sum
  }

  /// Entry k: x^(2^k).
  private static let powers: [UInt32] = {
    var all: [UInt32] = [0x4000_0000]
    while all.count < 32 { all.append(product(all[all.count - 1], all[all.count - 1])) }
    return all
  }()

  /// Entry 256 n + b: what the byte b does to the register when n zeros follow it.
  private static let tables: [UInt32] = {
    var all = (0..<256).map { byte in (0..<8).reduce(UInt32(byte)) { value, _ in timesX(value) } }
    for index in 256..<2048 { all.append(all[Int(all[index - 256] & 255)] ^ all[index - 256] >> 8) }
    return all
  }()
}
