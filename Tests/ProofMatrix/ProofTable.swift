import Misbehaviour

/// The matrix as Markdown: a line for each misbehaviour and dose, a column for each check.
package struct ProofTable {
  private var lines: [String] = []
  private var notes: [String] = []
  /// What stands against its expectation, one line each.
  package private(set) var complaints: [String] = []
  private let columns: [String]

  /// - Parameter columns: the checks, in the order of the catalogue.
  package init(columns: [String]) {
    self.columns = columns
    lines = [
      "| misbehaviour | dose | scene | " + columns.joined(separator: " | ") + " |",
      "|" + String(repeating: "---|", count: columns.count + 3),
    ]
  }

  /// - Parameter results: of one dose, one for each random seed.
  package mutating func add(_ row: ProofRow, dose: Double, _ results: [TrialResult]) {
    let unit = MisbehaviourCatalogue.spec(named: row.misbehaviour)?.unit ?? ""
    var cells = ["`\(row.misbehaviour)`", "\(ProofScene.plain(dose)) \(unit)", "`\(row.scene)`"]
    for check in columns {
      cells.append(cell(row.expectation(check), reason(row, check), results.compactMap { $0.outcomes[check] }))
    }
    lines.append("| " + cells.joined(separator: " | ") + " |")
    for result in results {
      for complaint in result.complaints(row) {
        complaints.append(
          "\(row.misbehaviour)=\(ProofScene.plain(dose)), random seed \(result.randomSeed): \(complaint)")
      }
    }
  }

  package mutating func add(honest scene: String, mustDecide: [String], _ results: [TrialResult]) {
    var cells = ["none", "", "`\(scene)`"]
    for check in columns {
      let outcomes = results.compactMap { $0.outcomes[check] }
      let passed = outcomes.count { $0.state == .pass }
      let failed = outcomes.count { $0.state == .fail || !$0.blamed.isEmpty }
      if outcomes.isEmpty {
        cells.append("")
      } else if failed > 0 {
        cells.append("**\(failed) of \(outcomes.count) FAILED**")
      } else {
        cells.append(passed == outcomes.count ? "pass" : passed == 0 ? "?" : "pass \(passed) of \(outcomes.count)")
      }
    }
    lines.append("| " + cells.joined(separator: " | ") + " |")
    for result in results {
      for complaint in result.complaints(mustDecide: mustDecide) {
        complaints.append("honest \(scene), random seed \(result.randomSeed): \(complaint)")
      }
    }
  }

  private mutating func reason(_ row: ProofRow, _ check: String) -> String {
    guard let entailed = row.mayFail.first(where: { $0.check == check }) else { return "" }
    let who = entailed.blamesOthers ? ", for honest peers too" : ""
    let note = "`\(check)` may fail\(who): \(entailed.reason)."
    if !notes.contains(note) { notes.append(note) }
    return " (\((notes.firstIndex(of: note) ?? 0) + 1))"
  }

  private func cell(_ expectation: Expectation, _ reason: String, _ outcomes: [CheckOutcome]) -> String {
    guard !outcomes.isEmpty else { return "" }
    let all = outcomes.count
    let failed = outcomes.count { $0.state == .fail }
    let undecided = outcomes.count { $0.state == .undecided }
    let wrong = outcomes.count { $0.complaint(expectation) != nil }
    let mark = wrong > 0 ? " **AGAINST: \(wrong) of \(all)**" : ""
    switch expectation {
    case .mustFail: return (failed == all ? "**fail**" : "**fail** \(failed) of \(all)") + reason + mark
    case .mayFail: return (failed == 0 ? "·" : failed == all ? "fail" : "fail \(failed) of \(all)") + reason + mark
    case .mustPass: return (undecided == all ? "?" : "·") + mark
    }
  }

  package var markdown: String {
    var text = lines.joined(separator: "\n") + "\n"
    if !notes.isEmpty {
      text += "\n" + notes.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n") + "\n"
    }
    return text
  }
}
