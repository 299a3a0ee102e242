import SwarmTime
import Wire

/// Follows an ideal swarm's messages and counts what breaks the rules, without asking the peers: BEP 3, BEP 6, slots.
public final class WireWatch {
  /// Times that a member broke each rule.
  public struct Faults: Hashable {
    public var requestsWhileChoked = 0
    public var unaskedBlocks = 0
    public var lateBitfields = 0
    public var missingRejects = 0
    public var requestsForHeld = 0
  }

  /// One end of a connection.
  private struct Key: Hashable {
    var connection: Int
    var member: Int
  }

  /// What an end has said, and what it was asked.
  private struct End {
    let other: Int
    var hasSpoken = false
    var isInterested = false
    var isUnchoking = false
    var chokedAt = SwarmInstant.distantPast
    var announced: Set<UInt32> = []
    /// Asked of this end and not answered: how often, and when last.
    var owes: [Block: (count: Int, at: SwarmInstant)] = [:]
    var holdsSlotOfOther = false
  }

  /// How long a message that crosses another on its way excuses it.
  private static let grace = SwarmDuration.seconds(2)

  public private(set) var faults: [Faults]
  /// Most peers that each member had unchoked and interested at once.
  public private(set) var mostUnchoked: [Int]
  private var unchoked: [Int]
  private var ends: [Key: End] = [:]
  /// With BEP 6 each request is answered. Without it a request may cross a choke and the next unchoke, and nobody but the
  /// sender knows whether it still stands: it is taken to.
  private let isFast: Bool

  public init(memberCount count: Int, isFast: Bool = true) {
    faults = Array(repeating: Faults(), count: count)
    mostUnchoked = Array(repeating: 0, count: count)
    unchoked = mostUnchoked
    self.isFast = isFast
  }

  /// Members that have broken a rule.
  public var offenders: Set<Int> { Set(faults.indices.filter { faults[$0] != Faults() }) }

  public func see(_ crossing: IdealSwarm.Crossing) {
    let here = Key(connection: crossing.connection, member: crossing.from)
    let there = Key(connection: crossing.connection, member: crossing.to)
    switch crossing.content {
    case .opened:
      ends[here] = End(other: crossing.to)
      ends[there] = End(other: crossing.from)
    case .closed:
      ends[here]?.isUnchoking = false
      ends[there]?.isUnchoking = false
      count(here, there)
      count(there, here)
      ends[here] = nil
      ends[there] = nil
    case .block(let block):
      guard ends[here] != nil else { return }
      ends[here]?.hasSpoken = true
      if !answer(block, here) { faults[crossing.from].unaskedBlocks += 1 }
    case .message(let message):
      guard ends[here] != nil, ends[there] != nil else { return }
      said(message, here, there, crossing.at)
    }
  }

  private func said(_ message: PeerMessage, _ here: Key, _ there: Key, _ now: SwarmInstant) {
    let from = here.member
    switch message {
    case .bitfield, .haveAll, .haveNone:
      if ends[here]?.hasSpoken == true { faults[from].lateBitfields += 1 }
    case .interested, .notInterested:
      ends[here]?.isInterested = message == .interested
      count(there, here)
    case .unchoke:
      ends[here]?.isUnchoking = true
      count(here, there)
    case .choke:
      ends[here]?.isUnchoking = false
      ends[here]?.chokedAt = now
      count(here, there)
    case .have(let piece): ends[here]?.announced.insert(piece)
    case .request(let block): asked(block, here, there, now)
    case .reject(let block): _ = answer(block, here)
    default: break
    }
    guard let end = ends[here] else { return }
    if case .extendedHandshake = message {} else { ends[here]?.hasSpoken = true }
    guard !end.isUnchoking, now - end.chokedAt > Self.grace else { return }
    for (block, asked) in end.owes where now - asked.at > Self.grace {
      faults[from].missingRejects += isFast ? asked.count : 0
      ends[here]?.owes[block] = nil
    }
  }

  private func asked(_ block: Block, _ here: Key, _ there: Key, _ now: SwarmInstant) {
    if ends[here]?.announced.contains(block.piece) == true { faults[here.member].requestsForHeld += 1 }
    if let other = ends[there], !other.isUnchoking, now - other.chokedAt > Self.grace {
      faults[here.member].requestsWhileChoked += 1
    }
    let times = ends[there]?.owes[block]?.count ?? 0
    ends[there]?.owes[block] = (times + 1, now)
  }

  private func answer(_ block: Block, _ here: Key) -> Bool {
    guard let owed = ends[here]?.owes[block] else { return false }
    ends[here]?.owes[block] = owed.count > 1 ? (owed.count - 1, owed.at) : nil
    return true
  }

  /// Keeps count of whom `here` unchokes among the interested.
  private func count(_ here: Key, _ there: Key) {
    guard var end = ends[here], let other = ends[there] else { return }
    let takes = end.isUnchoking && other.isInterested
    guard takes != end.holdsSlotOfOther else { return }
    end.holdsSlotOfOther = takes
    ends[here] = end
    unchoked[here.member] += takes ? 1 : -1
    mostUnchoked[here.member] = max(mostUnchoked[here.member], unchoked[here.member])
  }
}
