/// A literal byte, or the repetition of bytes that lie `distance` back (RFC 1951, section 3.2.5).
struct Token {
  /// The byte, or the length from 3 to 258.
  var value: UInt16
  /// From 1 to 32768; 0 for a literal.
  var distance: UInt16
}

/// Writes tokens as DEFLATE blocks, each with codes made for it (RFC 1951, section 3.2.7).
struct BlockWriter {
  /// What is written and whole; taken away by whoever stores it.
  var bytes: [UInt8] = []
  private var bits: UInt64 = 0
  private var bitCount = 0

  mutating func write(_ tokens: UnsafeBufferPointer<Token>, isLast: Bool) {
    var literals = [UInt32](repeating: 0, count: 286)
    var distances = [UInt32](repeating: 0, count: 30)
    for token in tokens {
      if token.distance == 0 {
        literals[Int(token.value)] += 1
      } else {
        literals[Int(Length.all[Int(token.value)].symbol)] += 1
        distances[Distance(token.distance).symbol] += 1
      }
    }
    literals[Self.endOfBlock] = 1
    let literalCode = HuffmanCode(frequencies: literals, longest: 15)
    let distanceCode = HuffmanCode(frequencies: distances, longest: 15)
    put(isLast ? 1 : 0, 1)
    put(2, 2)
    writeCodes(literalCode, distanceCode)
    for token in tokens {
      if token.distance == 0 {
        put(literalCode, Int(token.value))
      } else {
        let length = Length.all[Int(token.value)]
        put(literalCode, Int(length.symbol))
        put(UInt64(length.rest), Int(length.bits))
        let distance = Distance(token.distance)
        put(distanceCode, distance.symbol)
        put(UInt64(distance.rest), distance.bits)
      }
    }
    put(literalCode, Self.endOfBlock)
  }

  /// Fills the last byte with zeros.
  mutating func fillByte() {
    while bitCount > 0 {
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
      bitCount = max(0, bitCount - 8)
    }
  }

  private static let endOfBlock = 256

  private mutating func put(_ value: UInt64, _ count: Int) {
    bits |= value << UInt64(bitCount)
    bitCount += count
    guard bitCount >= 32 else { return }
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: bits).littleEndian) { bytes.append(contentsOf: $0) }
    bits >>= 32
    bitCount -= 32
  }

  private mutating func put(_ code: HuffmanCode, _ symbol: Int) {
    put(UInt64(code.codes[symbol]), Int(code.lengths[symbol]))
  }

  // MARK: The codes themselves

  /// One step in the description of code lengths: a length, or 16, 17, 18 for repetitions.
  private struct Step {
    var symbol: Int
    var rest: UInt64 = 0
    var bits = 0
  }

  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private mutating func writeCodes(_ literals: HuffmanCode, _ distances: HuffmanCode) {
    let literalCount = max(257, (literals.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
    let distanceCount = max(1, (distances.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
    let steps = Self.steps(Array(literals.lengths[..<literalCount]) + Array(distances.lengths[..<distanceCount]))
    var frequencies = [UInt32](repeating: 0, count: 19)
    for step in steps { frequencies[step.symbol] += 1 }
    let code = HuffmanCode(frequencies: frequencies, longest: 7)
    let orderCount = max(4, (Self.order.lastIndex { code.lengths[$0] > 0 } ?? 0) + 1)
    put(UInt64(literalCount - 257), 5)
    put(UInt64(distanceCount - 1), 5)
    put(UInt64(orderCount - 4), 4)
    for symbol in Self.order[..<orderCount] { put(UInt64(code.lengths[symbol]), 3) }
    for step in steps {
      put(code, step.symbol)
      put(step.rest, step.bits)
    }
  }

  private static func steps(_ lengths: [UInt8]) -> [Step] {
    var steps: [Step] = []
    var position = 0
    while position < lengths.count {
      let length = lengths[position]
      let run = lengths[position...].prefix { $0 == length }.count
      if length == 0 && run >= 11 {
        let taken = min(run, 138)
        steps.append(Step(symbol: 18, rest: UInt64(taken - 11), bits: 7))
        position += taken
      } else if length == 0 && run >= 3 {
        steps.append(Step(symbol: 17, rest: UInt64(run - 3), bits: 3))
        position += run
      } else if run >= 4 {
        let taken = min(run - 1, 6)
        steps.append(Step(symbol: Int(length)))
        steps.append(Step(symbol: 16, rest: UInt64(taken - 3), bits: 2))
        position += taken + 1
      } else {
        steps.append(Step(symbol: Int(length)))
        position += 1
      }
    }
    return steps
  }
}

/// A length's symbol, with the bits that follow it.
private struct Length {
  var symbol: UInt16 = 0
  var rest: UInt16 = 0
  var bits: UInt8 = 0

  /// By length, from 3 to 258.
  static let all: [Length] = {
    var all = [Length](repeating: Length(), count: 259)
    var next = 3
    for symbol in 257..<285 {
      let bits = symbol < 265 ? 0 : (symbol - 261) / 4
      for rest in 0..<1 << bits where next <= 257 {
        all[next] = Length(symbol: UInt16(symbol), rest: UInt16(rest), bits: UInt8(bits))
        next += 1
      }
    }
    all[258] = Length(symbol: 285)
    return all
  }()
}

/// A distance's symbol, with the bits that follow it: two symbols for each power of two.
private struct Distance {
  var symbol: Int
  var rest: UInt32
  var bits: Int

  init(_ distance: UInt16) {
    let before = UInt32(distance) - 1
    if before < 4 {
      (symbol, rest, bits) = (Int(before), 0, 0)
    } else {
      bits = 30 - before.leadingZeroBitCount
      symbol = 2 * bits + Int(before >> UInt32(bits))
      rest = before & (1 << UInt32(bits) - 1)
    }
  }
}
