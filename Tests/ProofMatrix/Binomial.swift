import Foundation

/// Exact bounds for a share of which a sample is known.
package enum Binomial {
  /// Lower bound of the share, one-sided (Clopper and Pearson 1934): 300 of 300 show 0.9901, 20 of 20 only 0.8609.
  package static func atLeast(_ found: Int, of n: Int, confidence: Double = 0.95) -> Double {
    guard found > 0, n > 0 else { return 0 }
    // The share at which so many or more would be found with a chance of 1 - confidence.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if orMore(found, of: n, middle) < 1 - confidence { low = middle } else { high = middle }
    }
    return low
  }

  /// The chance of `k` or more of `n`.
  package static func orMore(_ k: Int, of n: Int, _ p: Double) -> Double {
    guard p > 0 else { return k > 0 ? 0 : 1 }
    guard p < 1 else { return k > n ? 0 : 1 }
    return (max(0, k)...max(n, k)).reduce(0) { sum, i in
      guard i <= n else { return sum }
      let ways = lgamma(Double(n + 1)) - lgamma(Double(i + 1)) - lgamma(Double(n - i + 1))
      return sum + exp(ways + Double(i) * log(p) + Double(n - i) * log(1 - p))
    }
  }
}
