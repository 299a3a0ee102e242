import Choking
import PeerCore
import SwarmTime
import Wire

/// Cores on ideal links with a discrete-event clock: what a real swarm should show, in a moment of real time.
///
/// Every message and every block takes the same delay and nothing is lost; upload and download limits are the cores' own.
struct IdealSwarm {
  struct Member {
    var upload: Int64
    var download: Int64?
    var isSeed = false
    var arrives = SwarmInstant.zero
  }

  struct Outcome {
    /// When each leecher had every piece; nil for one that never did.
    var completed: [SwarmInstant?]
    /// Payload bytes sent, by member and receiver.
    var sent: [[Int64]]
    var discardedBytes: Int64 = 0
    /// Payload bytes sent by seeds (0) and leechers (1) in each 5 s.
    var sentOverTime: [[Int64]] = [[], []]
    var makespan: SwarmDuration
    /// Unchoke intervals by (from, to), as (start, end).
    var unchokes: [(from: Int, to: Int, at: SwarmInstant, isUnchoke: Bool)] = []
    var pieceStarts: [(member: Int, piece: Int, at: SwarmInstant)] = []
  }

  var pieceLength: Int64
  var pieceCount: Int
  var members: [Member]
  var delay = SwarmDuration.milliseconds(10)
  var seed: UInt64 = 1
  var horizon = SwarmInstant.seconds(2000)

  var size: Int64 { pieceLength * Int64(pieceCount) }

  private final class Node {
    var peer: Peer
    let address: PeerAddress
    var peerID: [UInt8]
    /// Slot -> (other member, slot over there).
    var links: [Int: (member: Int, slot: Int)] = [:]
    var freeSlots: [Int] = []
    var slotCount = 0
    var scheduled = SwarmInstant.distantFuture
    init(_ configuration: PeerConfiguration) {
      peer = Peer(configuration)
      address = configuration.ownAddress
      peerID = configuration.peerID
    }
    func takeSlot() -> Int {
      if let slot = freeSlots.popLast() { return slot }
      slotCount += 1
      return slotCount - 1
    }
  }

  private enum Event {
    case join(Int)
    case timer(Int)
    case message(to: Int, slot: Int, PeerMessage)
    case block(to: Int, slot: Int, Block)
    case checked(Int, piece: Int)
    case closed(Int, slot: Int)
  }

  func run() -> Outcome {
    var queue = EventQueue<Event>()
    var outcome = Outcome(
      completed: Array(repeating: nil, count: members.count),
      sent: Array(repeating: Array(repeating: 0, count: members.count), count: members.count), makespan: .zero)
    var nodes: [Node] = []
    for (index, member) in members.enumerated() {
      let address = PeerAddress(ipv4: 0x7F40_0001 + UInt32(index) << 8, port: 7000)
      var configuration = PeerConfiguration(
        totalLength: size, pieceLength: pieceLength,
        havePieces: Array(repeating: member.isSeed, count: pieceCount),
        upload: RateLimit(bytesPerSecond: member.upload),
        download: member.download.map { RateLimit(bytesPerSecond: $0) },
        randomSeed: RandomSeed.derive(from: seed, name: "\(index)"),
        peerID: Array("-SL0001-".utf8) + (0..<12).map { UInt8($0 == 11 ? index % 256 : $0 == 10 ? index / 256 : 7) },
        ownAddress: address)
      configuration.maximumConnections = 80
      nodes.append(Node(configuration))
      queue.push(.join(index), at: member.arrives)
    }
    var joined: [Int] = []
    var remaining = members.count { !$0.isSeed }
    var handle: UInt64 = 0
    var actions = ActionQueue()
    var trackerRandom = RandomSource(seed: seed)

    func perform(_ index: Int, _ now: SwarmInstant) {
      // Actions may queue further ones by way of `feed`; take them in order.
      let todo = actions.actions
      actions.actions.removeAll()
      let node = nodes[index]
      for action in todo {
        switch action {
        case .send(let slot, let message):
          guard let link = node.links[slot.index] else { continue }
          switch message {
          case .choke: outcome.unchokes.append((index, link.member, now, false))
          case .unchoke: outcome.unchokes.append((index, link.member, now, true))
          default: break
          }
          queue.push(.message(to: link.member, slot: link.slot, message), at: now + delay)
        case .sendBlock(let slot, let block):
          guard let link = node.links[slot.index] else { continue }
          outcome.sent[index][link.member] += Int64(block.length)
          let (role, bin) = (members[index].isSeed ? 0 : 1, Int(now.seconds / 5))
          while outcome.sentOverTime[role].count <= bin { outcome.sentOverTime[role].append(0) }
          outcome.sentOverTime[role][bin] += Int64(block.length)
          queue.push(.block(to: link.member, slot: link.slot, block), at: now + delay)
        case .write: break
        case .discard: outcome.discardedBytes += Int64(Block.standardLength)
        case .verify(let piece): queue.push(.checked(index, piece: piece), at: now + .milliseconds(1))
        case .dial(let address):
          guard let other = nodes.firstIndex(where: { $0.address == address }), joined.contains(other) else {
            feed(index, .dialFailed(address), now)
            continue
          }
          let (mine, theirs) = (node.takeSlot(), nodes[other].takeSlot())
          node.links[mine] = (other, theirs)
          nodes[other].links[theirs] = (index, mine)
          feed(other, .connected(ConnectionSlot(theirs), remote(node, initiatedByUs: false)), now)
          feed(index, .connected(ConnectionSlot(mine), remote(nodes[other], initiatedByUs: true)), now)
        case .close(let slot, _):
          guard let link = node.links.removeValue(forKey: slot.index) else { continue }
          node.freeSlots.append(slot.index)
          feed(index, .closed(slot), now)
          queue.push(.closed(link.member, slot: link.slot), at: now + delay)
        case .completed:
          outcome.completed[index] = now
          outcome.makespan = now - .zero
          remaining -= 1
        case .wantPeers, .note: break
        }
      }
      arm(index, now)
    }

    func remote(_ node: Node, initiatedByUs: Bool) -> RemotePeer {
      RemotePeer(
        peerID: node.peerID, address: node.address, initiatedByUs: initiatedByUs, supportsFast: true,
        supportsExtensions: true)
    }

    func feed(_ index: Int, _ input: Input, _ now: SwarmInstant) {
      let saved = actions
      actions = ActionQueue()
      nodes[index].peer.handle(input, at: now, into: &actions)
      perform(index, now)
      actions = saved
    }

    func arm(_ index: Int, _ now: SwarmInstant) {
      guard let deadline = nodes[index].peer.nextDeadline, deadline < nodes[index].scheduled else { return }
      nodes[index].scheduled = max(deadline, now)
      queue.push(.timer(index), at: nodes[index].scheduled)
    }

    while remaining > 0, let (now, event) = queue.pop(), now < horizon {
      switch event {
      case .join(let index):
        joined.append(index)
        feed(index, .start, now)
        var known = joined.filter { $0 != index }
        trackerRandom.shuffle(&known)
        feed(index, .addressesLearned(known.prefix(50).map { nodes[$0].address }), now)
      case .timer(let index):
        // A timer that an earlier one replaced.
        guard nodes[index].scheduled == now else { continue }
        nodes[index].scheduled = .distantFuture
        feed(index, .timer, now)
      case .message(let to, let slot, let message):
        guard nodes[to].links[slot] != nil else { continue }
        feed(to, .received(ConnectionSlot(slot), message), now)
      case .block(let to, let slot, let block):
        guard nodes[to].links[slot] != nil else { continue }
        handle += 1
        feed(to, .blockArrived(ConnectionSlot(slot), block, BlockHandle(handle)), now)
      case .checked(let index, let piece): feed(index, .pieceChecked(piece: piece, valid: true), now)
      case .closed(let index, let slot):
        guard nodes[index].links.removeValue(forKey: slot) != nil else { continue }
        nodes[index].freeSlots.append(slot)
        feed(index, .closed(ConnectionSlot(slot)), now)
      }
    }
    return outcome
  }
}

/// A binary heap of events; those of one instant come out in the order in which they went in.
struct EventQueue<Event> {
  private var heap: [(at: Int64, order: Int, event: Event)] = []
  private var order = 0

  mutating func push(_ event: Event, at instant: SwarmInstant) {
    heap.append((instant.nanoseconds, order, event))
    order += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(child, parent) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> (SwarmInstant, Event)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) {
          least = child
        }
        guard least != parent else { break }
        heap.swapAt(parent, least)
        parent = least
      }
    }
    return (SwarmInstant(nanoseconds: first.at), first.event)
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    heap[a].at != heap[b].at ? heap[a].at < heap[b].at : heap[a].order < heap[b].order
  }
}
