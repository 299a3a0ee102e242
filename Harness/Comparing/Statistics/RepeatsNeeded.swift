/// How many repeats would settle a question that is open, if mean and spread of the differences stay as they are.
///
/// Settled is what `PairedDifference` would state: a difference, or that both are the same; with a chance of 80 %.
public enum RepeatsNeeded {
  /// Beyond this the answer is not a number but "more than".
  public static let most = 1000
  private static let power = 0.8

  /// - Parameters:
  ///   - margin: half the width within which both are the same.
  ///   - questions: asked at once, each of which may be wrong with its part of 5 % only.
  /// - Returns: nil for more than `most`.
  public static func count(_ differences: Sample, margin: Double, questions: Int) -> Int? {
    func settles(_ n: Int) -> Bool { Self.settles(n, differences, margin, questions) }
    guard settles(most) else { return nil }
    var (low, high) = (PairedDifference.fewest, most)
    while low < high {
      let middle = (low + high) / 2
      if settles(middle) { high = middle } else { low = middle + 1 }
    }
    return high
  }

  private static func settles(_ n: Int, _ differences: Sample, _ margin: Double, _ questions: Int) -> Bool {
    // From 120 degrees on the law is within 1 % of the normal one.
    let degrees = min(n - 1, 120)
    let error = differences.deviation / Double(n).squareRoot()
    let reserve = StudentT.critical(2 * power - 1, degrees: degrees) * error
    let size = abs(differences.mean)
    let alpha = PairedDifference.alpha / Double(max(1, questions))
    if size > 0, size >= StudentT.critical(1 - alpha, degrees: degrees) * error + reserve { return true }
    return margin - size > StudentT.critical(PairedDifference.sameConfidence, degrees: degrees) * error + reserve
  }
}
