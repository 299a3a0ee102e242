/// A prefix code of least total length for symbols of known frequency, in the canonical form of RFC 1951, section 3.2.2.
struct HuffmanCode {
  /// Bits of each symbol's code; 0 for symbols that do not occur.
  private(set) var lengths: [UInt8]
  /// Each symbol's code, its first bit lowest, as it is written.
  private(set) var codes: [UInt16]

  /// At least two symbols get codes, so that the code is complete and every reader takes it. No code is longer than
  /// `longest` bits.
  init(frequencies: [UInt32], longest: Int) {
    var frequencies = frequencies
    for symbol in 0..<2 where frequencies.count(where: { $0 > 0 }) < 2 {
      frequencies[symbol] = max(1, frequencies[symbol])
    }
    lengths = Self.depths(frequencies)
    while lengths.contains(where: { Int($0) > longest }) {
      // Flatter frequencies make a flatter tree.
      frequencies = frequencies.map { $0 == 0 ? 0 : $0 / 2 + 1 }
      lengths = Self.depths(frequencies)
    }
    codes = Self.canonical(lengths)
  }

  /// Huffman's algorithm with two queues: leaves by frequency, and joined nodes, which come about in ascending order.
  private static func depths(_ frequencies: [UInt32]) -> [UInt8] {
    let leaves = frequencies.indices.filter { frequencies[$0] > 0 }
      .sorted { (frequencies[$0], $0) < (frequencies[$1], $1) }
    var weights = leaves.map { UInt64(frequencies[$0]) }
    var parents = [Int](repeating: 0, count: 2 * leaves.count - 1)
    var (leaf, joined) = (0, leaves.count)
    func lightest() -> Int {
      if leaf < leaves.count && (joined == weights.count || weights[leaf] <= weights[joined]) {
        leaf += 1
        return leaf - 1
      }
      joined += 1
      return joined - 1
    }
    while weights.count < parents.count {
      let (a, b) = (lightest(), lightest())
      parents[a] = weights.count
      parents[b] = weights.count
      weights.append(weights[a] + weights[b])
    }
    var depths = [UInt8](repeating: 0, count: parents.count)
    for node in (0..<parents.count - 1).reversed() { depths[node] = depths[parents[node]] + 1 }
    var lengths = [UInt8](repeating: 0, count: frequencies.count)
    for (node, symbol) in leaves.enumerated() { lengths[symbol] = depths[node] }
    return lengths
  }

  private static func canonical(_ lengths: [UInt8]) -> [UInt16] {
    var counts = [UInt16](repeating: 0, count: 17)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var next = [UInt16](repeating: 0, count: 17)
    for length in 1...16 { next[length] = (next[length - 1] &+ counts[length - 1]) << 1 }
    return lengths.map { length in
      guard length > 0 else { return 0 }
      defer { next[Int(length)] &+= 1 }
      return (0..<UInt16(length)).reduce(0) { reversed, bit in reversed << 1 | next[Int(length)] >> bit & 1 }
    }
  }
}
