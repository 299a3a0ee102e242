import Judging
public import Reporting
import SwarmTime

/// What came of a tournament: for each match, who of the two completes sooner within the same swarms, and what all of one
/// do against all of the other.
public struct Standings: Sendable {
  let tournament: Tournament
  let comparison: Comparison

  /// The challengers against the residents: within the same run, or with `challengers` nil swarms of only the ones
  /// against swarms of only the others, paired by random seed.
  public struct Result: Sendable {
    public let resident: Int
    public let challenger: Int
    public let challengers: Int?
    public let contrast: Contrast

    /// Of completion times, by which a tournament is decided.
    public var completion: Contrast.Finding? { contrast.findings.first { $0.key.metric.name == "completion-median" } }
  }

  public let results: [Result]

  /// - Parameter comparison: of the tournament's settings, in their order.
  public init(_ tournament: Tournament, _ comparison: Comparison) {
    self.tournament = tournament
    self.comparison = comparison
    let metrics = ["completion-median", "share-ratio"].compactMap { Metric.named($0) }
    func contrast(_ first: (setting: Int, group: String), _ second: (setting: Int, group: String)) -> Contrast {
      Contrast(
        first: first.setting, second: second.setting,
        metrics: metrics.map { metric in
          let pairs = comparison.randomSeeds.indices.compactMap { turn -> (first: MetricValue, second: MetricValue)? in
            func value(_ of: (setting: Int, group: String)) -> MetricValue? {
              let values = comparison.results[of.setting][turn]?.values
              if let value = values?["\(metric.name):\(of.group)"] { return value }
              // The only class of a swarm has no name; of two in one swarm none is the only one.
              return first.setting == second.setting ? nil : values?[metric.name]
            }
            guard let a = value(first), let b = value(second) else { return nil }
            return (a, b)
          }
          return (MetricKey(metric), pairs)
        },
        randomSeed: RandomSeed.derive(from: comparison.randomSeeds.first ?? 0, name: "\(first) \(second)"))
    }
    results =
      tournament.matches.map { match in
        Result(
          resident: match.resident, challenger: match.challenger, challengers: match.challengers,
          contrast: contrast((match.setting, tournament.group), (match.setting, tournament.rivals)))
      }
      + tournament.values.indices.flatMap { resident in
        tournament.values.indices.filter { $0 != resident }.map { challenger in
          Result(
            resident: resident, challenger: challenger, challengers: nil,
            contrast: contrast((resident, tournament.group), (challenger, tournament.group)))
        }
      }
  }

  /// A table for each mix: rows are challengers, columns those among whom they are.
  public func lines(style: TerminalStyle) -> [String] {
    let mixes: [Int?] = tournament.mixes.map { $0 } + [nil]
    let what = "\(tournament.group) by \(tournament.key); completion of the row's peers against the column's"
    var lines = ["\(style.bold(comparison.name)): \(what)"]
    for mix in mixes {
      let rest = tournament.count - (mix ?? 0)
      let title =
        mix.map { "\($0) of the row among \(rest) of the column" } ?? "all of the row against all of the column"
      lines += ["", "  " + style.bold(title)]
      let rows = tournament.values.indices.map { challenger in
        [tournament.values[challenger]]
          + tournament.values.indices.map { resident in
            results.first { $0.challengers == mix && $0.challenger == challenger && $0.resident == resident }
              .map(Self.words) ?? "-"
          }
      }
      lines += Columns.lines([[""] + tournament.values] + rows).map { "    " + $0 }
    }
    let legend = "sooner, later: surely so (p < 0.05, corrected, from 6 repeats on); else what would settle it"
    return lines + ["", style.dim("  " + legend)]
  }

  /// `12.3 % sooner`, `the same`, `open (-2.1 %; 14 repeats)`. Where times are bounds no number of repeats settles it.
  public static func words(_ result: Result) -> String {
    guard let finding = result.completion else { return "nothing measured" }
    let found = finding.difference
    let percent = found.firstMean > 0 ? 100 * found.differences.mean / found.firstMean : 0
    switch finding.outcome {
    case .differs: return "\(Decimal.text(abs(percent), places: 1)) % \(percent < 0 ? "sooner" : "later")"
    case .same: return "the same"
    case .open:
      let areBounds = found.firstCensored + found.secondCensored > 0
      let beyond = areBounds ? "not all completed" : "more than \(RepeatsNeeded.most) repeats"
      let needed = finding.repeatsNeeded.map { "\($0) repeats" } ?? beyond
      return "open (\(Decimal.signed(percent, places: 1)) %; \(needed))"
    }
  }

  /// The content of `tournament.json`.
  public var json: String {
    CanonicalJSON.object([
      "schema": .integer(1),
      "name": .text(comparison.name),
      "group": .text(tournament.group),
      "key": .text(tournament.key),
      "values": .list(tournament.values.map { .text($0) }),
      "randomSeeds": .list(comparison.randomSeeds.map { .text(String($0)) }),
      "matches": .list(
        results.map { result in
          .object([
            "resident": .text(tournament.values[result.resident]),
            "challenger": .text(tournament.values[result.challenger]),
            "challengers": result.challengers.map { .integer(Int64($0)) } ?? .null,
            "findings": .list(result.contrast.findings.map(\.json)),
          ])
        }),
    ]).text
  }
}
