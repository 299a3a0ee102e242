import SwarmTime

/// Holds visible draws against the profile's weights: the likelihood ratio of chokers that favour somebody.
///
/// Two kinds of favour are tried, and the mean of their ratios is the test. By class: some (of a client, of a group, with
/// a certain bit in the address, never yet unchoked) have their weight times a factor. By person: each one's weight is
/// what the draws so far suggest. Both say before each draw what they expect of it, so that for an honest peer the mean
/// ratio is 1 whatever comes, and it exceeds 1 / a with a chance of at most a (Ville's inequality).
struct ChoiceLikelihood: Sendable {
  /// A class of partners, with the words for it.
  struct Favoured: Sendable {
    var words: String
    var contains: @Sendable (Int) -> Bool
  }

  /// Logarithm of the mean ratio.
  private(set) var logarithm = 0.0
  /// What explains the draws best, and its own ratio's logarithm.
  private(set) var best: (words: String, logarithm: Double) = ("nothing", 0)

  static let factors = [1.0 / 20, 1.0 / 6, 1.0 / 3, 3, 6, 20]
  /// How many draws' worth the profile's weights count for, in what the draws so far suggest.
  private static let priors = [1.0, 4]

  init(_ draws: [VisibleDraw], classes: [Favoured]) {
    var byClass: [Double] = []
    for favoured in classes {
      for factor in Self.factors {
        let ratio = Self.ratio(draws) { partner, _ in favoured.contains(partner) ? factor : 1 }
        byClass.append(ratio)
        if ratio > best.logarithm {
          let times =
            factor >= 1
            ? "\(Int(factor)) times"
            : "a \(["3": "third", "6": "sixth"]["\(Int((1 / factor).rounded()))"] ?? "twentieth") of"
          best = ("\(favoured.words) have \(times) their weight", ratio)
        }
      }
      // Newcomers are such only for a while, so that class is told by weight.
    }
    for factor in Self.factors {
      let ratio = Self.ratio(draws) { _, weight in weight > 1 ? factor : 1 }
      byClass.append(ratio)
      if ratio > best.logarithm { best = ("those never unchoked before are not weighted as they should be", ratio) }
    }
    let byPerson = Self.priors.map { Self.ratio(draws, prior: $0) }
    if let ratio = byPerson.max(), ratio > best.logarithm { best = ("some are chosen more often than others", ratio) }
    logarithm = Likelihood.lnMean([Likelihood.lnMean(byClass) ?? 0, Likelihood.lnMean(byPerson) ?? 0]) ?? 0
  }

  /// Weights times a factor that depends on the partner and its weight.
  private static func ratio(_ draws: [VisibleDraw], factor: (Int, Int) -> Double) -> Double {
    var logarithm = 0.0
    for draw in draws where draw.candidates.count > 1 {
      var (all, own) = (0.0, 1.0)
      for (partner, weight) in draw.candidates {
        let favour = factor(partner, weight)
        all += Double(weight) * favour
        if partner == draw.chosen { own = favour }
      }
      logarithm += Likelihood.ln(own * Double(draw.total) / all)
    }
    return logarithm
  }

  /// Weights times how often each was chosen so far against how often it should have been.
  private static func ratio(_ draws: [VisibleDraw], prior: Double) -> Double {
    var chosen: [Int: Double] = [:]
    var due: [Int: Double] = [:]
    var logarithm = 0.0
    for draw in draws where draw.candidates.count > 1 {
      func favour(_ partner: Int) -> Double {
        (prior + chosen[partner, default: 0]) / (prior + due[partner, default: 0])
      }
      let all = draw.candidates.reduce(0) { $0 + Double($1.weight) * favour($1.partner) }
      logarithm += Likelihood.ln(favour(draw.chosen) * Double(draw.total) / all)
      chosen[draw.chosen, default: 0] += 1
      for (partner, weight) in draw.candidates { due[partner, default: 0] += Double(weight) / Double(draw.total) }
    }
    return logarithm
  }

  /// How many draws find a favoured half whose weight is this many times that of the other half, with probability 0.99,
  /// where the ratio's logarithm must reach `bound`.
  static func needed(weight: Double, bound: Double) -> Int {
    guard weight > 1 else { return .max }
    let favoured = weight / (1 + weight)
    let (gain, loss) = (Likelihood.ln(2 * favoured), Likelihood.ln(2 * (1 - favoured)))
    let mean = favoured * gain + (1 - favoured) * loss
    let deviation = (favoured * (1 - favoured)).squareRoot() * (gain - loss)
    // 2.33 deviations below the mean it still reaches the bound: a quadratic in the root of n.
    let margin = 2.33 * deviation
    let root = (margin + (margin * margin + 4 * mean * bound).squareRoot()) / (2 * mean)
    return Int((root * root).rounded(.up))
  }
}
