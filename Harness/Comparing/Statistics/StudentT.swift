/// Student's law for whole degrees of freedom, in closed form (Abramowitz and Stegun, 26.7.3 and 26.7.4).
///
/// Made of the four operations and roots alone, so that every machine comes to the same figures.
public enum StudentT {
  /// Chance that |T| is below `t`.
  ///
  /// - Parameters:
  ///   - t: at least 0; infinity gives 1.
  ///   - degrees: at least 1.
  public static func within(_ t: Double, degrees: Int) -> Double {
    guard t > 0, degrees > 0 else { return 0 }
    guard t.isFinite else { return 1 }
    let v = Double(degrees)
    let sine = t / (v + t * t).squareRoot()
    let cosine2 = v / (v + t * t)
    if degrees.isMultiple(of: 2) {
      var (sum, term) = (1.0, 1.0)
      for k in stride(from: 2, to: degrees, by: 2) {
        term *= cosine2 * Double(k - 1) / Double(k)
        sum += term
      }
      return sine * sum
    }
    let angle = arctangent(t / v.squareRoot())
    guard degrees > 1 else { return 2 / Double.pi * angle }
    var term = cosine2.squareRoot()
    var sum = term
    for k in stride(from: 3, to: degrees, by: 2) {
      term *= cosine2 * Double(k - 1) / Double(k)
      sum += term
    }
    return 2 / Double.pi * (angle + sine * sum)
  }

  /// The t within which |T| lies with the chance `confidence`: 2.262 for 0.95 and 9 degrees.
  ///
  /// - Parameter confidence: above 0 and below 1.
  public static func critical(_ confidence: Double, degrees: Int) -> Double {
    guard confidence > 0, confidence < 1, degrees > 0 else { return confidence <= 0 ? 0 : .infinity }
    var (low, high) = (0.0, 1.0)
    while within(high, degrees: degrees) < confidence, high < 1e12 { high *= 2 }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if within(middle, degrees: degrees) < confidence { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Of 0 or more: halved three times by arctan x = 2 arctan(x / (1 + sqrt(1 + x^2))), then its series.
  private static func arctangent(_ x: Double) -> Double {
    var x = x
    for _ in 0..<3 { x /= 1 + (1 + x * x).squareRoot() }
    var (sum, power) = (0.0, x)
    for k in 0..<24 {
      sum += (k.isMultiple(of: 2) ? power : -power) / Double(2 * k + 1)
      power *= x * x
    }
    return 8 * sum
  }
}
