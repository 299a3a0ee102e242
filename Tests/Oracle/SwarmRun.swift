import PeerCore
import SwarmTime
import Wire

/// One run of an ideal swarm: the shell around every core at once.
struct SwarmRun {
  private final class Node {
    let peer: AnyPeer
    let configuration: PeerConfiguration
    /// The configured one, until it goes on as another peer.
    var peerID: [UInt8]
    var isHere = false
    /// Slot -> the other end.
    var links: [Int: Link] = [:]
    var freeSlots: [Int] = []
    var slotCount = 0
    var scheduled = SwarmInstant.distantFuture
    /// Blocks kept as zeros, or that came so.
    var damaged: Set<Block> = []
    /// Where the damaged blocks begin of a piece that was refused last.
    var lastBad: [Int: Set<UInt32>] = [:]

    init(_ peer: AnyPeer, _ configuration: PeerConfiguration) {
      self.peer = peer
      self.configuration = configuration
      peerID = configuration.peerID
    }

    func takeSlot() -> Int {
      if let slot = freeSlots.popLast() { return slot }
      slotCount += 1
      return slotCount - 1
    }

    func damagedBlocks(of piece: Int) -> [Block] { damaged.filter { $0.piece == UInt32(piece) } }
  }

  private struct Link {
    var member: Int
    var slot: Int
    var connection: Int
  }

  private enum Event {
    case join(Int)
    case depart(Int)
    case timer(Int)
    case message(to: Int, slot: Int, connection: Int, PeerMessage)
    case block(to: Int, slot: Int, connection: Int, Block, isDamaged: Bool)
    case checked(Int, piece: Int, valid: Bool)
    case hashed(Int, piece: Int, [UInt64])
    case closed(Int, slot: Int, connection: Int)
  }

  private let swarm: IdealSwarm
  private var nodes: [Node] = []
  private var queue = EventQueue<Event>()
  private var outcome: IdealSwarm.Outcome
  private var remaining: Int
  private var lastHandle: UInt64 = 0
  private var isBlockDamaged = false
  private var connections = 0
  private var trackerRandom: RandomSource

  init(_ swarm: IdealSwarm) throws {
    self.swarm = swarm
    let count = swarm.members.count
    outcome = IdealSwarm.Outcome(
      completed: Array(repeating: nil, count: count), departed: Array(repeating: nil, count: count),
      sent: Array(repeating: Array(repeating: 0, count: count), count: count),
      refusedPieces: Array(repeating: 0, count: count), damagedPieces: Array(repeating: 0, count: count),
      identities: Array(repeating: 1, count: count))
    remaining = swarm.members.count { !$0.isSeed }
    trackerRandom = RandomSource(seed: swarm.randomSeed)
    for (index, member) in swarm.members.enumerated() {
      let configuration = swarm.configuration(index)
      nodes.append(Node(try member.make(configuration), configuration))
      queue.push(.join(index), at: member.arrives)
      if let departs = member.departs { queue.push(.depart(index), at: departs) }
    }
  }

  mutating func run() -> IdealSwarm.Outcome {
    while remaining > 0 || swarm.goesOn, let (now, event) = queue.pop(), now < swarm.horizon {
      outcome.events += 1
      take(event, now)
    }
    for (index, node) in nodes.enumerated() { outcome.damagedPieces[index] = Set(node.damaged.map(\.piece)).count }
    return outcome
  }

  private mutating func take(_ event: Event, _ now: SwarmInstant) {
    switch event {
    case .join(let index):
      nodes[index].isHere = true
      feed(index, .start, now)
      var known = nodes.indices.filter { nodes[$0].isHere && $0 != index }
      trackerRandom.shuffle(&known)
      feed(index, .addressesLearned(known.prefix(50).map { nodes[$0].configuration.ownAddress }), now)
    case .depart(let index):
      nodes[index].isHere = false
      outcome.departed[index] = now
      if outcome.completed[index] == nil, !swarm.members[index].isSeed { remaining -= 1 }
      for (slot, link) in nodes[index].links.sorted(by: { $0.key < $1.key }) { cut(index, slot, link, now) }
    case .timer(let index):
      // A timer that an earlier one replaced.
      guard nodes[index].scheduled == now, nodes[index].isHere else { return }
      nodes[index].scheduled = .distantFuture
      feed(index, .timer, now)
    case .message(let to, let slot, let connection, let message):
      guard nodes[to].links[slot]?.connection == connection else { return }
      feed(to, .received(ConnectionSlot(slot), message), now)
    case .block(let to, let slot, let connection, let block, let isDamaged):
      guard nodes[to].links[slot]?.connection == connection else { return }
      lastHandle += 1
      isBlockDamaged = isDamaged
      feed(to, .blockArrived(ConnectionSlot(slot), block, BlockHandle(lastHandle)), now)
    case .checked(let index, let piece, let valid):
      guard nodes[index].isHere else { return }
      feed(index, .pieceChecked(piece: piece, valid: valid), now)
    case .hashed(let index, let piece, let hashes):
      guard nodes[index].isHere else { return }
      feed(index, .blocksHashed(piece: piece, hashes), now)
    case .closed(let index, let slot, let connection):
      guard nodes[index].links[slot]?.connection == connection else { return }
      nodes[index].links[slot] = nil
      nodes[index].freeSlots.append(slot)
      feed(index, .closed(ConnectionSlot(slot)), now)
    }
  }

  private mutating func feed(_ index: Int, _ input: Input, _ now: SwarmInstant) {
    var actions = ActionQueue()
    nodes[index].peer.handle(input, at: now, into: &actions)
    for action in actions.actions { perform(action, index, now) }
    guard let deadline = nodes[index].peer.nextDeadline, deadline < nodes[index].scheduled else { return }
    nodes[index].scheduled = max(deadline, now)
    queue.push(.timer(index), at: nodes[index].scheduled)
  }

  private mutating func perform(_ action: Action, _ index: Int, _ now: SwarmInstant) {
    let node = nodes[index]
    switch action {
    case .send(let slot, let message):
      guard let link = node.links[slot.index] else { return }
      cross(index, link, .message(message), now)
      queue.push(
        .message(to: link.member, slot: link.slot, connection: link.connection, message), at: now + swarm.delay)
    case .sendBlock(let slot, let block): send(block, index, slot, isDamaged: node.damaged.contains(block), now)
    case .sendDamagedBlock(let slot, let block): send(block, index, slot, isDamaged: true, now)
    case .write(_, let block):
      if isBlockDamaged { node.damaged.insert(block) } else { node.damaged.remove(block) }
    case .writeZeros(_, let block): node.damaged.insert(block)
    case .discard: outcome.discardedBytes += Int64(Block.standardLength)
    case .verify(let piece):
      let bad = node.damagedBlocks(of: piece)
      node.lastBad[piece] = bad.isEmpty ? nil : Set(bad.map(\.begin))
      for block in bad { node.damaged.remove(block) }
      if !bad.isEmpty { outcome.refusedPieces[index] += 1 }
      queue.push(.checked(index, piece: piece, valid: bad.isEmpty), at: now + swarm.hashing)
    case .hashBlocks(let piece):
      queue.push(.hashed(index, piece: piece, hashes(of: piece, node.lastBad[piece] ?? [])), at: now + swarm.hashing)
    case .acceptUnverified(let piece):
      queue.push(.checked(index, piece: piece, valid: true), at: now + swarm.hashing)
    case .changeIdentity(let peerID): goOn(index, as: peerID, now)
    case .dial(let address): dial(address, from: index, now)
    case .close(let slot, _):
      if let link = node.links[slot.index] { cut(index, slot.index, link, now) }
    case .completed:
      outcome.completed[index] = now
      outcome.makespan = now - .zero
      remaining -= 1
      if let stays = swarm.members[index].staysFor { queue.push(.depart(index), at: now + stays) }
    case .wantPeers, .note, .die: break
    }
  }

  private mutating func send(
    _ block: Block, _ index: Int, _ slot: ConnectionSlot, isDamaged: Bool, _ now: SwarmInstant
  ) {
    guard let link = nodes[index].links[slot.index] else { return }
    outcome.sent[index][link.member] += Int64(block.length)
    cross(index, link, .block(block), now)
    queue.push(
      .block(to: link.member, slot: link.slot, connection: link.connection, block, isDamaged: isDamaged),
      at: now + swarm.delay)
  }

  /// All its connections end, and those who were at their other ends may be dialled again under the new peer id.
  private mutating func goOn(_ index: Int, as peerID: [UInt8], _ now: SwarmInstant) {
    let links = nodes[index].links.sorted { $0.key < $1.key }
    nodes[index].peerID = peerID
    outcome.identities[index] += 1
    for (slot, link) in links { cut(index, slot, link, now) }
    feed(index, .moved(nodes[index].configuration.ownAddress, peerID: peerID), now)
    feed(index, .addressesLearned(links.map { nodes[$0.value.member].configuration.ownAddress }), now)
  }

  private mutating func dial(_ address: PeerAddress, from index: Int, _ now: SwarmInstant) {
    guard let other = nodes.firstIndex(where: { $0.configuration.ownAddress == address }), nodes[other].isHere else {
      return feed(index, .dialFailed(address), now)
    }
    connections += 1
    let (mine, theirs) = (nodes[index].takeSlot(), nodes[other].takeSlot())
    nodes[index].links[mine] = Link(member: other, slot: theirs, connection: connections)
    nodes[other].links[theirs] = Link(member: index, slot: mine, connection: connections)
    if let link = nodes[index].links[mine] { cross(index, link, .opened, now) }
    feed(other, .connected(ConnectionSlot(theirs), remote(index, initiatedByUs: false)), now)
    feed(index, .connected(ConnectionSlot(mine), remote(other, initiatedByUs: true)), now)
  }

  /// This end is gone at once, the other learns of it a delay later.
  private mutating func cut(_ index: Int, _ slot: Int, _ link: Link, _ now: SwarmInstant) {
    cross(index, link, .closed, now)
    nodes[index].links[slot] = nil
    nodes[index].freeSlots.append(slot)
    if nodes[index].isHere { feed(index, .closed(ConnectionSlot(slot)), now) }
    queue.push(.closed(link.member, slot: link.slot, connection: link.connection), at: now + swarm.delay)
  }

  /// A block's hash is 0 when it is right.
  private func hashes(of piece: Int, _ bad: Set<UInt32>) -> [UInt64] {
    let length = min(swarm.pieceLength, swarm.size - Int64(piece) * swarm.pieceLength)
    return stride(from: 0, to: length, by: Int(Block.standardLength)).map { bad.contains(UInt32($0)) ? 1 : 0 }
  }

  private func cross(_ index: Int, _ link: Link, _ content: IdealSwarm.Crossing.Content, _ now: SwarmInstant) {
    swarm.watch?(.init(at: now, from: index, to: link.member, connection: link.connection, content: content))
  }

  private func remote(_ index: Int, initiatedByUs: Bool) -> RemotePeer {
    let configuration = nodes[index].configuration
    return RemotePeer(
      peerID: nodes[index].peerID, address: configuration.ownAddress, initiatedByUs: initiatedByUs,
      supportsFast: swarm.supportsFast, supportsExtensions: true)
  }
}
