import SwarmTime

/// Draws progress as lines: a bar for each peer, its rates, what is left. Pure: state and size in, lines out.
///
/// Where the screen is too low for all peers, whole groups are folded into one line each (largest first), which says how
/// many peers it stands for and how far the last and the first of them are; what still has no room is counted.
public struct LiveDisplay: Sendable {
  public var style: TerminalStyle

  public init(style: TerminalStyle) { self.style = style }

  public func lines(_ progress: SwarmProgress, width: Int, height: Int) -> [String] {
    let room = max(1, height - 3)
    let rows = Self.rows(progress, room: room)
    let nameWidth = min(max(rows.map(\.name.count).max() ?? 0, 8), max(8, width / 3))
    var out = [headline(progress, width)]
    for row in rows { out.append(line(row, progress, nameWidth: nameWidth, width: width)) }
    return out
  }

  /// One line: a peer, a folded group, or the count of what has no room.
  struct Row {
    var name: String
    /// Lowest, median and highest count of pieces; all the same for one peer.
    var held: (Int, Int, Int)
    var upload: Int64
    var download: Int64
    var mark: String
    var isRest = false
  }

  static func rows(_ progress: SwarmProgress, room: Int) -> [Row] {
    var groups: [(name: String, peers: [SwarmProgress.Peer], folded: Bool)] = []
    for peer in progress.peers {
      if let last = groups.indices.last, groups[last].name == peer.group {
        groups[last].peers.append(peer)
      } else {
        groups.append((peer.group, [peer], false))
      }
    }
    func height() -> Int { groups.reduce(0) { $0 + ($1.folded ? 1 : $1.peers.count) } }
    while height() > room {
      let candidates = groups.indices.filter { !groups[$0].folded && groups[$0].peers.count > 1 }
      guard let largest = candidates.max(by: { groups[$0].peers.count < groups[$1].peers.count }) else { break }
      groups[largest].folded = true
    }
    var rows = groups.flatMap { group in
      group.folded ? [fold(group.name, group.peers, progress)] : group.peers.map { row($0) }
    }
    if rows.count > room {
      let hidden = rows.count - (room - 1)
      rows.removeLast(hidden)
      rows.append(
        Row(name: "and \(hidden) more", held: (0, 0, 0), upload: 0, download: 0, mark: "", isRest: true))
    }
    return rows
  }

  private static func row(_ peer: SwarmProgress.Peer) -> Row {
    let mark =
      switch peer.state {
      case .waiting: "waits"
      case .active: ""
      case .complete: peer.isSeed ? "seed" : "done"
      case .left: "left"
      case .died: "DIED"
      }
    return Row(
      name: peer.name, held: (peer.held, peer.held, peer.held), upload: peer.upload, download: peer.download, mark: mark
    )
  }

  private static func fold(_ name: String, _ peers: [SwarmProgress.Peer], _ progress: SwarmProgress) -> Row {
    let held = peers.map(\.held).sorted()
    let done = peers.filter { $0.held >= progress.pieces }.count
    let died = peers.filter { $0.state == .died }.count
    return Row(
      name: "\(name) × \(peers.count)",
      held: (held.first ?? 0, held.isEmpty ? 0 : held[held.count / 2], held.last ?? 0),
      upload: peers.reduce(0) { $0 + $1.upload }, download: peers.reduce(0) { $0 + $1.download },
      mark: died > 0 ? "\(died) DIED" : "\(done) done")
  }

  private func headline(_ progress: SwarmProgress, _ width: Int) -> String {
    let percent = "\(progress.perMille / 10) %"
    let complete = "\(progress.completed) of \(progress.expected.count) complete"
    let left =
      if let left = progress.left {
        "about \(real(left, progress)) left"
      } else {
        "at most \(real(max(.zero, progress.deadline - progress.now), progress)) left"
      }
    let parts = [Quantity.duration(progress.now - .zero), percent, complete, left]
    let plain = parts.joined(separator: " · ")
    return style.bold(String(plain.prefix(max(1, width - 1))))
  }

  /// Swarm time as the watcher's own time.
  private func real(_ duration: SwarmDuration, _ progress: SwarmProgress) -> String {
    Quantity.duration(SwarmDuration(nanoseconds: Int64(Double(duration.nanoseconds) / progress.speed)))
  }

  private func line(_ row: Row, _ progress: SwarmProgress, nameWidth: Int, width: Int) -> String {
    if row.isRest { return style.dim("  " + row.name) }
    let name = String(row.name.prefix(nameWidth)) + String(repeating: " ", count: max(0, nameWidth - row.name.count))
    let rates = " ↑" + Self.right(Quantity.rate(row.upload), 10) + " ↓" + Self.right(Quantity.rate(row.download), 10)
    let percent = progress.pieces == 0 ? 0 : row.held.1 * 100 / progress.pieces
    let tail = Self.right("\(percent)", 4) + " %" + rates + "  " + row.mark
    let barWidth = min(50, width - nameWidth - 6 - 40)
    guard barWidth >= 5 else {
      return String("\(name)\(Self.right("\(percent)", 4)) % \(row.mark)".prefix(max(1, width - 1)))
    }
    return name + " " + bar(row.held, of: progress.pieces, width: barWidth) + tail
  }

  /// Full up to the lowest, lighter up to the median, lightest up to the highest.
  private func bar(_ held: (Int, Int, Int), of pieces: Int, width: Int) -> String {
    func cells(_ count: Int) -> Int { pieces == 0 ? 0 : min(width, count * width / pieces) }
    let low = cells(held.0)
    let middle = cells(held.1) - low
    let high = cells(held.2) - middle - low
    let filled = String(repeating: "█", count: low)
    let rest = String(repeating: "▓", count: middle) + String(repeating: "▒", count: high)
    let empty = String(repeating: "░", count: width - low - middle - high)
    return (held.0 >= pieces ? style.green(filled) : style.blue(filled + rest)) + style.dim(empty)
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
