import PeerCore
import SwarmTime
import Wire

/// Takes its interest in each remote back once in a period, and shows it again a second later (or half a period, if that
/// is less).
struct InterestFlapper: Rule {
  private let period: SwarmDuration
  private let pause: SwarmDuration
  /// Remotes that the peer is interested in, by rising slot.
  private var flaps: [Flap] = []

  private struct Flap {
    var slot: ConnectionSlot
    var due: SwarmInstant
    /// It has been told that we are not interested.
    var isPaused = false
  }

  init(period: SwarmDuration) {
    self.period = period
    pause = min(.seconds(1), SwarmDuration(nanoseconds: period.nanoseconds / 2))
  }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    if case .closed(let slot) = input { flaps.removeAll { $0.slot == slot } }
    return input
  }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    switch action {
    case .send(let slot, .interested):
      flaps.removeAll { $0.slot == slot }
      flaps.append(Flap(slot: slot, due: now + period - pause))
      flaps.sort { $0.slot.index < $1.slot.index }
    case .send(let slot, .notInterested):
      let wasTold = flaps.first { $0.slot == slot }?.isPaused ?? false
      flaps.removeAll { $0.slot == slot }
      if wasTold { return }
    case .close(let slot, _): flaps.removeAll { $0.slot == slot }
    default: break
    }
    actions.append(action)
  }

  mutating func act(at now: SwarmInstant, into actions: inout ActionQueue) {
    for place in flaps.indices where flaps[place].due <= now {
      flaps[place].isPaused.toggle()
      let isPaused = flaps[place].isPaused
      flaps[place].due = now + (isPaused ? pause : period - pause)
      actions.append(.send(flaps[place].slot, isPaused ? .notInterested : .interested))
    }
  }

  var nextDeadline: SwarmInstant? { flaps.lazy.map(\.due).min() }
}

extension MisbehaviourSpec {
  static let interestFlapper = Self(
    "interest-flapper", "Takes its interest in everybody back for a second, again and again.", doses: [30, 10, 2],
    of: "s from one time to the next", in: 0.1...1e6, .rule { InterestFlapper(period: .seconds($1)) })
}
