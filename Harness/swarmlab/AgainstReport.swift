import Dissection
import Replaying
import Reporting
import SwarmTime
import Wire

/// What is said of a play, before and after it.
struct AgainstReport {
  private let conversation: RecordedConversation
  private let role: AgainstOptions.Role
  private let metainfo: Metainfo

  init(_ conversation: RecordedConversation, _ role: AgainstOptions.Role, _ metainfo: Metainfo) {
    self.conversation = conversation
    self.role = role
    self.metainfo = metainfo
  }

  var opening: [String] {
    let ours = conversation.ends[role == .initiator ? 0 : 1]
    return [
      Output.style.bold("stream \(conversation.stream)") + ": \(conversation.ends[0]) opened it, "
        + "\(conversation.ends[1]) accepted; \(Quantity.count(conversation.lines.count, "message"))",
      "  playing the \(role.rawValue), \(ours), with \(metainfo.name): \(Quantity.bytes(metainfo.totalLength)) in "
        + Quantity.count(metainfo.pieceCount, "piece"),
    ]
  }

  func lines(_ report: LiveConversation.Report) -> [String] {
    var lines = report.refused.map { "  sent away: \($0)" }
    if case .departed(let departure) = report.outcome { lines += self.lines(departure, report.account) }
    lines += Self.table(report.account)
    lines += report.account.passedOver.sorted { $0.key < $1.key }.map { "  not said: \($0.value) \($0.key)" }
    let account = report.account
    lines.append(
      "  gave \(Quantity.bytes(account.servedBytes)), got \(Quantity.bytes(account.receivedBytes)) "
        + "(\(Quantity.count(account.verifiedPieces, "piece")) whole, with the right hash)")
    let time = "in \(Quantity.duration(SwarmDuration(nanoseconds: report.duration)))"
    if report.outcome == .played {
      let end = account.linesPlayed < account.lines ? "; the client, with nothing left to do, ended it" : ""
      lines.append(
        Output.style.green("  played") + ": \(account.linesPlayed) of \(account.lines) messages \(time)\(end)")
    } else {
      lines.append(
        Output.style.red("  departed") + " after \(account.linesPlayed) of \(account.lines) messages \(time)")
    }
    return lines
  }

  private func lines(_ departure: Departure, _ account: PlayAccount) -> [String] {
    let place = departure.frame.map { ", frame \($0) of the recording" } ?? ", after the recording's end"
    let found =
      switch departure.found {
      case .nothing(let within): "nothing within \(Quantity.duration(SwarmDuration(nanoseconds: within)))"
      case .closed: "the end of the connection"
      case .heard(let text): text
      }
    return [
      Output.style.red("  first departure") + " at message \(min(account.linesPlayed + 1, account.lines)) of "
        + "\(account.lines)\(place)",
      "    expected: \(departure.expected)", "    came:     \(found)",
      "    before:   \(departure.before ?? "nothing was heard")",
    ]
  }

  /// Kinds of messages, by us and by the other side, recorded and live.
  private static func table(_ account: PlayAccount) -> [String] {
    let head = ["", "we: recorded", "live", "other: recorded", "live"]
    let rows = account.rows.map { row in
      [row.kind] + [row.ours.recorded, row.ours.live, row.theirs.recorded, row.theirs.live].map { "\($0)" }
    }
    return ([head] + rows).map { cells in
      var line = "  " + cells[0] + String(repeating: " ", count: max(1, 20 - cells[0].count))
      for cell in cells.dropFirst() { line += String(repeating: " ", count: max(1, 16 - cell.count)) + cell }
      return line
    }
  }
}
