import Comparing
import Foundation

/// What changes of address come to for each kind of client, over several runs, as two tables of Markdown.
package struct AddressTable {
  private let clients: [(name: String, runs: [AddressRun])]

  /// - Parameter runs: clients come in the order of their first one.
  package init(_ runs: [AddressRun]) {
    var names: [String] = []
    for run in runs where !names.contains(run.client) { names.append(run.client) }
    clients = names.map { name in (name: name, runs: runs.filter { $0.client == name }) }
  }

  package var markdown: String {
    let changes =
      [
        "| client | changes | seconds to a connection from the new address | to payload | attempts on the dead one | "
          + "KiB fetched again | answers that still named it | never |",
        "|---|---|---|---|---|---|---|---|",
      ] + clients.map { Self.changes($0.name, $0.runs.flatMap(\.changes)) }
    let waits =
      ["| client | runs | moved waits, s | stayed waits, s | difference |", "|---|---|---|---|---|"]
      + clients.map { Self.waits($0.name, $0.runs) }
    return (changes + [""] + waits).joined(separator: "\n")
  }

  /// What is fetched again and tried in vain is told of changes after which payload came.
  private static func changes(_ client: String, _ changes: [AddressRun.Change]) -> String {
    let heard = changes.filter { $0.wait != nil }
    let waits = heard.compactMap(\.wait)
    let never = changes.count - heard.count
    guard !heard.isEmpty else { return "| \(client) | \(changes.count) | none | | | | | \(never) |" }
    let attempts = Sample(heard.map { Double($0.attempts) }).mean
    let cells = [
      client, "\(changes.count)", spread(heard.compactMap(\.connection), places: 1), spread(waits, places: 1),
      text(attempts, places: 1), spread(heard.map { $0.fetchedAgain / 1024 }, places: 0),
      spread(heard.map { Double($0.staleAnswers) }, places: 0), "\(never)",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  /// The means of each run, and their difference, paired by run, with its 95 % interval by Student's t.
  private static func waits(_ client: String, _ runs: [AddressRun]) -> String {
    let both = runs.filter { !$0.moved.isEmpty && !$0.stayed.isEmpty }.map {
      (Sample($0.moved).mean, Sample($0.stayed).mean)
    }
    guard both.count > 1 else { return "| \(client) | \(both.count) | | | too few |" }
    let differences = Sample(both.map { $0.0 - $0.1 })
    let half = StudentT.critical(0.95, degrees: both.count - 1) * differences.standardError
    let (low, high) = (differences.mean - half, differences.mean + half)
    return "| \(client) | \(both.count) | \(text(Sample(both.map(\.0)).mean, places: 1)) | "
      + "\(text(Sample(both.map(\.1)).mean, places: 1)) | \(signed(differences.mean)) "
      + "(\(signed(low)) to \(signed(high))) |"
  }

  /// The median, and from where to where.
  private static func spread(_ values: [Double], places: Int) -> String {
    let sorted = values.sorted()
    guard let least = sorted.first, let most = sorted.last else { return "none" }
    let median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    return "\(text(median, places: places)) (\(text(least, places: places)) to \(text(most, places: places)))"
  }

  private static func text(_ value: Double, places: Int) -> String { String(format: "%.\(places)f", value) }
  private static func signed(_ value: Double) -> String { String(format: "%+.1f", value) }
}
