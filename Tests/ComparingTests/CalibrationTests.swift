import Comparing
import SwarmTime
import Testing

/// Something against itself: how often a difference is seen that is none. The share lies within the 99 % band of a
/// binomial law around what is promised; random seeds are fixed, so the outcome is always the same.
@Suite struct CalibrationTests {
  /// Sum of twelve, near enough to a normal law; cubed, it is one of long tails.
  private static func draw(_ random: inout RandomSource) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + random.unit() }
  }

  private static func band(_ share: Double, of n: Int) -> ClosedRange<Double> {
    let width = 2.576 * (share * (1 - share) / Double(n)).squareRoot()
    return share - width...share + width
  }

  @Test(
    "Zero is excluded from the 95 % interval in 5 % of comparisons of equals",
    arguments: [(6, 4000), (10, 4000), (20, 800), (30, 400)])
  func exclusions(repeats: Int, comparisons: Int) throws {
    var random = RandomSource(seed: RandomSeed.derive(from: 7, name: "\(repeats)"))
    var excluded = 0
    for turn in 0..<comparisons {
      let pairs = (0..<repeats).map { _ in
        // What a random seed does to both, and what luck does to each.
        let shared = 40 + 5 * Self.draw(&random)
        return (
          first: MetricValue(shared + Self.draw(&random)), second: MetricValue(shared + Self.draw(&random))
        )
      }
      let found = try #require(PairedDifference(pairs, better: .lower, randomSeed: UInt64(turn)))
      if found.interval.low > 0 || found.interval.high < 0 { excluded += 1 }
      #expect((found.p < 0.05) == (found.interval.low > 0 || found.interval.high < 0))
    }
    #expect(Self.band(0.05, of: comparisons).contains(Double(excluded) / Double(comparisons)), "\(excluded)")
  }

  @Test func `Of eight metrics at once, some difference is stated in at most 5 % of comparisons of equals`() throws {
    var random = RandomSource(seed: 11)
    let comparisons = 1500
    var wrong = 0
    for turn in 0..<comparisons {
      let metrics = Metric.all.prefix(8).map { metric in
        let pairs = (0..<8).map { _ in
          (first: MetricValue(Self.draw(&random)), second: MetricValue(Self.draw(&random)))
        }
        return (key: MetricKey(metric), pairs: pairs)
      }
      let contrast = Contrast(first: 0, second: 1, metrics: metrics, randomSeed: UInt64(turn))
      if !contrast.findings(.differs).isEmpty { wrong += 1 }
    }
    #expect(Double(wrong) / Double(comparisons) <= Self.band(0.05, of: comparisons).upperBound, "\(wrong)")
    // A rule that never states anything would pass, too.
    #expect(Double(wrong) / Double(comparisons) >= 0.02, "\(wrong)")
  }

  @Test func `What differs by two of its deviations is found in nine of ten comparisons of ten repeats`() throws {
    var random = RandomSource(seed: 3)
    var found = 0
    for turn in 0..<400 {
      let pairs = (0..<10).map { _ in
        (first: MetricValue(50 + Self.draw(&random)), second: MetricValue(52 + Self.draw(&random)))
      }
      let difference = try #require(PairedDifference(pairs, better: .lower, randomSeed: UInt64(turn)))
      if difference.outcome(corrected: difference.p) == .differs { found += 1 }
    }
    #expect(found >= 360, "\(found)")
  }
}
