import SwarmTime
import Wire

/// What is asked of whom.
extension Peer {
  /// How long a remote can go on sending before it needs our next request, at the best rate it has lately had, beside
  /// twice the way there and back. Longer queues keep pieces from whoever could bring them sooner, and all is lost that
  /// is queued where we are about to be choked. (Ideal links, 32 leechers: 250 ms is best to 50 ms of delay one way, 500
  /// ms at 100 ms, 1 s at 250 ms.)
  private static let queueLasts = SwarmDuration.milliseconds(250)
  /// Requests open at a remote of which we know no rate.
  private static let leastRequests = 4
  private static let mostRequests = 250
  static let headerBytes: Int64 = 13
  /// Less than the receive buffer (131072 bytes) that a native peer is granted beside its declared burst.
  private static let burstBesides: Int64 = 98304

  /// The download bucket paces requests, since merely not reading lets the wire burst by the whole receive buffer.
  ///
  /// All that is on its way may come at once, and with it all that the bucket has saved up. So these share one room, the
  /// declared burst and what is granted besides: the bucket fills no further than what is on its way leaves free. Within
  /// any time no more comes than that room and the rate, and a process that was kept waiting for a processor asks
  /// afterwards for all that it missed.
  static func requestPacing(_ limit: RateLimit) -> RateLimit {
    RateLimit(bytesPerSecond: limit.bytesPerSecond, burst: limit.burst + burstBesides)
  }

  /// Each remote in turn, beginning with another one each time: where the download limit holds requests back, all have
  /// their share of what it lets through.
  mutating func requestFromAll(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    requestsDue = false
    guard !table.lacksNothing, !open.isEmpty else { return requestDeadline = nil }
    firstToAsk = (firstToAsk + 1) % open.count
    for place in 0..<open.count { request(from: open[(place + firstToAsk) % open.count], now, &actions) }
  }

  mutating func request(from slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard storageTakes, remotes[slot].wanted > 0, remotes[slot].pausedUntil <= now else { return }
    let isChoked = remotes[slot].isChokingUs
    guard !isChoked || !remotes[slot].allowedFast.isEmpty else { return }
    let depth = queueDepth(slot, now)
    while remotes[slot].outstanding.count < depth, mayRequest(now) {
      if let block = nextBlock(from: slot, onlyAllowedFast: isChoked) {
        ask(slot, for: block, now, &actions)
      } else if !isChoked, let (block, other) = awaitedBlock(for: slot, now) {
        if !isEndgame { withdraw(block, from: other, now, &actions) }
        table.requestAgain(block)
        ask(slot, for: block, now, &actions)
      } else {
        return
      }
    }
  }

  private mutating func ask(_ slot: Int, for block: Block, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    let isAlone = remotes[slot].outstanding.isEmpty
    remotes[slot].outstanding.append(Request(block: block, sentAt: now, wasAlone: isAlone))
    if remotes[slot].waitingSince == nil { remotes[slot].waitingSince = now }
    outstandingBytes += Int64(block.length)
    downloadBucket?.spend(Int64(block.length) + Self.headerBytes)
    send(.request(block), to: slot, &actions)
  }

  /// Whether the download limit allows a request now; if not, notes when it will.
  private mutating func mayRequest(_ now: SwarmInstant) -> Bool {
    downloadBucket?.fill(at: now, whereTaken: outstandingBytes)
    guard let bucket = downloadBucket else { return true }
    let cost = Int64(Block.standardLength) + Self.headerBytes
    guard bucket.tokens < cost else { return true }
    if bucket.burst - outstandingBytes < cost {
      isFullyOutstanding = true
    } else {
      requestDeadline = bucket.instant(holding: cost)
    }
    return false
  }

  /// How many requests may be open at a remote: what it could serve in `queueLasts`, and no more than it said it queues.
  private mutating func queueDepth(_ slot: Int, _ now: SwarmInstant) -> Int {
    if remotes[slot].isSnubbed { return 1 }
    let peak = remotes[slot].received.peak(bins: 20, at: now)
    let lasts = Self.queueLasts + roundTrip * 2
    let bytes = peak / 1000 * (lasts.nanoseconds / 1_000_000)
    let wanted = Int(bytes / Int64(Block.standardLength)) + 2
    return min(max(Self.leastRequests, wanted), remotes[slot].requestQueueLimit, Self.mostRequests)
  }

  /// The least time from a request to its block, of late. What is queued before it at the remote only adds to it, so the
  /// least of many is near the way there and back.
  mutating func noteAnswer(after time: SwarmDuration) {
    let slower = SwarmDuration(nanoseconds: roundTrip.nanoseconds + roundTrip.nanoseconds / 64 + 100_000)
    roundTrip = min(hasRoundTrip ? slower : Self.longestRoundTrip, time, Self.longestRoundTrip)
    hasRoundTrip = true
  }

  private static let longestRoundTrip = SwarmDuration.seconds(1)

  // MARK: Requests that will not be answered

  /// Takes a request back.
  mutating func withdraw(_ block: Block, from slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard let place = remotes[slot].outstanding.firstIndex(where: { $0.block == block }) else { return }
    remotes[slot].outstanding.remove(at: place)
    if remotes[slot].outstanding.isEmpty { remotes[slot].waitingSince = nil }
    table.release(block)
    awaitAnswer(to: block, from: slot, now)
    send(.cancel(block), to: slot, &actions)
  }

  mutating func choked(by slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    remotes[slot].isChokingUs = true
    remotes[slot].unchokesUsSince = nil
    remotes[slot].chokedUsAt = now
    remotes[slot].waitingSince = nil
    remotes[slot].isSnubbed = false
    remotes[slot].patience.owesNothing()
    remotes[slot].currentPiece = nil
    requestsDue = true
    // BEP 6: a fast peer rejects what it will not serve, one by one. Any other peer has dropped it all (BEP 3).
    guard !remotes[slot].peer.supportsFast else { return abandonExclusivePieces(of: slot, now) }
    releaseRequests(of: slot)
  }

  mutating func rejected(_ block: Block, by slot: Int, _ now: SwarmInstant) {
    if let place = remotes[slot].cancelled.firstIndex(where: { $0.block == block }) {
      remotes[slot].cancelled.remove(at: place)
      return refund(block)
    }
    guard let place = remotes[slot].outstanding.firstIndex(where: { $0.block == block }) else { return }
    remotes[slot].outstanding.remove(at: place)
    if remotes[slot].outstanding.isEmpty { remotes[slot].waitingSince = nil }
    remotes[slot].allowedFast.removeAll { $0 == Int(block.piece) }
    giveUp(block)
    // A piece that it alone was to bring waits for it no longer.
    abandonExclusivePieces(of: slot, now)
    // Else it would be asked again at once, and again.
    if !remotes[slot].isChokingUs { pause(slot, until: now + .seconds(1)) }
    requestsDue = true
  }

  private mutating func pause(_ slot: Int, until end: SwarmInstant) {
    remotes[slot].pausedUntil = end
    pausesEnd = min(pausesEnd ?? end, end)
  }

  mutating func endPauses(_ now: SwarmInstant) {
    guard let end = pausesEnd, end <= now else { return }
    pausesEnd = open.map { remotes[$0].pausedUntil }.filter { $0 > now }.min()
    requestsDue = true
  }

  /// All requests to a remote, sent or withdrawn, are as if they had never been.
  mutating func releaseRequests(of slot: Int) {
    for request in remotes[slot].outstanding { giveUp(request.block) }
    for cancelled in remotes[slot].cancelled { refund(cancelled.block) }
    remotes[slot].outstanding.removeAll()
    remotes[slot].cancelled.removeAll()
    remotes[slot].waitingSince = nil
    _ = table.abandon(exclusiveTo: remotes[slot].serial)
  }

  /// What a remote has not answered for long after it was taken back is charged for no longer.
  mutating func forgetCancelled(by slot: Int, before instant: SwarmInstant) {
    while let first = remotes[slot].cancelled.first, first.sentAt <= instant {
      remotes[slot].cancelled.removeFirst()
      refund(first.block)
    }
  }

  /// Pieces that only this remote was to bring begin anew with others; what it still sends of them comes too late.
  mutating func abandonExclusivePieces(of slot: Int, _ now: SwarmInstant) {
    let abandoned = table.abandon(exclusiveTo: remotes[slot].serial)
    guard !abandoned.isEmpty else { return }
    let late = remotes[slot].outstanding.filter { abandoned.contains(Int($0.block.piece)) }
    remotes[slot].outstanding.removeAll { abandoned.contains(Int($0.block.piece)) }
    for request in late { awaitAnswer(to: request.block, from: slot, now) }
  }

  /// A peer with BEP 6 still answers what was taken back, with the block or a reject, and is charged for until then. Only so
  /// many are remembered: who is asked, chokes and unchokes without answering could else make them grow for ever.
  private mutating func awaitAnswer(to block: Block, from slot: Int, _ now: SwarmInstant) {
    guard remotes[slot].peer.supportsFast, remotes[slot].cancelled.count < Self.mostRequests else {
      return refund(block)
    }
    remotes[slot].cancelled.append(Request(block: block, sentAt: now, wasAlone: false))
  }

  private mutating func giveUp(_ block: Block) {
    table.release(block)
    refund(block)
  }

  mutating func refund(_ block: Block) {
    outstandingBytes -= Int64(block.length)
    downloadBucket?.refund(Int64(block.length) + Self.headerBytes)
  }
}
