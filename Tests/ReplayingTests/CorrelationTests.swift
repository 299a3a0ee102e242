import Replaying
import SwarmTime
import Testing

@Suite("Correlations of a recording and its re-enactment")
struct CorrelationTests {
  @Test("What goes together wholly, in order alone, and the other way")
  func known() throws {
    let rising = (0..<12).map(Double.init)
    let whole = try #require(Correlation.ofPeers(rising, rising.map { $0 * 3 + 1 }))
    #expect(abs(whole.pearson.value - 1) < 1e-9 && abs(whole.spearman.value - 1) < 1e-9)
    #expect(whole.chance == 0.0001 && whole.count == 12 && whole.spearman.low > 0.99)
    let ordered = try #require(Correlation.ofPeers(rising, rising.map { $0 * $0 * $0 }))
    #expect(ordered.spearman.value > 0.999 && ordered.pearson.value < 0.95)
    let against = try #require(Correlation.ofPeers(rising, rising.map { -$0 }))
    #expect(against.spearman.value < -0.999 && against.chance > 0.999)
  }

  @Test("Unrelated measures come with a chance that is not small, as often as it says")
  func unrelated() throws {
    var random = RandomSource(seed: 9)
    var small = 0
    for seed in 0..<20 as Range<UInt64> {
      let a = (0..<10).map { _ in random.unit() }
      let b = (0..<10).map { _ in random.unit() }
      let found = try #require(Correlation.ofPeers(a, b, randomSeed: seed))
      if found.chance <= 0.05 { small += 1 }
      #expect(found.spearman.low <= found.spearman.value && found.spearman.value <= found.spearman.high)
    }
    // Of 20 at 5 %: more than 5 come in one case of three thousand.
    #expect(small <= 5)
  }

  @Test("Pairs that share a peer count as one peer's: a measure of senders alone is found, and no certainty with three")
  func pairs() throws {
    // Peer 0 is a seed. What is sent depends on the sender alone, in both.
    var sent = [[Double]](repeating: [Double](repeating: 0, count: 9), count: 9)
    for from in 0..<9 {
      for to in 0..<9 where to != from { sent[from][to] = Double(from * 10 + (from + to) % 3) }
    }
    let same = try #require(Correlation.ofPairs(sent, sent, fixed: 1))
    // The real labels are one of 40320 ways.
    #expect(same.count == 64 && same.chance <= 0.001)
    #expect(Correlation.ofPairs(Array(sent.prefix(4)), Array(sent.prefix(4)), fixed: 1) == nil)
    #expect(Correlation.ofPeers([1, 1, 1, 1], [1, 2, 3, 4]) == nil)
  }
}
