import SwarmTime
import Wire

/// Which block is asked for next: started pieces first, then a new one as `PiecePicker` says, and in the endgame what
/// others are slow to bring (BEP 3; Cohen 2003, section 2.4; Legout 2006).
extension Peer {
  /// At most so many peers are asked for one block in the endgame.
  private static let endgameRequesters = 3

  /// Every missing block has been asked for.
  var isEndgame: Bool { table.unrequestedBlocks == 0 }

  mutating func nextBlock(from slot: Int, onlyAllowedFast: Bool) -> Block? {
    if onlyAllowedFast { return allowedFastBlock(from: slot) }
    let serial = remotes[slot].serial
    if let piece = remotes[slot].currentPiece,
      let block = table.takeUnrequested(of: piece, for: serial, besides: leftOut(by: slot))
    {
      return block
    }
    guard let piece = startedPiece(of: slot, besidesSoleHolder: solelyHeld(by: slot)) ?? newPiece(from: slot) else {
      return nil
    }
    table.start(piece, for: serial)
    remotes[slot].currentPiece = piece
    return table.takeUnrequested(of: piece, for: serial, besides: leftOut(by: slot))
  }

  /// Blocks that a remote was asked for and passed over: others are asked for a while, where there are others that may
  /// bring them.
  private func leftOut(by slot: Int) -> [Block] {
    guard !remotes[slot].leftOut.isEmpty else { return [] }
    let serial = remotes[slot].serial
    return remotes[slot].leftOut.map(\.block).filter {
      table.availability[Int($0.piece)] > 1 && !table.isExclusive(Int($0.piece), to: serial)
    }
  }

  /// Whether the remote has a piece, not started, that nobody else has. Such pieces come before started ones that
  /// others could finish as well: the time of a lone seed is what the whole swarm waits for.
  private func solelyHeld(by slot: Int) -> Bool {
    var found = false
    remotes[slot].pieces.forEach(notIn: table.have, norIn: table.started) { piece in
      if table.availability[piece] == 1 { found = true }
    }
    return found
  }

  /// The started piece with blocks to spare that is nearest to its end.
  private func startedPiece(of slot: Int, besidesSoleHolder isSoleHolder: Bool) -> Int? {
    var best: (piece: Int, missing: Int)?
    let leftOut = leftOut(by: slot)
    for partial in table.partials where partial.unrequested > 0 && remotes[slot].pieces.contains(partial.piece) {
      if !partial.isOpen(to: remotes[slot].serial) { continue }
      if !leftOut.isEmpty, !table.hasUnrequested(partial, besides: leftOut) { continue }
      if isSoleHolder, table.availability[partial.piece] > 1 { continue }
      if let found = best, found.missing <= partial.missing { continue }
      best = (partial.piece, partial.missing)
    }
    return best?.piece
  }

  private mutating func newPiece(from slot: Int) -> Int? {
    var started = table.started
    // A suspect piece would be this remote's alone, and wait with it for the block that it passes over.
    for block in leftOut(by: slot) where table.isSuspect(Int(block.piece)) { started.insert(Int(block.piece)) }
    return configuration.picker.piece(
      from: PieceOffer(
        pieces: remotes[slot].pieces, have: table.have, started: started, availability: table.availability,
        suggested: remotes[slot].suggestedByIt),
      random: &random)
  }

  private mutating func allowedFastBlock(from slot: Int) -> Block? {
    for piece in remotes[slot].allowedFast where remotes[slot].pieces.contains(piece) && table.lacks(piece) {
      table.start(piece, for: remotes[slot].serial)
      if let block = table.takeUnrequested(of: piece, for: remotes[slot].serial) { return block }
    }
    return nil
  }

  /// A block that another remote was asked for and that this one, which has nothing else for us, would bring clearly
  /// sooner. In the endgame both may bring it; before, the other is told not to.
  mutating func awaitedBlock(for slot: Int, _ now: SwarmInstant) -> (block: Block, from: Int)? {
    let ours = expectedWait(slot, position: remotes[slot].outstanding.count, now)
    var best: (block: Block, from: Int, wait: Double)?
    for other in open where other != slot && !remotes[other].isChokingUs {
      let last = remotes[other].outstanding.count - 1
      // The last are the ones that it will bring latest.
      for position in stride(from: last, through: max(0, last - Self.looksBack), by: -1) {
        let wait = expectedWait(other, position: position, now)
        guard wait > Self.clearly * ours, wait > best?.wait ?? 0 else { break }
        let block = remotes[other].outstanding[position].block
        guard remotes[slot].pieces.contains(Int(block.piece)),
          table.requesters(of: block, for: remotes[slot].serial).map({ $0 < Self.endgameRequesters }) ?? false,
          !remotes[slot].outstanding.contains(where: { $0.block == block }),
          !remotes[slot].cancelled.contains(where: { $0.block == block })
        else { continue }
        best = (block, other, wait)
        break
      }
    }
    return best.map { ($0.block, $0.from) }
  }

  private static let clearly = 2.0
  private static let looksBack = 4

  private func expectedWait(_ slot: Int, position: Int, _ now: SwarmInstant) -> Double {
    remotes[slot].pace.wait(forPosition: position, since: remotes[slot].waitingSince, at: now)
  }
}
