import SwarmTime

/// Whose block it was, while a piece is not verified; who it was stays known after the connection is gone.
struct BlockSource: Hashable, Sendable {
  /// Of the connection.
  var serial: Int
  /// 20 bytes.
  var peerID: [UInt8]
  var ipv4: UInt32
}

/// Pieces that failed their hash with blocks of several peers: who brought which block, and what it was.
struct Suspicions: Sendable {
  struct Record: Sendable {
    var piece: Int
    var sources: [BlockSource]
    /// Place in `sources`, by block.
    var sourceOfBlock: [Int]
    /// By block.
    var hashes: [UInt64]
  }

  private(set) var records: [Record] = []
  /// Pieces whose blocks are being hashed; not to be fetched again before the answer, or other bytes would be hashed.
  private var awaited: [Int] = []
  /// The oldest is forgotten for the newest; 4 MiB pieces cost 4 KiB each.
  private static let capacity = 64

  mutating func expect(_ piece: Int) { if !isAwaited(piece) { awaited.append(piece) } }
  func isAwaited(_ piece: Int) -> Bool { awaited.contains(piece) }
  mutating func answered(_ piece: Int) { awaited.removeAll { $0 == piece } }

  func isSuspect(_ piece: Int) -> Bool { records.contains { $0.piece == piece } }

  mutating func add(_ record: Record) {
    guard !isSuspect(record.piece) else { return }
    if records.count == Self.capacity { records.removeFirst() }
    records.append(record)
  }

  /// What is known of a piece that is verified by now, and need not be known any longer.
  mutating func close(_ piece: Int) -> Record? {
    guard let place = records.firstIndex(where: { $0.piece == piece }) else { return nil }
    return records.remove(at: place)
  }
}

/// Who sent a bad block is found, dropped and not taken back; others that had a share in the piece are not harmed.
///
/// Who brought the whole piece is to blame at once. If several did, what each block was is kept as a hash, and the piece
/// is fetched again from one peer alone: either that one is to blame then, or the piece is right, and the blocks that
/// differ from the right ones show who sent them.
extension Peer {
  /// The hash was wrong.
  mutating func refused(_ piece: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard !suspicions.isAwaited(piece) else { return }
    actions.append(.note("piece \(piece) failed its hash check"))
    let sources = table.sources(of: piece).all
    if sources.contains(where: { $0.peerID != sources[0].peerID || $0.ipv4 != sources[0].ipv4 }) {
      suspicions.expect(piece)
      actions.append(.hashBlocks(piece: piece))
      return
    }
    table.refused(piece)
    requestsDue = true
    if let guilty = sources.first {
      blame(guilty, "piece \(piece), all from here, failed its hash check", now, &actions)
    }
  }

  /// What was written cannot be read back: who sent it may have been right.
  mutating func unreadable(_ piece: Int) {
    guard table.isStarted(piece), !suspicions.isAwaited(piece) else { return }
    table.refused(piece)
    requestsDue = true
  }

  /// What the blocks of a piece are: of one that was wrong for the record, of one that is right to find who was wrong.
  mutating func hashed(_ piece: Int, _ hashes: [UInt64], _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard suspicions.isAwaited(piece) else { return }
    suspicions.answered(piece)
    guard table.have.contains(piece) else {
      let (sources, sourceOfBlock) = table.sources(of: piece)
      if hashes.count == sourceOfBlock.count {
        suspicions.add(.init(piece: piece, sources: sources, sourceOfBlock: sourceOfBlock, hashes: hashes))
      }
      table.refused(piece)
      requestsDue = true
      return
    }
    guard let record = suspicions.close(piece), record.hashes.count == hashes.count else { return }
    var guilty: [Int] = []
    for (index, hash) in hashes.enumerated() where record.hashes[index] != hash {
      let source = record.sourceOfBlock[index]
      if !guilty.contains(source) { guilty.append(source) }
    }
    for source in guilty {
      blame(record.sources[source], "its blocks of piece \(piece) were not the piece's", now, &actions)
    }
  }

  /// A piece that was under suspicion is right.
  mutating func settle(_ piece: Int, _ actions: inout ActionQueue) {
    guard suspicions.isSuspect(piece) else { return }
    suspicions.expect(piece)
    actions.append(.hashBlocks(piece: piece))
  }

  private mutating func blame(
    _ guilty: BlockSource, _ reason: String, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) {
    contacts.met.ban(guilty.ipv4)
    for slot in Array(open) where isOpen(slot) && remotes[slot].peer.address.ipv4 == guilty.ipv4 {
      guard remotes[slot].peer.peerID == guilty.peerID else { continue }
      drop(slot, reason: reason, now, &actions)
    }
  }
}
