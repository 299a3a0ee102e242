/// Chances of counts, without a logarithm at hand.
enum BinomialTail {
  /// Chance of `least` or more successes in `trials`, each with this chance; 1 where `least` is 0 or less.
  static func chance(of least: Int, in trials: Int, each chance: Double) -> Double {
    guard least > 0 else { return 1 }
    guard least <= trials, chance > 0 else { return 0 }
    guard chance < 1 else { return 1 }
    // C(trials, least) chance^least (1 - chance)^(trials - least), its factors in an order that keeps it in range.
    var term = 1.0
    var misses = trials - least
    for place in 1...least {
      term *= Double(trials - least + place) / Double(place) * chance
      while term > 1, misses > 0 {
        term *= 1 - chance
        misses -= 1
      }
    }
    for _ in 0..<misses { term *= 1 - chance }
    var sum = term
    for count in least..<trials {
      term *= Double(trials - count) / Double(count + 1) * chance / (1 - chance)
      sum += term
      // Falling from here on, and too small to matter.
      if term < sum * 1e-12, Double(count) > Double(trials) * chance { break }
    }
    return min(1, sum)
  }
}
