import Dissection
import SwarmTime
import Wire

/// Blocks that a peer asked for while unchoked and waits for to the end, from one that has kept it unchoked since and has
/// sent it none for long.
///
/// It says why a swarm stands still, and breaks no rule by itself: BEP 3 does not say that a request must be answered.
struct OwedBlocks {
  /// Index in the cast of who owes them.
  var sender: Int
  /// Asked for, and neither sent nor rejected, cancelled or dropped by a choke.
  var count: Int
  /// The one that was asked for first.
  var first: BlockPlace
  var askedAt: SwarmInstant
  var askedFrame: Int32
  /// Blocks that came although they were asked for later.
  var overtaken: Int
  /// Since when nothing has come.
  var since: SwarmInstant
  var silence: SwarmDuration

  /// From so long a silence on somebody is said to owe; what is slow sends now and then.
  static let long = SwarmDuration.seconds(10)

  /// What others owe a peer when it goes, the longest wait first.
  static func toward(_ peer: Int, _ scene: Scene) -> [OwedBlocks] {
    let gone = scene.departure(peer) - .seconds(1)
    let debts = scene.conversations.indices.compactMap { place -> OwedBlocks? in
      let conversation = scene.conversations[place]
      guard conversation.isOurs, conversation.isKnownFromStart, conversation.first != conversation.second else {
        return nil
      }
      // Who stands still sends nothing, so the capture may end before the run does.
      let both = min(scene.departure(conversation.first), scene.departure(conversation.second))
      let closed = conversation.isCensored ? both : conversation.closed
      guard closed >= gone else { return nil }
      for side in 0...1 where conversation.peer(side) == peer {
        return Line(scene, place, asker: side).debt(until: closed)
      }
      return nil
    }
    return debts.sorted { ($0.since, $0.sender) < ($1.since, $1.sender) }
  }

  /// One side of a connection asks the other.
  private struct Line {
    private struct Request { var number: Int; var at: SwarmInstant; var frame: Int32 }

    private var open: [BlockPlace: Request] = [:]
    private var asked = 0
    /// Numbers of the requests that were answered by their block.
    private var served: [Int] = []
    private var lastBlock: SwarmInstant?
    private var isUnchoked = false
    private let sender: Int

    init(_ scene: Scene, _ place: Int, asker side: Int) {
      sender = scene.conversations[place].peer(1 - side)
      var pending = scene.holes[place]
      for index in scene.messages[place] {
        let message = scene.trace.messages[Int(index)]
        while let first = pending.first, scene.trace.holes[Int(first)].start <= message.time {
          pending.removeFirst()
          open.removeAll()
          if scene.trace.holes[Int(first)].loses == .state { isUnchoked = false }
        }
        hear(message, scene.instant(message.time), isAsker: Int(message.from & 1) == side)
      }
    }

    private mutating func hear(_ message: TracedMessage, _ at: SwarmInstant, isAsker: Bool) {
      let block = BlockPlace(piece: message.piece, begin: message.begin, length: message.length)
      switch (message.kind, isAsker) {
      case (.unchoke, false): isUnchoked = true
      case (.choke, false):
        isUnchoked = false
        open.removeAll()
      case (.request, true):
        asked += 1
        if isUnchoked, open[block] == nil { open[block] = Request(number: asked, at: at, frame: message.frame) }
      case (.cancel, true), (.reject, false): open[block] = nil
      case (.piece, false):
        lastBlock = at
        if let request = open.removeValue(forKey: block) { served.append(request.number) }
      default: break
      }
    }

    func debt(until closed: SwarmInstant) -> OwedBlocks? {
      guard isUnchoked, let (block, first) = open.min(by: { $0.value.number < $1.value.number }) else { return nil }
      let since = max(lastBlock ?? first.at, first.at)
      guard closed - since >= OwedBlocks.long else { return nil }
      return OwedBlocks(
        sender: sender, count: open.count, first: block, askedAt: first.at, askedFrame: first.frame,
        overtaken: served.count { $0 > first.number }, since: since, silence: closed - since)
    }
  }
}
