/// Spearman's correlation of two rows of numbers, with its 95 % interval.
public struct RankCorrelation: Hashable, Sendable {
  public let n: Int
  public let rho: Fixed
  public let low: Fixed
  public let high: Fixed

  /// The interval is Fisher's, with the variance of Bonett and Wright (2000):
  /// (1 + rho^2 / 2) / (n - 3).
  ///
  /// - Returns: nil for fewer than four pairs, and where one row has no differences.
  init?(_ first: [Int64], _ second: [Int64]) {
    guard first.count == second.count, first.count >= 4 else { return nil }
    n = first.count
    let (a, b) = (MidRanks.of(first), MidRanks.of(second))
    let mean = Double(n + 1) / 2
    var (both, squareA, squareB) = (0.0, 0.0, 0.0)
    for place in 0..<n {
      both += (a[place] - mean) * (b[place] - mean)
      squareA += (a[place] - mean) * (a[place] - mean)
      squareB += (b[place] - mean) * (b[place] - mean)
    }
    guard squareA > 0, squareB > 0 else { return nil }
    let rho = max(-1, min(1, both / (squareA * squareB).squareRoot()))
    let t = Self.tanh(1.959964 * Self.deviation(rho, n))
    self.rho = Fixed(nearest: rho)
    low = Fixed(nearest: (rho - t) / (1 - rho * t))
    high = Fixed(nearest: (rho + t) / (1 + rho * t))
  }

  /// What is found of a correlation in one run of a million, or less.
  static func least(ofHonest rho: Fixed, n: Int) -> Fixed {
    guard n > 3 else { return Fixed(millionths: -1_000_000) }
    let t = tanh(4.753424 * deviation(rho.value, n))
    return Fixed(nearest: (rho.value - t) / (1 - rho.value * t))
  }

  /// Of Fisher's transform.
  private static func deviation(_ rho: Double, _ n: Int) -> Double {
    ((1 + rho * rho / 2) / Double(n - 3)).squareRoot()
  }

  /// Made of sums and products only, the same on every machine: tanh x by its continued fraction.
  private static func tanh(_ x: Double) -> Double {
    guard x < 6 else { return 1 }
    var fraction = 41.0
    for odd in stride(from: 39.0, through: 1.0, by: -2.0) { fraction = odd + x * x / fraction }
    return x / fraction
  }
}
