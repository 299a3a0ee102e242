import SwarmTime
import Wire

/// What one remote may do in vain before it is closed. Blocks that are exchanged in good order make up for it one by one,
/// so that who oversteps now and then is never closed.
struct Patience: Sendable {
  /// Requests that were refused, since it is choked or has as many queued as we accept: so many times what is accepted.
  /// All that was on its way when it was choked may come in vain, and as much again is patience enough. (libtorrent
  /// closes after 50 in a row: `max_rejects`.)
  static let mostRefused = 2
  /// Blocks that nobody asked for. What answers a withdrawn request of BEP 3 counts, too; there are no more of these than
  /// a whole queue.
  static let mostUnasked = 500
  /// How long, all told, it may owe us blocks while it unchokes us and bring none: as long as it may be silent. It has
  /// been snubbed for most of it, and what it owes is with others.
  static let longestDebt = SwarmDuration.seconds(240)

  private var refused = 0
  private var unasked = 0
  private var debt = SwarmDuration.zero

  /// - Returns: whether it is too much.
  mutating func refusedRequest(accepted: Int) -> Bool {
    refused += 1
    return refused > Self.mostRefused * accepted
  }

  mutating func servedBlock() { refused = max(0, refused - 1) }

  mutating func broughtUnaskedBlock() -> Bool {
    unasked += 1
    return unasked > Self.mostUnasked
  }

  mutating func broughtBlock() {
    unasked = max(0, unasked - 1)
    debt = .zero
  }

  /// It chokes us, and so owes nothing.
  mutating func owesNothing() { debt = .zero }

  mutating func owed(for time: SwarmDuration) -> Bool {
    debt = debt + time
    return debt > Self.longestDebt
  }
}
