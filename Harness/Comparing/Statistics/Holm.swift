/// Holm's correction (1979): of several questions asked at once, the chance to be wrong about any is that of one alone.
public enum Holm {
  /// The p-values as they may be compared with a bound for all together, in the order given.
  public static func corrected(_ p: [Double]) -> [Double] {
    var corrected = p
    var least = 0.0
    for (place, index) in p.indices.sorted(by: { (p[$0], $0) < (p[$1], $1) }).enumerated() {
      least = max(least, min(1, Double(p.count - place) * p[index]))
      corrected[index] = least
    }
    return corrected
  }
}
