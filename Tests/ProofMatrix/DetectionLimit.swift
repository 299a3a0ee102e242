import Foundation

/// How little of a misbehaviour its check finds: the smallest dose that it found in every one of many swarms, which
/// differ by random seed.
package struct DetectionLimit: Sendable {
  package var title: String
  package var unit: String
  package var row: ProofRow
  package var scene: ProofScene
  package var check: String
  /// A dose that is not to be found, and one that is; the limit lies between them.
  package var harmless: Double
  package var sure: Double
  /// How near to the limit the search goes.
  package var step: Double
  /// How a dose is written in the table: what it differs from honesty by.
  package var describe: @Sendable (Double) -> String

  /// A dose, in how many swarms it was found, and of how many.
  package struct Tried: Sendable {
    package var dose: Double
    package var found: Int
    package var n: Int
    /// Clopper and Pearson's, 95 %.
    package var interval: (low: Double, high: Double) { Binomial.interval(found, of: n) }
    package var isAlways: Bool { found == n }
  }

  /// Enough misses to say that fewer than 99 % of 300 are found.
  private static let hopeless = 4

  /// Plays a dose over so many random seeds; stops early where it is hopeless.
  package func play(_ dose: Double, runs: Int, width: Int, isWhole: Bool = false) async throws -> Tried {
    var tried = Tried(dose: dose, found: 0, n: 0)
    while tried.n < runs, isWhole || tried.n - tried.found < Self.hopeless {
      let seeds = (tried.n..<min(runs, tried.n + 10 * width)).map { UInt64($0 + 1) }
      let (row, scene, check) = (row, scene, check)
      let found = try await Crew.work(seeds, width: width) { seed in
        let trial = Trial(row, in: scene, dose: dose, randomSeed: seed, checks: [check])
        return try trial.play().outcomes[check]?.state == .fail
      }
      tried.found += found.count { $0 }
      tried.n += found.count
    }
    return tried
  }

  /// Bisects; hands back all doses that were tried, from mild to strong.
  package func search(runs: Int, width: Int, progress: (Tried) -> Void) async throws -> [Tried] {
    var all: [Tried] = []
    func take(_ dose: Double) async throws -> Bool {
      let tried = try await play(dose, runs: runs, width: width)
      progress(tried)
      all.append(tried)
      return tried.isAlways
    }
    var (low, high) = (harmless, sure)
    if try await take(high) {
      while abs(high - low) > step * 1.5 {
        let middle = low + ((high - low) / 2 / step).rounded() * step
        if try await take(middle) { high = middle } else { low = middle }
      }
    }
    // The one below the limit, over as many swarms: how much less is found there.
    if let place = all.firstIndex(where: { $0.dose == low && $0.n < runs }), low != harmless {
      all[place] = try await play(low, runs: runs, width: width, isWhole: true)
      progress(all[place])
    }
    return all.sorted { abs($0.dose - harmless) < abs($1.dose - harmless) }
  }
}

/// Exact intervals for a share.
package enum Binomial {
  /// Clopper and Pearson 1934: at confidence 95 %, two-sided.
  package static func interval(_ found: Int, of n: Int, confidence: Double = 0.95) -> (low: Double, high: Double) {
    let tail = (1 - confidence) / 2
    let low = found == 0 ? 0 : bisect { 1 - below(found, n, $0) < tail }
    let high = found == n ? 1 : bisect { below(found + 1, n, $0) > tail }
    return (low, high)
  }

  /// The chance of fewer than `k` of `n`.
  package static func below(_ k: Int, _ n: Int, _ p: Double) -> Double {
    guard p > 0 else { return k > 0 ? 1 : 0 }
    guard p < 1 else { return k > n ? 1 : 0 }
    return (0..<min(k, n + 1)).reduce(0) { sum, i in
      let ways = lgamma(Double(n + 1)) - lgamma(Double(i + 1)) - lgamma(Double(n - i + 1))
      return sum + exp(ways + Double(i) * log(p) + Double(n - i) * log(1 - p))
    }
  }

  /// The share up to which the condition holds.
  private static func bisect(_ holds: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if holds(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
