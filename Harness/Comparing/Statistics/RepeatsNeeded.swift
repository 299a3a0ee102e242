/// How many repeats would settle a question that is open, if mean and spread of the differences stay as they are.
///
/// Settled is what `PairedDifference` would state: a difference, or that both are the same; with a chance of 80 %.
public enum RepeatsNeeded {
  /// Beyond this the answer is not a number but "more than".
  public static let most = 1000
  private static let power = 0.8

  /// What is asked, and so what settles it.
  public enum Question: Hashable, Sendable {
    /// Whether both differ, or are the same.
    case difference
    /// Which one is larger: that they are close says nothing.
    case side
    /// Whether both are the same: that they differ says nothing until it is by more.
    case sameness
  }

  /// - Parameters:
  ///   - margin: half the width within which both are the same.
  ///   - questions: asked at once, each of which may be wrong with its part of 5 % only.
  /// - Returns: nil for more than `most`.
  public static func count(
    _ differences: Sample, margin: Double, questions: Int, of question: Question = .difference
  ) -> Int? {
    func settles(_ n: Int) -> Bool { Self.settles(n, differences, margin, questions, question) }
    guard settles(most) else { return nil }
    var (low, high) = (PairedDifference.fewest, most)
    while low < high {
      let middle = (low + high) / 2
      if settles(middle) { high = middle } else { low = middle + 1 }
    }
    return high
  }

  private static func settles(
    _ n: Int, _ differences: Sample, _ margin: Double, _ questions: Int, _ question: Question
  ) -> Bool {
    // From 120 degrees on the law is within 1 % of the normal one.
    let degrees = min(n - 1, 120)
    let error = differences.deviation / Double(n).squareRoot()
    let reserve = StudentT.critical(2 * power - 1, degrees: degrees) * error
    let size = abs(differences.mean)
    let alpha = PairedDifference.alpha / Double(max(1, questions))
    let differ = size > 0 && size >= StudentT.critical(1 - alpha, degrees: degrees) * error + reserve
    let narrow = StudentT.critical(PairedDifference.sameConfidence, degrees: degrees) * error + reserve
    switch question {
    case .difference: return differ || margin - size > narrow
    case .side: return differ
    case .sameness: return margin - size > narrow || (differ && size - margin > narrow)
    }
  }
}
