/// Numbers of which nothing is known but themselves: their mean and spread.
public struct Sample: Hashable, Sendable {
  public let values: [Double]
  public let mean: Double
  /// Standard deviation, with n - 1; 0 for fewer than two.
  public let deviation: Double

  public init(_ values: [Double]) {
    self.values = values
    let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
  }

  public var count: Int { values.count }

  /// Of the mean.
  public var standardError: Double { count > 0 ? deviation / Double(count).squareRoot() : 0 }

  /// Equals that only rounding tells apart have no spread.
  var isConstant: Bool { deviation <= 1e-12 * max(abs(mean), values.reduce(0) { max($0, abs($1)) }) }
}
