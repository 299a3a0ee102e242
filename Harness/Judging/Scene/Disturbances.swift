import Dissection
import Planning
import SwarmTime

/// Stretches in which packets do not show what two peers knew of each other, since a fault of the plan stood between: what
/// was said was captured, and not heard, or heard late. Nobody is blamed for what happens in one.
///
/// - A peer that was stopped or cut off, with everybody; those on both sides of a partition, with each other. It lasts for
///   as long again as the fault did, and a round: TCP doubles its waits, so that what was lost is sent again no later than
///   that, and who was silent for long is taken for snubbing until it has sent something. What is sent again while the next
///   fault stands between the two is lost again, and waits for as long as it did since the first: such faults are one.
/// - Who kept a connection to an address that had gone silent, with its peer, until that connection is closed.
public struct Disturbances: Sendable {
  /// When a fault stood between two, from when it struck to when it was healed.
  private struct Cut {
    var at: SwarmInstant
    var healed: SwarmInstant
  }

  /// By place in the plan.
  private var ofPeer: [Int: [Cut]] = [:]
  private var firstReturns: [Int: SwarmInstant] = [:]
  /// The lower place first.
  private var ofPair: [Pair: [Cut]] = [:]
  /// Connections to a dead address, by pair; disjoint and by start.
  private var ghosts: [Pair: [Span]] = [:]
  private let end: SwarmInstant

  /// Between two rounds of a native peer.
  private static let round = SwarmDuration.seconds(10)

  init(plan: Plan, facts: RunFacts, trace: Trace, cast: Cast, clock: RunClock, end: SwarmInstant) {
    self.end = end
    for fault in facts.faults {
      let cut = Cut(at: fault.at, healed: min(end, fault.healedAt ?? end))
      switch fault.kind {
      case .pause, .isolate:
        for peer in fault.peers {
          ofPeer[peer, default: []].append(cut)
          // Another program's timers may go on from where they were stopped; a native peer's keep their phase.
          if fault.kind == .pause, plan.peers[peer].client.kind == .command { beginsAnew(peer, fault.at) }
        }
      case .partition:
        for peer in fault.peers {
          for other in fault.others { ofPair[Self.pair(peer, other), default: []].append(cut) }
        }
      case .leave, .restart:
        for peer in fault.peers { beginsAnew(peer, fault.at) }
      case .kill, .changeAddress, .changeRate, .resetConnections, .fullDisk, .stopTracker, .trackerError: break
      }
    }
    for move in facts.moves {
      // Another program was begun anew at its other address.
      if plan.peers[move.peer].client.kind == .command { beginsAnew(move.peer, move.at) }
      addGhosts(of: move, trace, cast, clock, end)
    }
    ghosts = ghosts.mapValues(Span.covered)
  }

  private mutating func beginsAnew(_ peer: Int, _ at: SwarmInstant) {
    firstReturns[peer] = min(at, firstReturns[peer] ?? .distantFuture)
  }

  /// When a peer first went that comes back, or was begun anew, or stopped where its timers do not keep their phase:
  /// its rounds lie on a grid of another phase from then on. Nil for one that stayed.
  func newGrid(of peer: Int) -> SwarmInstant? { firstReturns[peer] }

  private mutating func addGhosts(
    of move: RunFacts.Move, _ trace: Trace, _ cast: Cast, _ clock: RunClock, _ end: SwarmInstant
  ) {
    for connection in trace.connections where clock.instant(realtime: connection.opened) <= move.at {
      let (a, b) = (connection.a.endpoint.address, connection.b.endpoint.address)
      guard a == move.from || b == move.from, let other = cast.planned(a == move.from ? b : a) else { continue }
      let closed = connection.closed.map { clock.instant(realtime: $0) } ?? end
      guard closed > move.at else { continue }
      ghosts[Self.pair(move.peer, other), default: []].append(Span(start: move.at, end: closed, startFrame: 0))
    }
  }

  private static func pair(_ a: Int, _ b: Int) -> Pair { Pair(from: min(a, b), to: max(a, b)) }

  var isEmpty: Bool { ofPeer.isEmpty && ofPair.isEmpty && ghosts.isEmpty }

  /// Stretches in which these two may not have heard each other, disjoint and by start.
  func between(_ a: Int, _ b: Int) -> [Span] {
    Span.covered(each(a, b))
  }

  /// The same for each fault, by start, from when it struck.
  func each(_ a: Int, _ b: Int) -> [Span] {
    let pair = Self.pair(a, b)
    let cuts = ((ofPeer[a] ?? []) + (ofPeer[b] ?? []) + (ofPair[pair] ?? [])).sorted { $0.at < $1.at }
    let spans = zip(cuts, lingering(cuts)).map { Span(start: $0.at, end: $1.end, startFrame: 0) }
    return (spans + (ghosts[pair] ?? [])).sorted { $0.start < $1.start }
  }

  /// - Parameter cuts: by start.
  private func lingering(_ cuts: [Cut]) -> [Span] {
    var spans: [Span] = []
    var first: Cut?
    for cut in cuts {
      var whole = cut
      if let first, let last = spans.last, cut.at <= last.end {
        whole = Cut(at: first.at, healed: max(first.healed, cut.healed))
      }
      first = whole
      let rest = whole.healed - whole.at + Self.round
      spans.append(Span(start: whole.at, end: min(end, whole.healed + rest), startFrame: 0))
    }
    return spans
  }

  func isTouched(_ a: Int, _ b: Int, from start: SwarmInstant, through end: SwarmInstant) -> Bool {
    !isEmpty && between(a, b).contains { $0.start <= end && $0.end >= start }
  }

  /// Choke and interest with what was disturbed made unknown, as far as the two had a connection then.
  func hiding(_ timelines: Timelines, _ conversations: [Conversation]) -> Timelines {
    guard !isEmpty else { return timelines }
    var connected = ghosts
    for conversation in conversations where conversation.isOurs && !conversation.isDuplicate {
      connected[Self.pair(conversation.first, conversation.second), default: []].append(
        Span(start: conversation.opened, end: conversation.closed, startFrame: 0))
    }
    connected = connected.mapValues(Span.covered)
    func hide(_ lines: inout [PairTimeline]) {
      for place in lines.indices {
        let pair = lines[place].pair
        let disturbed = between(pair.from, pair.to)
        guard !disturbed.isEmpty else { continue }
        let hidden = Span.intersection(disturbed, connected[Self.pair(pair.from, pair.to)] ?? [])
        lines[place].on = Span.difference(lines[place].on, disturbed)
        lines[place].unknown = Span.union(lines[place].unknown + hidden)
      }
    }
    var rest = timelines
    hide(&rest.unchokes)
    hide(&rest.interests)
    return rest
  }
}
