import Comparing
import Testing

@Suite struct PairedDifferenceTests {
  private func found(_ first: [Double], _ second: [Double], _ better: Metric.Better = .lower) throws -> PairedDifference
  {
    let pairs = zip(first, second).map { (first: MetricValue($0), second: MetricValue($1)) }
    return try #require(PairedDifference(pairs, better: better, randomSeed: 1))
  }

  /// Student (1908): hours of sleep gained with two drugs, ten patients; t = 4.0621, p = 0.00283, 0.70 to 2.46.
  private static let one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
  private static let two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

  @Test func `Student's own example comes out as published`() throws {
    let sleep = try found(Self.one, Self.two)
    #expect(abs(sleep.differences.mean - 1.58) < 1e-9)
    #expect(abs(sleep.p - 0.002833) < 1e-6)
    #expect(abs(sleep.interval.low - 0.7001142) < 1e-6 && abs(sleep.interval.high - 2.4598858) < 1e-6)
    #expect(!sleep.isBootstrap)
    #expect(sleep.outcome(corrected: sleep.p) == .differs)
  }

  @Test func `Below six repeats nothing is stated, however clear it seems`() throws {
    let clear = try found([10, 10.1, 10.2, 10.1, 10], [20, 20.1, 20.3, 20, 20.2])
    #expect(clear.p < 0.001)
    #expect(clear.outcome(corrected: clear.p) == .open)
    #expect(clear.repeatsNeeded(questions: 1) == 6)
  }

  @Test func `Values that differ by a hundredth of their size are the same, and those that scatter are open`() throws {
    let close = try found([100, 101, 99, 100, 102, 98], [100.5, 100.8, 99.4, 100.2, 102.1, 98.9])
    #expect(close.outcome(corrected: 1) == .same)
    let wild = try found([100, 140, 60, 100, 120, 90], [130, 80, 100, 60, 150, 100])
    #expect(wild.outcome(corrected: wild.p) == .open)
    #expect(try #require(wild.repeatsNeeded(questions: 1)) > 6)
  }

  @Test func `What is wholly equal is the same, and a constant difference differs`() throws {
    let equal = try found([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])
    #expect(equal.p == 1 && equal.outcome(corrected: 1) == .same)
    let shifted = try found([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7])
    #expect(shifted.p == 0 && shifted.outcome(corrected: 0) == .differs)
    #expect(shifted.interval == .init(low: 1, high: 1))
  }

  @Test func `A sure difference of less than 5 % is one, and is known to be small`() throws {
    let slight = try found([100, 101, 99, 100, 102, 98, 100], [102, 103.1, 101, 102.1, 104, 100, 101.9])
    #expect(slight.outcome(corrected: slight.p) == .differs && slight.isWithinMargin)
  }

  @Test func `Bounds on the side that is worse anyhow leave a difference; on the other side they leave it open`() throws
  {
    func found(first: Bool, second: Bool, _ better: Metric.Better) throws -> PairedDifference.Outcome {
      let pairs = (0..<8).map { (turn: Int) -> (first: MetricValue, second: MetricValue) in
        let size = Double(turn)
        let low = MetricValue(10 + size / 10, isCensored: first && turn == 0)
        let high = MetricValue(20 + size * size / 100, isCensored: second && turn == 0)
        return (low, high)
      }
      let difference = try #require(PairedDifference(pairs, better: better, randomSeed: 1))
      return difference.outcome(corrected: difference.p)
    }
    // Longer is worse: the truth of a bound is longer still.
    #expect(try found(first: false, second: true, .lower) == .differs)
    #expect(try found(first: true, second: false, .lower) == .open)
    #expect(try found(first: true, second: false, .higher) == .differs)
    #expect(try found(first: false, second: true, .higher) == .open)
    let censored = (0..<8).map { _ in (first: MetricValue(10), second: MetricValue(10, isCensored: true)) }
    let bounds = try #require(PairedDifference(censored, better: .lower, randomSeed: 1))
    #expect(bounds.outcome(corrected: 1) == .open && bounds.repeatsNeeded(questions: 1) == nil)
  }

  @Test func `What is held against another metric takes the first's bounds in that one's direction`() throws {
    let rides = try #require(Metric.named("free-ride"))
    let efficiency = try #require(Metric.named("efficiency"))
    let pairs = (0..<8).map { (turn: Int) -> (first: MetricValue, second: MetricValue) in
      (MetricValue(0.2 + Double(turn) / 100, isCensored: true), MetricValue(0.9))
    }
    // Of an efficiency the truth is less: the difference may but be larger. A longer ride would make it smaller.
    let other = try #require(
      PairedDifference(pairs, better: .lower, firstBetter: efficiency.better, randomSeed: 1))
    #expect(other.outcome(corrected: other.p) == .differs)
    let same = try #require(PairedDifference(pairs, better: .lower, randomSeed: 1))
    #expect(same.outcome(corrected: same.p) == .open)
    let contrast = Contrast(first: 0, second: 1, metrics: [(key: MetricKey(rides), pairs: pairs)], randomSeed: 1)
    let finding = try #require(contrast.findings.first)
    #expect(FindingWords(finding, against: efficiency).first.hasPrefix("≤ "))
    #expect(FindingWords(finding).first.hasPrefix("≥ "))
  }

  @Test func `From twenty repeats on a sample speaks for itself, the same each time`() throws {
    let first = (0..<20).map { Double($0) }
    let second = first.map { $0 + 1 + Double(Int($0) % 5) / 10 }
    let once = try found(first, second)
    #expect(once.isBootstrap)
    #expect(try found(first, second) == once)
    #expect(once.interval.low > 1 && once.interval.high < 1.5)
    #expect(try !found(Array(first.dropLast()), Array(second.dropLast())).isBootstrap)
  }

  @Test(
    "One repeat unlike all others leaves an interval of its own size, however near the others are to each other",
    arguments: [0, 1e-13, 1e-3])
  func lonely(scatter: Double) throws {
    let first = [Double](repeating: 0, count: 20)
    let second = first.indices.map { (turn: Int) -> Double in
      let unlike: Double = turn == 11 ? 5 : 0
      return 0.3 + scatter * Double(turn % 7) + unlike
    }
    let difference = try found(first, second)
    #expect(difference.interval.low > -1 && difference.interval.high < 2)
    #expect(!difference.isBootstrap)
  }

  @Test func `Repeats needed grow with the square of the scatter, and have an end`() throws {
    func needed(_ scatter: Double, questions: Int = 1) -> Int? {
      let differences = Sample((0..<10).map { 2 + scatter * ($0 % 2 == 0 ? 1 : -1) })
      return RepeatsNeeded.count(differences, margin: 0.5, questions: questions)
    }
    let (few, many) = (try #require(needed(4)), try #require(needed(8)))
    // (1.96 + 0.84)^2 * (4.22 / 2)^2 is 34.9; Student's law asks for two more.
    #expect((34...38).contains(few))
    #expect((3.6...4.2).contains(Double(many) / Double(few)))
    #expect(needed(100) == nil)
    #expect(try #require(needed(4, questions: 10)) > few)
  }

  @Test func `Which side it is, and whether it is the same, need other repeats than whether it differs`() throws {
    func needed(_ mean: Double, _ question: RepeatsNeeded.Question) throws -> Int {
      let differences = Sample((0..<10).map { mean + ($0 % 2 == 0 ? 1.0 : -1.0) })
      return try #require(RepeatsNeeded.count(differences, margin: 0.5, questions: 1, of: question))
    }
    // Well within the margin: that is soon sure, and the side is not.
    let same = try needed(0.1, .difference)
    #expect(try needed(0.1, .sameness) == same && same < 60)
    #expect(try needed(0.1, .side) > 10 * same)
    // Beyond it: the side is soon sure, and by how much is not.
    let side = try needed(0.8, .side)
    #expect(try needed(0.8, .difference) == side && side < 20)
    #expect(try needed(0.8, .sameness) > 3 * side)
  }

  @Test(
    "Holm's correction is that of his rule, whatever the order",
    arguments: [
      ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]), ([0.2], [0.2]), ([0.6, 0.6], [1, 1]), ([], []),
    ] as [([Double], [Double])])
  func holm(p: [Double], expected: [Double]) {
    #expect(zip(Holm.corrected(p), expected).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(Holm.corrected(p).count == expected.count)
  }
}
