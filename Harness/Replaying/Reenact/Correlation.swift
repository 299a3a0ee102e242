import Judging
import SwarmTime

/// How two measures of the same things go together: Pearson's and Spearman's correlation, each with a 95 % interval by
/// bootstrap, and the chance to find as much by relabelling.
///
/// The things are peers, or ordered pairs of peers. Pairs that share a peer depend on each other, so peers are what is drawn and
/// relabelled, pairs with them (the quadratic assignment procedure: Krackhardt 1988); a value for each pair is given by `value`.
public struct Correlation: Hashable, Sendable {
  public struct Interval: Hashable, Sendable {
    public var value: Double
    public var low: Double
    public var high: Double
  }

  /// How many values went in.
  public var count: Int
  public var pearson: Interval
  public var spearman: Interval
  /// One-sided, of Spearman's: the share of relabellings with at least as much, the real labels among them.
  public var chance: Double
  public var relabellings: Int

  /// Relabellings and bootstrap samples.
  static let rounds = 9999

  /// Of one value for each peer. Nil for fewer than four, or where one measure has no differences.
  public static func ofPeers(_ first: [Double], _ second: [Double], randomSeed: UInt64 = 1) -> Correlation? {
    let cells = first.indices.map { [$0] }
    return make(peers: first.count, cells, fixed: 0, randomSeed) { cell in (first[cell[0]], second[cell[0]]) }
  }

  /// Of one value for each ordered pair. The first `fixed` peers (the seeds) keep their labels.
  public static func ofPairs(
    _ first: [[Double]], _ second: [[Double]], fixed: Int, randomSeed: UInt64 = 1
  ) -> Correlation? {
    // Nobody sends to a seed.
    let cells = first.indices.flatMap { from in
      first.indices.filter { $0 != from && $0 >= fixed }.map { [from, $0] }
    }
    return make(peers: first.count, cells, fixed: fixed, randomSeed) { cell in
      (first[cell[0]][cell[1]], second[cell[0]][cell[1]])
    }
  }

  private static func make(
    peers: Int, _ cells: [[Int]], fixed: Int, _ randomSeed: UInt64, _ value: ([Int]) -> (Double, Double)
  ) -> Correlation? {
    guard peers - fixed >= 4 else { return nil }
    let (a, b) = (cells.map { value($0).0 }, cells.map { value($0).1 })
    let (ranksA, ranksB) = (MidRanks.of(a), MidRanks.of(b))
    guard let pearson = pearson(a, b), let spearman = self.pearson(ranksA, ranksB) else { return nil }
    var place: [[Int]: Int] = [:]
    for (index, cell) in cells.enumerated() { place[cell] = index }
    let ground = cells.map { $0.map { $0 } }
    var random = RandomSource(seed: randomSeed)
    var labels = Array(0..<peers)
    var atLeast = 1
    for _ in 0..<rounds {
      var free = Array(labels[fixed...])
      random.shuffle(&free)
      labels.replaceSubrange(fixed..., with: free)
      var other: [Double] = []
      other.reserveCapacity(ground.count)
      for cell in ground { other.append(ranksB[place[cell.map { labels[$0] }] ?? 0]) }
      if let found = self.pearson(ranksA, other), found >= spearman - 1e-12 { atLeast += 1 }
    }
    var samples: (pearson: [Double], spearman: [Double]) = ([], [])
    for _ in 0..<bootstraps {
      let drawn = Array(0..<fixed) + (fixed..<peers).map { _ in fixed + random.below(peers - fixed) }
      let chosen = ground.compactMap { place[$0.map { drawn[$0] }] }
      let (x, y) = (chosen.map { a[$0] }, chosen.map { b[$0] })
      if let found = self.pearson(x, y) { samples.pearson.append(found) }
      if let found = self.pearson(MidRanks.of(x), MidRanks.of(y)) { samples.spearman.append(found) }
    }
    return Correlation(
      count: cells.count, pearson: interval(pearson, samples.pearson), spearman: interval(spearman, samples.spearman),
      chance: Double(atLeast) / Double(rounds + 1), relabellings: rounds)
  }

  private static let bootstraps = 1999

  private static func interval(_ value: Double, _ samples: [Double]) -> Interval {
    let sorted = samples.sorted()
    guard !sorted.isEmpty else { return Interval(value: value, low: -1, high: 1) }
    return Interval(
      value: value, low: sorted[Int(Double(sorted.count - 1) * 0.025)],
      high: sorted[Int(Double(sorted.count - 1) * 0.975)])
  }

  static func pearson(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.count == b.count, a.count > 1 else { return nil }
    let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
    var (both, squareA, squareB) = (0.0, 0.0, 0.0)
    for index in a.indices {
      both += (a[index] - meanA) * (b[index] - meanB)
      squareA += (a[index] - meanA) * (a[index] - meanA)
      squareB += (b[index] - meanB) * (b[index] - meanB)
    }
    guard squareA > 0, squareB > 0 else { return nil }
    return max(-1, min(1, both / (squareA * squareB).squareRoot()))
  }
}
