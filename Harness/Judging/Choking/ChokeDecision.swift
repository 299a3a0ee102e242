public import SwarmTime

/// Changes that nothing but a round explains and that were sent together: one decision of a choker.
///
/// Decisions are counted, not changes: whatever keeps one message from the wire in time keeps its neighbours, too.
public struct ChokeDecision: Hashable, Sendable {
  /// The earliest of them; by time.
  public let first: ChokeChange
  public private(set) var changes: [ChokeChange]

  public var at: SwarmInstant { first.at }

  /// - Parameter changes: by time; those that something else explains are left out.
  /// - Parameter spread: how long after the first of a decision the others may follow.
  public static func gathered(from changes: [ChokeChange], within spread: SwarmDuration) -> [ChokeDecision] {
    var decisions: [ChokeDecision] = []
    for change in changes where change.cause == .grid {
      if let last = decisions.last, change.at - last.at <= spread {
        decisions[decisions.count - 1].changes.append(change)
      } else {
        decisions.append(ChokeDecision(first: change, changes: [change]))
      }
    }
    return decisions
  }
}
