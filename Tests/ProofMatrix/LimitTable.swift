import Foundation
import SwarmTime

/// The limits as Markdown: what was found at the limit, at the next milder dose, and of honest peers.
package struct LimitTable {
  private var lines = [
    "| what | scene, swarm time | peers | check | limit | found | at least | next milder | found | at least | "
      + "false alarms |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
  ]
  /// What stands against what is stated.
  package private(set) var complaints: [String] = []

  package init() {}

  package mutating func add(_ limit: DetectionLimit, _ doses: [DetectionLimit.Tried], honest: DetectionLimit.Tried) {
    let found = doses.last.flatMap { $0.isAlways ? $0 : nil }
    let milder = doses.last { !$0.isAlways }
    let time = honest.seconds.map { ", \($0 < 600 ? "\($0) s" : "\($0 / 60) min")" } ?? ""
    let peers = limit.scene.groups.reduce(0) { $0 + $1.count }
    let alarms = "\(honest.falseAlarms) of \(honest.n)"
    lines.append(
      "| \(limit.title) | `\(limit.scene.name)`\(time) | \(peers) | `\(limit.check)` | \(Self.cells(found, limit, "none")) | "
        + "\(Self.cells(milder, limit, "")) | \(alarms) |")
    if found?.dose != limit.stated {
      let measured = found?.dose.map(limit.describe) ?? "none"
      complaints.append("\(limit.title): \(limit.describe(limit.stated)) is stated, measured: \(measured)")
    }
    for tried in doses + [honest] where tried.falseAlarms > 0 {
      complaints.append("\(limit.title): honest peers blamed: \(Self.words(tried, limit))")
    }
  }

  private static func cells(_ tried: DetectionLimit.Tried?, _ limit: DetectionLimit, _ none: String) -> String {
    guard let tried, let dose = tried.dose else { return "\(none) | | " }
    return "\(limit.describe(dose)) | \(tried.found) of \(tried.n) | \(share(tried.atLeast))"
  }

  package static func words(_ tried: DetectionLimit.Tried, _ limit: DetectionLimit) -> String {
    guard let dose = tried.dose else { return "honest: \(tried.falseAlarms) false alarms in \(tried.n)" }
    let alarms = tried.falseAlarms > 0 ? ", \(tried.falseAlarms) of them blame others" : ""
    return "\(limit.describe(dose)): found in \(tried.found) of \(tried.n), at least \(share(tried.atLeast))\(alarms)"
  }

  /// Three decimals, rounded down: a bound of 0.9896 is none of 0.99.
  static func share(_ share: Double) -> String { String(format: "%.3f", (share * 1000).rounded(.down) / 1000) }

  package var markdown: String { lines.joined(separator: "\n") + "\n" }
}

/// Stated limits with real processes, as Markdown.
package struct ConfirmedTable {
  private var lines = [
    "| what | scene | check | limit | late by at most | runs | count | found | at least |",
    "|---|---|---|---|---|---|---|---|---|",
  ]
  package private(set) var complaints: [String] = []

  package init() {}

  package mutating func add(_ limit: DetectionLimit, _ tried: DetectionLimit.Tried) {
    let runs = tried.sightings.reduce(0) { $0 + ($1.runs ?? 1) }
    var counted = tried
    counted.sightings.removeAll { $0.isLate(beyond: limit.tolerated) }
    let what = "\(limit.title) | `\(limit.scene.name)` | `\(limit.check)` | \(limit.describe(limit.stated))"
    let late = "\(Int((limit.tolerated.seconds * 1000).rounded())) ms"
    let found = "\(counted.n) | \(counted.found) | \(LimitTable.share(counted.atLeast))"
    lines.append("| \(what) | \(late) | \(runs) | \(found) |")
    if !counted.isAlways { complaints.append("\(limit.title): \(LimitTable.words(counted, limit))") }
    if tried.falseAlarms > 0 { complaints.append("\(limit.title): others are blamed in \(tried.falseAlarms) swarms") }
    if counted.n < tried.n {
      let none = "\(tried.n - counted.n) of \(tried.n) swarms"
      complaints.append("\(limit.title): the machine was too late in every run of \(none)")
    }
  }

  package var markdown: String {
    lines.joined(separator: "\n") + """


      20 of 20 show a chance of at least 0.860 only, at a confidence of 95 %; the measurement on ideal links shows more.
      A run counts if the machine was late by no more than is said, in swarm time; the others were made again, whatever
      they had found.

      """
  }
}
