import Planning
import SwarmTime

/// Tenures of a client whose optimistic slots have a clock of their own: the wire shows when each begins and ends.
///
/// What it unchokes at a point of that clock, and at no round, is optimistic. It may earn a regular slot at the next round,
/// and lose it at one after: so a tenure is cut short only by a choke between rounds, or at the very next round.
struct OwnClockTenure {
  private(set) var told = 0
  private(set) var cut: [(span: Span, partner: Int)] = []

  /// Both ends of each lie on the wire: fewer tell as much as those that have to be told from regular ones.
  private static let needed = 2

  init(_ sight: RoundSight) {
    let view = sight.view
    let slack = view.profile.gridTolerance + view.delay
    let rounds = sight.rounds.map(\.at)
    for change in view.ofOptimisticClock.flatMap(\.changes) where change.isUnchoke {
      // What may be a round's, and only late on the wire, is no tenure for sure.
      if rounds.contains(where: { $0 - slack <= change.at && change.at <= $0 + slack }) { continue }
      guard let span = Span.at(change.at, in: view.unchoked(change.partner)) else { continue }
      let isWhole = span.end - span.start >= view.profile.tenure - slack
      let choke = view.changes.first { $0.frame == span.endFrame && $0.partner == change.partner && !$0.isUnchoke }
      if isWhole {
        told += 1
      } else if let choke, choke.cause == .grid {
        told += 1
        let passed = rounds.filter { span.start + slack < $0 && $0 <= span.end + slack }
        let isAtRound = passed.last.map { span.end - $0 <= slack + slack } ?? false
        if !isAtRound || passed.count < 2 { cut.append((span, change.partner)) }
      }
    }
  }

  func verdict(_ judging: OptimisticJudging, _ expected: String) -> Verdict {
    let allowed = Int(judging.parameters.integer("unexplained") ?? 2)
    let observed = "\(Wording.count(told, "tenure")) on its own clock, \(cut.count) cut short"
    let evidence = cut.prefix(5).map { span, partner in
      Evidence(
        t: span.end, frame: span.endFrame > 0 ? Int(span.endFrame) : nil,
        peers: [judging.say.peer, judging.name(partner)],
        text: "choked \(judging.name(partner)) \(Wording.seconds(span.end - span.start)) after its optimistic unchoke")
    }
    if cut.count >= allowed {
      return judging.say(
        .tenure, judging.doubt == nil ? .fail : .undecided, expected, observed, told, Self.needed, evidence,
        reason: judging.doubt)
    }
    let reason =
      !cut.isEmpty
      ? "one tenure was cut short; \(allowed) would be a fail"
      : told < Self.needed ? "\(Wording.count(told, "tenure")) seen from end to end, of \(Self.needed) needed" : nil
    return judging.say(
      .tenure, reason == nil ? .pass : .undecided, expected, observed, told, Self.needed, evidence, reason: reason)
  }
}
