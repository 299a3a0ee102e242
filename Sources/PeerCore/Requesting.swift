import SwarmTime
import Wire

/// What is asked of whom, and what becomes of it.
extension Peer {
  /// Bytes a queue at a remote should last at the rate it serves us: one turn of a peer that serves five in turn, a
  /// piece each, and some more for delay.
  private static let queueSeconds: Int64 = 8
  private static let headerBytes: Int64 = 13
  /// What the download bucket lets out at once; the rest of the declared burst covers what is on its way.
  private static let pacingBurst: Int64 = 65536

  /// The download bucket paces requests, since merely not reading lets the wire burst by the whole receive buffer.
  static func requestPacing(_ limit: RateLimit) -> RateLimit {
    RateLimit(bytesPerSecond: limit.bytesPerSecond, burst: pacingBurst)
  }

  /// Bytes that may be on their way at once, so that even if all come together the declared burst is kept.
  private var outstandingLimit: Int64 {
    guard let limit = configuration.download, downloadBucket != nil else { return .max }
    return max(2 * Int64(Block.standardLength), limit.burst - Self.pacingBurst + 98304)
  }

  mutating func requestFromAll(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard !table.isComplete else { return requestDeadline = nil }
    for slot in open { request(from: slot, now, &actions) }
  }

  mutating func request(from slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard remotes[slot].wanted > 0, remotes[slot].pausedUntil <= now else { return }
    let isChoked = remotes[slot].isChokingUs
    guard !isChoked || !remotes[slot].allowedFast.isEmpty else { return }
    let depth = queueDepth(slot, now)
    while remotes[slot].outstanding.count < depth, mayRequest(now) {
      guard let block = nextBlock(from: slot, onlyAllowedFast: isChoked, now) else { return }
      remotes[slot].outstanding.append(OutstandingRequest(block: block))
      if remotes[slot].waitingSince == nil { remotes[slot].waitingSince = now }
      outstandingBytes += Int64(block.length)
      downloadBucket?.spend(Int64(block.length) + Self.headerBytes)
      send(.request(block), to: slot, &actions)
    }
  }

  /// Whether the download limit allows a request now; if not, notes when it will.
  private mutating func mayRequest(_ now: SwarmInstant) -> Bool {
    guard downloadBucket != nil else { return true }
    downloadBucket?.fill(at: now)
    let cost = Int64(Block.standardLength) + Self.headerBytes
    if outstandingBytes + cost > outstandingLimit { return false }
    guard let bucket = downloadBucket, bucket.tokens < cost else { return true }
    let due = bucket.instant(holding: cost)
    requestDeadline = due
    return false
  }

  /// How many requests may be open at a remote: what it serves in `queueSeconds` at its present rate, at least a piece
  /// (at most 16 blocks of it), and no more than it said it would queue.
  private mutating func queueDepth(_ slot: Int, _ now: SwarmInstant) -> Int {
    if remotes[slot].isSnubbed { return 1 }
    let least = min(max(4, Int(table.pieceLength / Int64(Block.standardLength))), 16)
    let recent = remotes[slot].received.recent(bins: 10, at: now) / 5
    let wanted = Int(recent * Self.queueSeconds / Int64(Block.standardLength)) + 2
    return min(max(least, wanted), remotes[slot].requestQueueLimit, 250)
  }

  // MARK: Arrivals

  mutating func arrived(
    _ block: Block, _ handle: BlockHandle, from slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) {
    remotes[slot].sentFirstMessage = true
    guard let place = remotes[slot].outstanding.firstIndex(where: { $0.block == block }) else {
      downloadBucket?.fill(at: now)
      downloadBucket?.spend(Int64(block.length) + Self.headerBytes)
      return actions.append(.discard(handle))
    }
    remotes[slot].outstanding.remove(at: place)
    outstandingBytes -= Int64(block.length)
    remotes[slot].waitingSince = remotes[slot].outstanding.isEmpty ? nil : now
    remotes[slot].isSnubbed = false
    remotes[slot].lastDelivery = now
    remotes[slot].deliveredBytes += Int64(block.length)
    remotes[slot].received.add(Int(block.length), at: now)
    switch table.arrived(block) {
    case .duplicate: actions.append(.discard(handle))
    case .fresh:
      actions.append(.write(handle, block))
      cancelElsewhere(block, besides: slot, &actions)
    case .freshAndLast:
      actions.append(.write(handle, block))
      cancelElsewhere(block, besides: slot, &actions)
      if remotes[slot].currentPiece == Int(block.piece) { remotes[slot].currentPiece = nil }
      actions.append(.verify(piece: Int(block.piece)))
    }
    request(from: slot, now, &actions)
  }

  /// Endgame: whoever else was asked for the block is told not to send it.
  private mutating func cancelElsewhere(_ block: Block, besides slot: Int, _ actions: inout ActionQueue) {
    guard isEndgame else { return }
    for other in open where other != slot {
      guard let place = remotes[other].outstanding.firstIndex(where: { $0.block == block }) else { continue }
      // A fast peer answers the cancel with a reject or the block, which then finds its request gone.
      remotes[other].outstanding.remove(at: place)
      remotes[other].cancelled.append(block)
      if remotes[other].cancelled.count > 64 { remotes[other].cancelled.removeFirst() }
      outstandingBytes -= Int64(block.length)
      downloadBucket?.refund(Int64(block.length) + Self.headerBytes)
      send(.cancel(block), to: other, &actions)
    }
  }

  mutating func checked(_ piece: Int, valid: Bool, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard valid else {
      table.refused(piece)
      actions.append(.note("piece \(piece) failed its hash check"))
      return requestFromAll(now, &actions)
    }
    table.verified(piece)
    for slot in open {
      send(.have(UInt32(piece)), to: slot, &actions)
      guard remotes[slot].pieces.contains(piece) else { continue }
      remotes[slot].wanted -= 1
      updateInterest(slot, &actions)
    }
    if table.isComplete && !hasCompleted { complete(now, &actions) }
  }

  private mutating func complete(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    hasCompleted = true
    requestDeadline = nil
    actions.append(.completed)
    for slot in Array(open) { leaveIfBothComplete(slot, now, &actions) }
  }

  // MARK: Requests that come to nothing

  mutating func choked(by slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    remotes[slot].isChokingUs = true
    remotes[slot].waitingSince = nil
    remotes[slot].currentPiece = nil
    // BEP 6: a fast peer rejects what it will not serve, one by one. Any other peer has dropped it all (BEP 3).
    guard !remotes[slot].peer.supportsFast else { return }
    releaseRequests(of: slot)
    requestFromAll(now, &actions)
  }

  mutating func rejected(_ block: Block, by slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    if let place = remotes[slot].cancelled.firstIndex(of: block) {
      remotes[slot].cancelled.remove(at: place)
      return
    }
    guard let place = remotes[slot].outstanding.firstIndex(where: { $0.block == block }) else { return }
    remotes[slot].outstanding.remove(at: place)
    if remotes[slot].outstanding.isEmpty { remotes[slot].waitingSince = nil }
    remotes[slot].allowedFast.removeAll { $0 == Int(block.piece) }
    giveUp(block)
    if !remotes[slot].isChokingUs { remotes[slot].pausedUntil = now + .seconds(1) }
    requestFromAll(now, &actions)
  }

  mutating func releaseRequests(of slot: Int) {
    for request in remotes[slot].outstanding { giveUp(request.block) }
    remotes[slot].outstanding.removeAll()
  }

  private mutating func giveUp(_ block: Block) {
    table.release(block)
    outstandingBytes -= Int64(block.length)
    downloadBucket?.refund(Int64(block.length) + Self.headerBytes)
  }

  /// Marks who has owed us blocks for too long, and asks others for them.
  mutating func findSnubbers(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    for slot in open {
      guard !remotes[slot].isChokingUs, !remotes[slot].isSnubbed, let since = remotes[slot].waitingSince,
        now - since >= Self.snubbedAfter
      else { continue }
      remotes[slot].isSnubbed = true
      for request in remotes[slot].outstanding {
        send(.cancel(request.block), to: slot, &actions)
        remotes[slot].cancelled.append(request.block)
      }
      releaseRequests(of: slot)
      remotes[slot].cancelled = Array(remotes[slot].cancelled.suffix(64))
      actions.append(.note("snubbed by \(slot)"))
    }
  }

  static let snubbedAfter = SwarmDuration.seconds(30)
}
