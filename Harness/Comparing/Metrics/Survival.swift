/// When so many of some that wait are done, those that were not done when they were last seen included (Kaplan and Meier
/// 1958).
struct Survival {
  /// How long each was seen to wait, and whether it was done then.
  let waits: [(length: Double, isOver: Bool)]

  /// The first length after which the share `quantile` of all is expected to be done; where that was not seen, the
  /// longest that was, which is a bound.
  ///
  /// - Returns: nil for nobody.
  func time(of quantile: Double) -> MetricValue? {
    // At equal lengths those that are done come first.
    let sorted = waits.sorted { ($0.length, $0.isOver ? 0 : 1) < ($1.length, $1.isOver ? 0 : 1) }
    guard let last = sorted.last else { return nil }
    var waiting = 1.0
    for (place, wait) in sorted.enumerated() where wait.isOver {
      let atRisk = Double(sorted.count - place)
      waiting *= (atRisk - 1) / atRisk
      if waiting <= 1 - quantile + 1e-9 { return MetricValue(wait.length) }
    }
    return MetricValue(last.length, isCensored: true)
  }
}
