import SwarmTime
import Wire

/// What becomes of blocks that come, and of the pieces that they make.
extension Peer {
  mutating func arrived(
    _ block: Block, _ handle: BlockHandle, from slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) {
    remotes[slot].sentFirstMessage = true
    remotes[slot].lastDelivery = now
    guard let place = remotes[slot].outstanding.firstIndex(where: { $0.block == block }) else {
      return arrivedUnasked(block, handle, from: slot, now, &actions)
    }
    let request = remotes[slot].outstanding.remove(at: place)
    outstandingBytes -= Int64(block.length)
    remotes[slot].pace.add(Int64(block.length), after: now - (remotes[slot].waitingSince ?? request.sentAt))
    if request.wasAlone { noteAnswer(after: now - request.sentAt) }
    remotes[slot].waitingSince = remotes[slot].outstanding.isEmpty ? nil : now
    remotes[slot].isSnubbed = false
    remotes[slot].patience.broughtBlock()
    remotes[slot].note(received: Int64(block.length), at: now)
    let isAwaitedElsewhere = table.requesters(of: block, for: remotes[slot].serial) ?? 0 > 1
    switch table.arrived(block, from: source(slot)) {
    case .duplicate: actions.append(.discard(handle))
    case .fresh:
      actions.append(.write(handle, block))
    case .freshAndLast:
      actions.append(.write(handle, block))
      if remotes[slot].currentPiece == Int(block.piece) { remotes[slot].currentPiece = nil }
      actions.append(.verify(piece: Int(block.piece)))
    }
    // Endgame: whoever else was asked is told not to send it.
    if isAwaitedElsewhere { for other in open where other != slot { withdraw(block, from: other, now, &actions) } }
    if isFullyOutstanding {
      isFullyOutstanding = false
      requestsDue = true
    } else {
      self.request(from: slot, now, &actions)
    }
  }

  /// A block whose request was withdrawn while it was on its way, or that nobody asked for.
  private mutating func arrivedUnasked(
    _ block: Block, _ handle: BlockHandle, from slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) {
    let place = remotes[slot].cancelled.firstIndex { $0.block == block }
    if let place {
      remotes[slot].cancelled.remove(at: place)
      outstandingBytes -= Int64(block.length)
      remotes[slot].note(received: Int64(block.length), at: now)
    } else {
      downloadBucket?.fill(at: now, whereTaken: outstandingBytes)
      downloadBucket?.spend(Int64(block.length) + Self.headerBytes)
    }
    actions.append(.discard(handle))
    if place == nil, remotes[slot].patience.broughtUnaskedBlock() {
      drop(slot, reason: "a flood of blocks that nobody asked for", now, &actions)
    }
  }

  private func source(_ slot: Int) -> BlockSource {
    let peer = remotes[slot].peer
    return BlockSource(serial: remotes[slot].serial, peerID: peer.peerID, ipv4: peer.address.ipv4)
  }

  mutating func checked(_ piece: Int, valid: Bool, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard table.isStarted(piece) else { return }
    guard valid else { return refused(piece, now, &actions) }
    table.verified(piece)
    settle(piece, &actions)
    for slot in open {
      send(.have(UInt32(piece)), to: slot, &actions)
      guard remotes[slot].pieces.contains(piece) else { continue }
      remotes[slot].wanted -= 1
      updateInterest(slot, &actions)
    }
    if table.lacksNothing && !hasCompleted { complete(now, &actions) }
  }

  private mutating func complete(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    hasCompleted = true
    requestDeadline = nil
    actions.append(.completed)
    for slot in Array(open) {
      if table.isPartialSeed { introduce(to: slot, &actions) }
      leaveIfBothUploadOnly(slot, now, &actions)
    }
  }
}
