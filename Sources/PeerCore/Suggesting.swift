import SwarmTime
import Wire

/// To whom the first copy of each piece goes, while some piece is not out yet.
struct SuggestionLedger: Sendable {
  /// Slot that each piece is promised to; -1 for nobody.
  private(set) var owners: ContiguousArray<Int32>
  /// Every piece has been seen elsewhere: there is nothing left to suggest.
  var isDone = false

  init(pieceCount: Int) {
    owners = ContiguousArray(repeating: -1, count: pieceCount)
  }

  mutating func promise(_ piece: Int, to slot: Int) { owners[piece] = Int32(slot) }
  mutating func release(_ piece: Int) { owners[piece] = -1 }
}

/// A seed that is alone with a piece suggests each piece to one leecher at a time (BEP 6: "to avoid redundant
/// downloads"), and serves it before second copies of others, since two that draw the same rarest piece cost it a copy.
/// A suggestion only breaks ties at the leecher, which goes on fetching rarest first; a client without BEP 6 sees
/// nothing of it, and what it asks for first is promised to it.
extension Peer {
  /// Pieces promised to one peer at most: what it asks for beyond is served in its turn like any other.
  private static let mostPromises = 64

  var handsOutFirstCopies: Bool { table.isComplete && !suggestions.isDone }

  mutating func suggest(to slot: Int, _ actions: inout ActionQueue) {
    guard handsOutFirstCopies, remotes[slot].peer.supportsFast, remotes[slot].isUnchoked,
      remotes[slot].suggestedToIt == nil
    else { return }
    guard let piece = unpromisedPiece() else { return }
    remotes[slot].suggestedToIt = piece
    promise(piece, to: slot)
    send(.suggest(UInt32(piece)), to: slot, &actions)
  }

  /// It asks for a piece or has it: the next one may be suggested.
  mutating func suggestionTaken(piece: Int, by slot: Int, announced: Bool, _ actions: inout ActionQueue) {
    guard handsOutFirstCopies else { return }
    if announced {
      release(piece, from: slot)
    } else {
      if suggestions.owners[piece] == Int32(slot), remotes[slot].suggestedToIt != piece { return }
      takeOver(piece, by: slot)
      // It went its own way: the suggested piece is for others.
      if let suggested = remotes[slot].suggestedToIt, suggested != piece { release(suggested, from: slot) }
    }
    remotes[slot].suggestedToIt = nil
    suggest(to: slot, &actions)
  }

  /// Who asks for a piece comes before whom it was only suggested to.
  private mutating func takeOver(_ piece: Int, by slot: Int) {
    guard table.availability[piece] == 0 else { return }
    let owner = Int(suggestions.owners[piece])
    if owner >= 0 {
      guard owner != slot, remotes[owner].suggestedToIt == piece else { return }
      release(piece, from: owner)
      remotes[owner].suggestedToIt = nil
    }
    promise(piece, to: slot)
  }

  /// Choked or gone: what it was promised can be promised to others.
  mutating func forgetPromises(to slot: Int) {
    for piece in remotes[slot].promised { suggestions.release(piece) }
    remotes[slot].promised.removeAll()
    remotes[slot].suggestedToIt = nil
  }

  /// The first block in a peer's queue that belongs to a piece promised to it.
  func firstCopyAwaited(by slot: Int) -> Block? {
    guard !remotes[slot].promised.isEmpty else { return nil }
    return remotes[slot].uploads.first { suggestions.owners[Int($0.piece)] == Int32(slot) }
  }

  private mutating func promise(_ piece: Int, to slot: Int) {
    guard remotes[slot].promised.count < Self.mostPromises else { return }
    remotes[slot].promised.append(piece)
    suggestions.promise(piece, to: slot)
  }

  private mutating func release(_ piece: Int, from slot: Int) {
    guard let place = remotes[slot].promised.firstIndex(of: piece) else { return }
    remotes[slot].promised.remove(at: place)
    suggestions.release(piece)
  }

  /// A piece that nobody else has and that nobody is fetching, by lot. Drawn once, not for each candidate: that made a fast
  /// seed 9 % slower (measured).
  private mutating func unpromisedPiece() -> Int? {
    var unseen = 0
    var candidates = 0
    for piece in 0..<table.pieceCount where table.availability[piece] == 0 {
      unseen += 1
      if suggestions.owners[piece] < 0 { candidates += 1 }
    }
    if unseen == 0, !open.isEmpty { suggestions.isDone = true }
    guard candidates > 0 else { return nil }
    var before = random.below(candidates)
    for piece in 0..<table.pieceCount where table.availability[piece] == 0 && suggestions.owners[piece] < 0 {
      if before == 0 { return piece }
      before -= 1
    }
    return nil
  }
}
