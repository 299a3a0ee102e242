import Choking
import SwarmTime
import Wire

/// Whose turn it is at our uplink.
struct ServingTurn: Sendable {
  /// Slot that is being served.
  var slot: Int?
  /// Bytes it may still have before the next one's turn.
  var remaining: Int64 = 0
  var piece: UInt32?
}

/// What is sent: one peer after the other, a piece (or a second's worth) at a time, unless the choking algorithm divides
/// the uplink in its own way.
///
/// Serving whole pieces one after another, not blocks of all in turn, gives each of n peers its first whole piece after
/// (n + 1) / 2 piece times on average instead of n: a piece can be passed on only when it is whole.
extension Peer {
  /// Blocks put out for one connection before the shell must come back: it learns in between whether the socket is full.
  private static let blocksPerPump = 16
  /// And bytes, where blocks are larger than usual.
  private static let bytesPerPump: Int64 = 16 * Int64(Block.standardLength)

  /// Between two looks whether what waits in the shell or in the kernel has left.
  private static let leastWaitForRoom = SwarmDuration.milliseconds(20)

  mutating func requested(_ block: Block, by slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard table.contains(block), block.length <= Self.largestBlock, table.have.contains(Int(block.piece)) else {
      return drop(slot, reason: "request for \(block), which we do not have", now, &actions)
    }
    // BEP 6 wants an answer to each request, so one that is made twice is served twice.
    let canReject = remotes[slot].peer.supportsFast
    let most = canReject ? Self.acceptedRequests : Self.acceptedWithoutRejects
    guard remotes[slot].isUnchoked, remotes[slot].uploads.count < most else {
      if remotes[slot].patience.refusedRequest(accepted: most) {
        return drop(slot, reason: "a flood of requests", now, &actions)
      }
      if canReject { return send(.reject(block), to: slot, &actions) }
      // Without BEP 6 nothing tells it that a request is not taken, and it would wait for the block for ever.
      if remotes[slot].isUnchoked { drop(slot, reason: "more than \(most) requests open", now, &actions) }
      return
    }
    remotes[slot].uploads.append(block)
    queuedUploads += 1
    suggestionTaken(piece: Int(block.piece), by: slot, announced: false, &actions)
  }

  mutating func pumpUploads(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    uploadDeadline = nil
    guard queuedUploads > 0 else { return }
    uploadBucket?.fill(at: now, whereTaken: unsentBytes)
    var sent = 0
    var sentBytes: Int64 = 0
    while let (slot, block) = nextToServe(now) {
      let cost = Int64(block.length) + Self.headerBytes
      // A block larger than the whole bucket waits for a full one.
      if let bucket = uploadBucket, bucket.tokens < min(cost, bucket.burst) {
        let refilled = bucket.instant(holding: min(cost, bucket.burst))
        // Where what waits leaves no room, it is no time that fills the bucket: we look whether it has left.
        let hasRoom = bucket.burst - unsentBytes >= min(cost, bucket.burst)
        uploadDeadline = hasRoom ? refilled : max(refilled, now + Self.leastWaitForRoom)
        return
      }
      guard sent < Self.blocksPerPump, sentBytes < Self.bytesPerPump else {
        uploadDeadline = now
        return
      }
      sent += 1
      sentBytes += Int64(block.length)
      remotes[slot].patience.servedBlock()
      _ = remotes[slot].uploads.remove(block)
      queuedUploads -= 1
      uploadBucket?.spend(cost)
      serving.remaining -= Int64(block.length)
      serving.piece = block.piece
      remotes[slot].lastSaid = now
      remotes[slot].note(sent: Int64(block.length), at: now)
      actions.append(.sendBlock(ConnectionSlot(slot), block))
    }
    uploadDeadline = heldUntil
  }

  // MARK: As the algorithm says

  /// Whose turn it is by the choking algorithm, and else who is next in turn.
  private mutating func nextToServe(_ now: SwarmInstant) -> (slot: Int, block: Block)? {
    heldUntil = nil
    if let slot = serving.slot, turn(of: slot, now) == .inTurn { return nextInTurn() }
    var best: (slot: Int, rank: Int64)?
    let after = serving.slot ?? -1
    let start = open.firstIndex { $0 > after } ?? 0
    for place in 0..<open.count {
      let slot = open[(start + place) % open.count]
      switch turn(of: slot, now) {
      case nil: continue
      case .inTurn: return nextInTurn()
      case .ranked(let rank): if best.map({ rank < $0.rank }) ?? true { best = (slot, rank) }
      case .notBefore(.distantFuture): continue
      case .notBefore(let time): heldUntil = min(heldUntil ?? time, time)
      }
    }
    guard let slot = best?.slot, let block = remotes[slot].uploads.first else { return nil }
    serving = ServingTurn(slot: slot, piece: block.piece)
    return (slot, block)
  }

  /// Nil for one that waits for nothing, or cannot take it.
  private func turn(of slot: Int, _ now: SwarmInstant) -> UploadTurn? {
    guard isServable(slot), let block = remotes[slot].uploads.first else { return nil }
    return choker.turn(
      of: UploadClaim(
        length: Int64(block.length), allSent: remotes[slot].allSent, allReceived: remotes[slot].allReceived,
        sentThisRound: remotes[slot].allSent - remotes[slot].sentAtRound, roundBegan: grid.began,
        memo: remotes[slot].memo, isSeed: table.isComplete),
      at: now)
  }

  // MARK: In turn

  /// Turns that others may have before a peer that asks for no first copy comes to its own.
  ///
  /// A turn lasts a second, or 64 KiB, at most. Without BEP 6 nothing tells a newcomer what nobody has yet, and its first
  /// pieces are by lot: it asks for second copies mostly, and if first ones always went before, it would wait until all are
  /// out. (Ideal links, no BEP 6, 36 leechers at a seed of a piece a second, five random seeds: 80 s at worst, with this
  /// 20 s. With 8 turns a slow seed sends a fiftieth more and takes as much longer; with 16 neither changes by 0.1 %.)
  private static let mostPassedOver = 16

  /// Stays with the peer whose turn it is, while it has requests for the piece it is at, else goes on to the next: at a
  /// seed first to those that wait for a first copy, or have been passed over for long.
  private mutating func nextInTurn() -> (slot: Int, block: Block)? {
    if let slot = serving.slot, isServable(slot), serving.remaining > 0, let block = remotes[slot].uploads.first {
      guard let piece = serving.piece, block.piece != piece else { return (slot, block) }
      if let block = remotes[slot].uploads.first(where: { $0.piece == piece }) { return (slot, block) }
    }
    if handsOutFirstCopies, let (slot, block) = next(block: { firstInTurn(of: $0) }) {
      return begin(with: slot, block)
    }
    guard let (slot, block) = next(block: { remotes[$0].uploads.first }) else { return nil }
    return begin(with: slot, block)
  }

  private func firstInTurn(of slot: Int) -> Block? {
    remotes[slot].passedOver < Self.mostPassedOver ? firstCopyAwaited(by: slot) : remotes[slot].uploads.first
  }

  private mutating func begin(with slot: Int, _ block: Block) -> (slot: Int, block: Block) {
    for other in open {
      remotes[other].passedOver = other == slot || !isServable(other) ? 0 : remotes[other].passedOver + 1
    }
    serving = ServingTurn(slot: slot, remaining: turnBytes, piece: block.piece)
    return (slot, block)
  }

  /// The next peer in turn for which there is such a block.
  private func next(block: (Int) -> Block?) -> (slot: Int, block: Block)? {
    let after = serving.slot ?? -1
    let start = open.firstIndex { $0 > after } ?? 0
    for place in 0..<open.count {
      let slot = open[(start + place) % open.count]
      if isServable(slot), let block = block(slot) { return (slot, block) }
    }
    return nil
  }

  private func isServable(_ slot: Int) -> Bool {
    isOpen(slot) && remotes[slot].isWritable && !remotes[slot].uploads.isEmpty
  }

  /// A turn is a piece, but no longer than a second or 64 KiB, whichever is more.
  private var turnBytes: Int64 {
    guard let bucket = uploadBucket else { return table.pieceLength }
    return min(table.pieceLength, max(65536, bucket.rate))
  }
}
