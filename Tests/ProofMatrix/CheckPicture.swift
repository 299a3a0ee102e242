package import Judging

/// What the documentation shows of a check: a row of the matrix in which it fails, and the same scene kept honest.
package struct CheckPicture: Sendable {
  package var check: String
  package var row: ProofRow
  package var dose: Double
  package var plot: Plot

  /// Which plot shows it.
  package enum Plot: String, Sendable { case chokes, rates, order, pieces, shares }

  /// Checks that are not about who unchokes whom.
  private static let plots: [String: Plot] = [
    "completion": .pieces, "integrity": .pieces, "distribution-time": .pieces, "rarest-first": .order,
    "rate-limit": .rates, "utilisation": .rates, "fairness": .pieces,
  ]

  /// A swarm that takes some minutes.
  private static let stroll = ProofScene(
    name: "stroll", lesson: "Leechers of two classes that are long about it, and one that comes late.", mebibytes: 48,
    groups: [
      .init("seed", "role: seed, upload: 1 MiB/s"),
      .init("leecher", "upload: 256 KiB/s, download: 1 MiB/s", count: 6),
      .init("slow", "upload: 64 KiB/s, download: 1 MiB/s", count: 6),
      .init("late", "upload: 256 KiB/s, download: 1 MiB/s, arrive: {at: 40 s}"),
    ], until: "complete: all, within: 600 s", mustDecide: [])

  /// Three upload classes under a seed that hardly helps.
  private static let ladder = ProofScene(
    name: "ladder", lesson: "Three upload classes of twelve, and a seed that hardly helps.", mebibytes: 40,
    groups: [
      .init("seed", "role: seed, upload: 256 KiB/s"),
      .init("slow", "upload: 16 KiB/s, download: 1 MiB/s", count: 12),
      .init("middle", "upload: 48 KiB/s, download: 1 MiB/s", count: 12),
      .init("fast", "upload: 144 KiB/s, download: 1 MiB/s", count: 12),
    ], until: "complete: all, within: 1800 s", mustDecide: [])

  /// Checks that show best at the strongest dose, not the middle one.
  private static let needsMost: Set<String> = ["fairness", "reciprocation"]

  /// For checks that the matrix has no row for.
  private static let others: [String: ProofRow] = [
    "utilisation": ProofRow("idle-uplink", in: "stroll", by: .one(of: "leecher"), mustFail: ["utilisation"]),
    "starvation": ProofRow("free-rider", in: "stroll", by: .one(of: "leecher"), mustFail: ["starvation"]),
    "newcomer-latency": ProofRow(
      "slow-newcomer", in: "stroll", by: .one(of: "leecher"), mustFail: ["newcomer-latency"]),
    "fairness": ProofRow(
      "random-chooser", in: "ladder", by: .all(of: ["slow", "middle", "fast"]), mustFail: ["fairness"]),
    "tit-for-tat": ProofRow("slowest-first", in: "stroll", by: .one(of: "leecher"), mustFail: ["tit-for-tat"]),
    "rarest-first": ProofRow("sequential-picker", in: "stroll", by: .one(of: "leecher"), mustFail: ["rarest-first"]),
  ]

  private var scene: ProofScene? {
    ProofScene.named(row.scene) ?? [Self.stroll, Self.ladder].first { $0.name == row.scene }
  }

  /// The misbehaviour that shows it best, where that is not the first of its rows.
  private static let best: [String: String] = [:]

  /// Nil for a check that no row must fail.
  package init?(_ check: any Check.Type) {
    let rows = ProofRow.all.filter { $0.mustFail.contains(check.name) }
    let row = rows.first { $0.misbehaviour == Self.best[check.name] } ?? rows.first
    guard let row = row ?? Self.others[check.name], let strongest = row.doses.last else { return nil }
    self.check = check.name
    self.row = row
    dose = Self.needsMost.contains(check.name) ? strongest : row.doses[row.doses.count / 2]
    plot = Self.plots[check.name] ?? .chokes
  }

  package static var all: [CheckPicture] { CheckCatalogue.all.compactMap { CheckPicture($0) } }

  package func failing(randomSeed: UInt64) -> Trial? {
    scene.map { Trial(row, in: $0, dose: dose, randomSeed: randomSeed) }
  }

  package func honest(randomSeed: UInt64) -> Trial? {
    scene.map { HonestScene($0).trial(randomSeed: randomSeed) }
  }

  /// The group whose first member is shown where nobody misbehaves.
  package var group: String {
    switch row.offenders {
    case .one(let group): group
    case .all(let groups): groups.first ?? ""
    }
  }
}
