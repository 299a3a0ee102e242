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

/// What is sent: one peer after the other, a piece (or a second's worth) at a time.
///
/// Serving whole pieces one after another, not blocks of all in turn, gives each of n peers its first whole piece after
/// (n + 1) / 2 piece times on average instead of n: a piece can be passed on only when it is whole.
extension Peer {
  /// Blocks put out for one connection before the shell must come back: it learns in between whether the socket is full.
  private static let blocksPerPump = 16

  mutating func requested(_ block: Block, by slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard table.contains(block), block.length <= Self.largestBlock, table.have.contains(Int(block.piece)) else {
      return drop(slot, reason: "request for \(block), which we do not have", now, &actions)
    }
    let isServed = remotes[slot].isUnchoked && remotes[slot].uploads.count < Self.acceptedRequests
    guard isServed, !remotes[slot].uploads.contains(block) else {
      if !isServed, remotes[slot].peer.supportsFast { send(.reject(block), to: slot, &actions) }
      return
    }
    remotes[slot].uploads.append(block)
    suggestionTaken(piece: Int(block.piece), by: slot, announced: false, &actions)
  }

  mutating func pumpUploads(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    uploadDeadline = nil
    uploadBucket?.fill(at: now)
    var sent = 0
    while let slot = nextToServe() {
      guard let block = remotes[slot].uploads.first else { return }
      let cost = Int64(block.length) + 13
      if let bucket = uploadBucket, bucket.tokens < cost {
        uploadDeadline = bucket.instant(holding: cost)
        return
      }
      guard sent < Self.blocksPerPump else {
        uploadDeadline = now
        return
      }
      sent += 1
      remotes[slot].uploads.popFirst()
      uploadBucket?.spend(cost)
      serving.remaining -= Int64(block.length)
      serving.piece = block.piece
      remotes[slot].sent.add(Int(block.length), at: now)
      actions.append(.sendBlock(ConnectionSlot(slot), block))
    }
  }

  /// Stays with the peer whose turn it is, while it has requests for the piece it is at, else goes on to the next.
  private mutating func nextToServe() -> Int? {
    if let slot = serving.slot, isServable(slot), serving.remaining > 0,
      serving.piece == nil || remotes[slot].uploads.first?.piece == serving.piece
    {
      return slot
    }
    let after = serving.slot ?? -1
    guard let next = open.first(where: { $0 > after && isServable($0) }) ?? open.first(where: { isServable($0) }) else {
      return nil
    }
    serving = ServingTurn(slot: next, remaining: turnBytes, piece: nil)
    return next
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
