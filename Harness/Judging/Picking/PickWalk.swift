import Dissection
import SwarmTime
import Wire

/// A first request of a piece, and what else could have been asked for instead.
struct Pick {
  var at: SwarmInstant
  var frame: Int32
  var by: Int
  var from: Int
  var piece: Int32
  /// How many of the requester's peers it knew to have the piece, and how many have the rarest that could have been asked for.
  var copies: Int
  var fewestCopies: Int
  /// Pieces that could have been asked for, and those of them that are surely rarer than the one that was.
  var candidates: Int
  var rarer: Int

  /// Share of the other candidates that were rarer.
  var rank: Double { Double(rarer) / Double(candidates - 1) }
}

/// What the picks of one peer come to.
struct PickTally {
  /// Picks in which not all candidates were equally rare.
  var picks = 0
  /// Sum over those of their ranks.
  var rank = 0.0
  /// The same as a picker by lot would have it on average.
  var rankByLot = 0.0
  /// The picks that were furthest from the rarest, the worst first.
  private(set) var worst: [Pick] = []
  /// All that the peer asked for was seen, and all that it was told.
  var isKnown = true

  private static let quoted = 3

  mutating func add(_ pick: Pick, rankByLot expected: Double) {
    picks += 1
    rank += pick.rank
    rankByLot += expected
    keep(pick)
  }

  mutating func add(_ other: PickTally) {
    picks += other.picks
    rank += other.rank
    rankByLot += other.rankByLot
    for pick in other.worst { keep(pick) }
  }

  private mutating func keep(_ pick: Pick) {
    guard pick.rarer > 0 else { return }
    // Of equals the earlier stays: picks come in the order of the capture.
    let place = worst.firstIndex { $0.rank < pick.rank } ?? worst.count
    guard place < Self.quoted else { return }
    worst.insert(pick, at: place)
    if worst.count > Self.quoted { worst.removeLast() }
  }

  /// Normalised so that a picker by lot has 0.5 and one that always takes a rarest piece 0; nil without picks.
  var normalisedRank: Double? { rankByLot > 0 ? 0.5 * rank / rankByLot : nil }
}

/// Follows what each peer was told of pieces, and looks at each first request of a piece.
///
/// Copies are counted from bitfields and HAVEs sent to the requester on connections that are open. What it could have
/// asked for is what the remote has and the requester wants, and has neither announced nor ever asked for. Left out are
/// the first four pieces (drawn by lot, so that something is there to give), requests while choked (allowed-fast
/// pieces), and pieces that were asked for before (started ones are finished first; in the endgame every piece is a
/// started one).
///
/// What was said so shortly before a request that the requester may not have read it when it chose counts for neither side: a
/// piece is rarer than another if all copies of it are fewer than those of the other that had surely been read of. An honest
/// peer on a machine that was late by 0.5 s of swarm time had a rank of 0.19 before that.
struct PickWalk {
  /// By cast index.
  private(set) var tallies: [PickTally]

  static let randomFirstPieces = 4

  private let scene: Scene
  private let pieceCount: Int
  private let wordCount: Int
  private var peers: [Requester]
  /// By conversation and side: what that side has said here, and what of it the other has surely read.
  private var said: [PieceBits]
  private var read: [PieceBits]
  /// By conversation and side: whether it chokes the other.
  private var chokes: [Bool]
  /// How many candidates have so many copies; emptied after each pick.
  private var histogram: [Int] = []

  private struct Requester {
    /// What it was told may wait for so long until it is read.
    let delay: SwarmDuration
    /// Copies that it was told of, and those that it has surely read of.
    var copies: [UInt16]
    var readCopies: [UInt16]
    /// What it was told, in order; from `unread` on it may not have read it.
    var told: [(at: SwarmInstant, piece: Int32, line: Int32)] = []
    var unread = 0
    /// Announced by itself, or asked for at any time.
    var taken: PieceBits
    var announced: PieceBits
    var announcedCount = 0
  }

  init(_ scene: Scene) {
    self.scene = scene
    pieceCount = scene.holdings.pieceCount
    wordCount = (pieceCount + 63) / 64
    let none = PieceBits(wordCount: wordCount)
    tallies = Array(repeating: PickTally(), count: scene.cast.count)
    let no = [UInt16](repeating: 0, count: pieceCount)
    peers = (0..<scene.cast.count).map {
      Requester(delay: scene.queueing($0), copies: no, readCopies: no, taken: none, announced: none)
    }
    said = Array(repeating: none, count: 2 * scene.conversations.count)
    read = said
    chokes = Array(repeating: true, count: said.count)
    // What it does not want it could not have asked for.
    for (peer, wanted) in scene.holdings.wanted.enumerated() where wanted < pieceCount {
      for piece in wanted..<pieceCount { peers[peer].taken.insert(piece) }
    }
    guard pieceCount > 0 else { return }
    findUnknown()
    walk()
  }

  /// Who spoke or was spoken to where not all is known is not judged. Where a handshake was not answered nobody spoke.
  private mutating func findUnknown() {
    for (place, conversation) in scene.conversations.enumerated() where conversation.isOurs {
      let isWhole = scene.holes[place].allSatisfy { scene.trace.holes[Int($0)].loses == .payload }
      let isSilent =
        scene.trace.connections[conversation.connection].start == .syn && scene.messages[place].isEmpty
      let isKnown = conversation.isKnownFromStart || isSilent
      guard !isKnown || !isWhole else { continue }
      tallies[conversation.first].isKnown = false
      tallies[conversation.second].isKnown = false
    }
  }

  private mutating func walk() {
    var placeOf = [Int32](repeating: -1, count: scene.trace.messages.count)
    for place in scene.conversations.indices where scene.conversations[place].isOurs {
      for index in scene.messages[place] { placeOf[Int(index)] = Int32(place) }
    }
    let closes = scene.conversations.indices.filter { scene.conversations[$0].isOurs }
      .sorted { (scene.conversations[$0].closed, $0) < (scene.conversations[$1].closed, $1) }
    var closed = 0
    for (index, message) in scene.trace.messages.enumerated() where placeOf[index] >= 0 {
      let at = scene.instant(message.time)
      while closed < closes.count, scene.conversations[closes[closed]].closed < at {
        close(closes[closed])
        closed += 1
      }
      hear(message, at, Int(placeOf[index]))
    }
  }

  /// What a peer has that has gone counts no more.
  private mutating func close(_ place: Int) {
    let conversation = scene.conversations[place]
    for side in 0...1 {
      let listener = conversation.peer(1 - side)
      said[2 * place + side].forEach { peers[listener].copies[$0] -= 1 }
      read[2 * place + side].forEach { peers[listener].readCopies[$0] -= 1 }
      said[2 * place + side] = PieceBits(wordCount: wordCount)
      read[2 * place + side] = PieceBits(wordCount: wordCount)
    }
  }

  private mutating func hear(_ message: TracedMessage, _ at: SwarmInstant, _ place: Int) {
    let side = Int(message.from & 1)
    let (speaker, listener) = (scene.conversations[place].peer(side), scene.conversations[place].peer(1 - side))
    switch message.kind {
    case .choke: chokes[2 * place + side] = true
    case .unchoke: chokes[2 * place + side] = false
    case .have: say(Int(message.piece), at, 2 * place + side, speaker, listener)
    case .haveAll: for piece in 0..<pieceCount { say(piece, at, 2 * place + side, speaker, listener) }
    case .bitfield:
      guard message.bitfield >= 0, Int(message.bitfield) < scene.trace.bitfields.count else { return }
      let bytes = scene.trace.bitfields[Int(message.bitfield)]
      for piece in 0..<min(pieceCount, bytes.count * 8) where bytes[piece / 8] & (0x80 >> (piece % 8)) != 0 {
        say(piece, at, 2 * place + side, speaker, listener)
      }
    case .request:
      let piece = Int(message.piece)
      guard piece >= 0, piece < pieceCount, !peers[speaker].taken.contains(piece) else { return }
      if !chokes[2 * place + 1 - side], peers[speaker].announcedCount >= Self.randomFirstPieces {
        pick(message, at, by: speaker, from: listener, 2 * place + 1 - side)
      }
      peers[speaker].taken.insert(piece)
    default: break
    }
  }

  private mutating func say(_ piece: Int, _ at: SwarmInstant, _ line: Int, _ speaker: Int, _ listener: Int) {
    guard piece >= 0, piece < pieceCount, said[line].insert(piece) else { return }
    peers[listener].copies[piece] += 1
    peers[listener].told.append((at, Int32(piece), Int32(line)))
    peers[speaker].taken.insert(piece)
    if peers[speaker].announced.insert(piece) { peers[speaker].announcedCount += 1 }
  }

  /// What was told to a peer its delay ago has been read by now.
  private mutating func readUp(_ peer: Int, to now: SwarmInstant) {
    while peers[peer].unread < peers[peer].told.count {
      let (at, piece, line) = peers[peer].told[peers[peer].unread]
      guard now - at >= peers[peer].delay else { return }
      peers[peer].unread += 1
      // Where that connection was closed since, nothing said on it counts.
      guard said[Int(line)].contains(Int(piece)) else { continue }
      read[Int(line)].insert(Int(piece))
      peers[peer].readCopies[Int(piece)] += 1
    }
  }

  /// - Parameter line: what the remote says to the requester.
  private mutating func pick(
    _ message: TracedMessage, _ at: SwarmInstant, by requester: Int, from remote: Int, _ line: Int
  ) {
    let piece = Int(message.piece)
    guard said[line].contains(piece) else { return }
    readUp(requester, to: at)
    var offered = read[line]
    offered.insert(piece)
    var (candidates, fewest) = (0, Int.max)
    offered.forEach(notIn: peers[requester].taken) { candidate in
      let copies = Int(peers[requester].copies[candidate])
      while histogram.count <= copies { histogram.append(0) }
      histogram[copies] += 1
      candidates += 1
      fewest = min(fewest, copies)
    }
    // From here on: how many candidates have fewer copies.
    var rarer = 0
    for copies in histogram.indices { (histogram[copies], rarer) = (rarer, rarer + histogram[copies]) }
    let copies = Int(peers[requester].readCopies[piece])
    let rarerThanPick = histogram[copies]
    var rarerThanAny = 0
    offered.forEach(notIn: peers[requester].taken) { candidate in
      rarerThanAny += histogram[Int(peers[requester].readCopies[candidate])]
    }
    for copies in histogram.indices { histogram[copies] = 0 }
    guard rarerThanAny > 0 else { return }
    let byLot = Double(rarerThanAny) / Double(candidates) / Double(candidates - 1)
    tallies[requester].add(
      Pick(
        at: at, frame: message.frame, by: requester, from: remote, piece: message.piece, copies: copies,
        fewestCopies: fewest, candidates: candidates, rarer: rarerThanPick), rankByLot: byLot)
  }
}

/// A set of pieces, a bit each.
struct PieceBits {
  private var words: [UInt64]

  init(wordCount: Int) { words = Array(repeating: 0, count: wordCount) }

  func contains(_ piece: Int) -> Bool { words[piece >> 6] & (1 << UInt64(piece & 63)) != 0 }

  /// False if it was there.
  @discardableResult
  mutating func insert(_ piece: Int) -> Bool {
    let mask: UInt64 = 1 << UInt64(piece & 63)
    defer { words[piece >> 6] |= mask }
    return words[piece >> 6] & mask == 0
  }

  func forEach(notIn other: PieceBits? = nil, _ body: (Int) -> Void) {
    for (index, word) in words.enumerated() {
      var rest = other.map { word & ~$0.words[index] } ?? word
      while rest != 0 {
        body((index << 6) + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }
}
