/// SplitMix64 (Steele, Lea and Flood, 2014): the only random generator of swarm and lab.
///
/// The standard library's algorithms are no contract across versions, so drawing and shuffling are our own: the same
/// seed gives the same choices for ever.
public struct RandomSource: Sendable, Hashable {
  @usableFromInline var state: UInt64

  public init(seed: UInt64) { state = seed }

  @inlinable public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  @inlinable static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number in `0..<bound`, without bias (Lemire's multiply and reject). `bound` must be above 0.
  @inlinable public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0)
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// A number in `0..<1`, of 53 bits.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// One index drawn with the given weights (all at least 0, their sum above 0).
  public mutating func index(weights: [Double]) -> Int {
    let total = weights.reduce(0, +)
    var mark = unit() * total
    for (index, weight) in weights.enumerated() {
      mark -= weight
      if mark < 0 { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  /// So many ASCII digits and letters: what tells one peer id from another.
  public mutating func letters(_ count: Int) -> [UInt8] {
    let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    return (0..<count).map { _ in alphabet[below(alphabet.count)] }
  }

  /// Fisher and Yates, from the end.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, below(last + 1)) }
  }
}

/// Seeds for the parts of a run: each a hash of the run's seed and the part's name, so that adding a peer changes no
/// other peer's choices.
public enum RandomSeed {
  /// FNV-1a over the name, mixed with the run's seed by SplitMix64's finaliser.
  public static func derive(from runSeed: UInt64, name: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return RandomSource.mix(RandomSource.mix(runSeed &+ 0x9E37_79B9_7F4A_7C15) ^ hash)
  }
}
