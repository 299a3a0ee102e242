import SwarmTime
import Wire

/// Which pieces a seed has promised to whom, while some piece is not out yet.
struct SuggestionLedger: Sendable {
  /// Peers that each piece was suggested to, or that ask us for it, and that have not announced it.
  private(set) var promises: ContiguousArray<UInt16>
  /// Every piece has been seen elsewhere: there is nothing left to suggest.
  var isDone = false

  init(pieceCount: Int) { promises = ContiguousArray(repeating: 0, count: pieceCount) }

  mutating func promise(_ piece: Int) { promises[piece] += 1 }
  mutating func release(_ piece: Int) { promises[piece] -= 1 }
}

/// A seed that is alone with a piece suggests each piece to one leecher at a time (BEP 6: "to avoid redundant
/// downloads"), since two that draw the same rarest piece cost it a copy. A suggestion only breaks ties at the leecher,
/// which goes on fetching rarest first; a client without BEP 6 sees nothing of it.
extension Peer {
  mutating func suggest(to slot: Int, _ actions: inout ActionQueue) {
    guard table.isComplete, !suggestions.isDone, remotes[slot].peer.supportsFast, remotes[slot].isUnchoked,
      remotes[slot].suggestedToIt == nil
    else { return }
    guard let piece = unpromisedPiece(for: slot) else { return }
    remotes[slot].suggestedToIt = piece
    promise(piece, to: slot)
    send(.suggest(UInt32(piece)), to: slot, &actions)
  }

  /// It asks for a piece or has it: the next one may be suggested.
  mutating func suggestionTaken(piece: Int, by slot: Int, announced: Bool, _ actions: inout ActionQueue) {
    guard table.isComplete, !suggestions.isDone else { return }
    if announced {
      release(piece, from: slot)
    } else if let suggested = remotes[slot].suggestedToIt, suggested != piece {
      if remotes[slot].promised.contains(piece) { return }
      release(suggested, from: slot)
      promise(piece, to: slot)
    } else {
      promise(piece, to: slot)
    }
    remotes[slot].suggestedToIt = nil
    suggest(to: slot, &actions)
  }

  /// Choked or gone: what it was promised can be promised to others.
  mutating func forgetPromises(to slot: Int) {
    for piece in remotes[slot].promised { suggestions.release(piece) }
    remotes[slot].promised.removeAll()
    remotes[slot].suggestedToIt = nil
  }

  private mutating func promise(_ piece: Int, to slot: Int) {
    guard !remotes[slot].promised.contains(piece) else { return }
    remotes[slot].promised.append(piece)
    suggestions.promise(piece)
  }

  private mutating func release(_ piece: Int, from slot: Int) {
    guard let place = remotes[slot].promised.firstIndex(of: piece) else { return }
    remotes[slot].promised.remove(at: place)
    suggestions.release(piece)
  }

  /// A piece that nobody else has and that nobody is fetching, by lot.
  private mutating func unpromisedPiece(for slot: Int) -> Int? {
    var unseen = 0
    var ties = 0
    var picked: Int?
    for piece in 0..<table.pieceCount where table.availability[piece] == 0 {
      unseen += 1
      guard suggestions.promises[piece] == 0 else { continue }
      ties += 1
      if random.below(ties) == 0 { picked = piece }
    }
    if unseen == 0, !open.isEmpty { suggestions.isDone = true }
    return picked
  }
}
