import PeerCore
import SwarmTime
import Wire

/// Serves nobody, and once it was choked goes on under another peer id: its connections end, and are made anew.
///
/// Whitewashing (Feldman et al., PINS 2004): what others know of it is left behind, and it is a newcomer again, whom
/// an optimistic draw prefers (`Snapshot.wasUnchoked`). It unchokes nobody since it hears of nobody's interest. Once it
/// is complete it has no more use for another name.
struct Whitewasher: Rule {
  private let leastLife: SwarmDuration
  private let client: [UInt8]
  private var random: RandomSource
  private var isComplete: Bool
  /// When somebody was first connected under the present peer id; nil before.
  private var since: SwarmInstant?
  /// Under the present peer id.
  private var wasChoked = false

  /// - Parameter leastLife: of a peer id.
  init(_ configuration: PeerConfiguration, leastLife: SwarmDuration) {
    self.leastLife = leastLife
    client = Array(configuration.peerID.prefix(8))
    random = RandomSource(seed: RandomSeed.derive(from: configuration.randomSeed, name: "whitewasher"))
    isComplete = configuration.havePieces.allSatisfy { $0 }
  }

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    switch input {
    case .connected: since = since ?? now
    case .received(_, .choke): wasChoked = true
    case .received(let slot, .interested): return .received(slot, .keepAlive)
    default: break
    }
    return input
  }

  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    if case .completed = action { isComplete = true }
    actions.append(action)
  }

  /// Behind all else, since connections that end take their slots with them.
  mutating func act(at now: SwarmInstant, into actions: inout ActionQueue) {
    guard let due = nextDeadline, due <= now else { return }
    since = nil
    wasChoked = false
    actions.append(.changeIdentity(peerID: client + random.letters(12)))
  }

  var nextDeadline: SwarmInstant? {
    guard !isComplete, wasChoked, let since else { return nil }
    return since + leastLife
  }
}

extension MisbehaviourSpec {
  static let whitewasher = Self(
    "whitewasher",
    "Unchokes nobody, and once it was choked takes another peer id and connects anew, so often at most.",
    doses: [120, 60, 20], of: "s from one peer id to the next", in: 0...1e9,
    .rule { Whitewasher($0, leastLife: .seconds($1)) })
}
