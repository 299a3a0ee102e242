/// Natural logarithm and exponential from the four operations alone: the same bits on every machine, which a C library's
/// are not.
enum Likelihood {
  private static let ln2 = 0.693_147_180_559_945_3

  /// - Parameter value: above 0; others give the least double.
  static func ln(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value > 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude }
    var (exponent, mantissa) = (Double(value.exponent), value.significand)
    if mantissa > 1.414_213_562_373_095 {
      mantissa /= 2
      exponent += 1
    }
    // ln m = 2 artanh((m - 1) / (m + 1)); the argument is below 0.172, so 13 terms are exact to the last places.
    let z = (mantissa - 1) / (mantissa + 1)
    let square = z * z
    var (sum, power) = (0.0, z)
    for term in 0..<13 {
      sum += power / Double(2 * term + 1)
      power *= square
    }
    return exponent * ln2 + 2 * sum
  }

  static func exp(_ value: Double) -> Double {
    guard value > -700 else { return 0 }
    guard value < 700 else { return .greatestFiniteMagnitude }
    let doublings = (value / ln2).rounded()
    let rest = value - doublings * ln2
    var (sum, term) = (1.0, 1.0)
    for place in 1..<20 {
      term *= rest / Double(place)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(doublings), significand: sum)
  }

  /// The logarithm of the mean of numbers given by their logarithms; nil for none.
  static func lnMean(_ logarithms: [Double]) -> Double? {
    guard let most = logarithms.max() else { return nil }
    let sum = logarithms.reduce(0) { $0 + exp($1 - most) }
    return most + ln(sum / Double(logarithms.count))
  }

  /// `1 in 20`, `1 in 3500000`, for the chance whose logarithm is given: two leading digits.
  static func chance(_ logarithm: Double) -> String {
    var (factor, size) = (exp(min(-logarithm, 690)), 1.0)
    guard factor < 1e18 else {
      let tens = Int((-logarithm / 2.302_585_092_994_046).rounded(.down))
      return "1 in 10^\(tens)"
    }
    factor = max(1, factor)
    while factor / size >= 100 { size *= 10 }
    return "1 in \(Int64((factor / size).rounded() * size))"
  }
}
