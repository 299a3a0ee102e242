import SwarmTime
import Wire

/// What is said on a connection: greetings, and what each message changes.
extension Peer {
  /// Requests that we are ready to queue for one peer; told as `reqq`. What is beyond is rejected (BEP 6).
  static let acceptedRequests = 500
  /// The same of a peer without BEP 6, which cannot be told no: it would wait for ever for what we left out. rtorrent has
  /// more than 2,000 requests open at full speed, and stalls where so many are the limit (measured; 20,000 will do).
  static let acceptedWithoutRejects = 20_000
  /// The largest block that is served; mainline closes above 128 KiB.
  static let largestBlock: UInt32 = 128 * 1024

  mutating func greet(_ slot: Int, _ actions: inout ActionQueue) {
    let fast = remotes[slot].peer.supportsFast
    if table.have.isFull && fast {
      send(.haveAll, to: slot, &actions)
    } else if table.have.count > 0 {
      send(.bitfield(table.have.bitfield), to: slot, &actions)
    } else if fast {
      send(.haveNone, to: slot, &actions)
    }
    introduce(to: slot, &actions)
  }

  /// The BEP 10 handshake, whole each time, since not everybody keeps what a later one leaves out. A partial seed says that it
  /// is one (BEP 21); of a seed its pieces say as much.
  mutating func introduce(to slot: Int, _ actions: inout ActionQueue) {
    guard remotes[slot].peer.supportsExtensions else { return }
    let handshake = ExtendedHandshake(
      peerExchangeID: configuration.exchangesPeers ? Self.exchangeID : nil,
      listenPort: configuration.ownAddress.port, requestQueue: Self.acceptedRequests,
      client: configuration.clientName, yourIPv4: remotes[slot].peer.address.ipv4,
      isUploadOnly: table.isPartialSeed ? true : nil)
    send(.extendedHandshake(handshake), to: slot, &actions)
  }

  mutating func received(
    _ message: PeerMessage, from slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) {
    downloadBucket?.fill(at: now, whereTaken: outstandingBytes)
    downloadBucket?.spend(message.wireSize)
    guard remotes[slot].peer.supportsFast || !message.isOfFastExtension else {
      return drop(slot, reason: "a message of BEP 6 without having offered it", now, &actions)
    }
    let isFirst = !remotes[slot].sentFirstMessage
    if case .extendedHandshake = message {} else { remotes[slot].sentFirstMessage = true }

    switch message {
    case .keepAlive, .port: break
    case .extendedHandshake(let handshake):
      if let queue = handshake.requestQueue { remotes[slot].requestQueueLimit = min(queue, 2000) }
      if let port = handshake.listenPort { remotes[slot].listenPort = port }
      if let id = handshake.peerExchangeID { remotes[slot].exchange.theirID = id }
      if let isUploadOnly = handshake.isUploadOnly {
        remotes[slot].saysUploadOnly = isUploadOnly
        leaveIfBothUploadOnly(slot, now, &actions)
      }
    case .extended(let id, let payload): heardExtended(id, payload, from: slot, now, &actions)
    case .bitfield, .haveAll, .haveNone:
      announcedPieces(message, isFirst: isFirst, slot, now, &actions)
    case .have(let piece): announced(piece, slot, now, &actions)
    case .choke: choked(by: slot, now, &actions)
    case .unchoke:
      if remotes[slot].isChokingUs { remotes[slot].unchokesUsSince = now }
      remotes[slot].isChokingUs = false
      remotes[slot].waitingSince = remotes[slot].outstanding.isEmpty ? nil : now
      request(from: slot, now, &actions)
    case .interested: interestChanged(slot, to: true, now, &actions)
    case .notInterested: interestChanged(slot, to: false, now, &actions)
    case .request(let block): requested(block, by: slot, now, &actions)
    case .cancel(let block):
      guard remotes[slot].uploads.remove(block) else { return }
      queuedUploads -= 1
      if remotes[slot].peer.supportsFast { send(.reject(block), to: slot, &actions) }
    case .reject(let block): rejected(block, by: slot, now)
    case .suggest(let piece):
      guard piece < table.pieceCount else { return drop(slot, reason: "suggest of no piece", now, &actions) }
      remotes[slot].suggestedByIt.append(Int(piece))
      if remotes[slot].suggestedByIt.count > 16 { remotes[slot].suggestedByIt.removeFirst() }
    case .allowedFast(let piece):
      guard piece < table.pieceCount else { return drop(slot, reason: "allowed fast of no piece", now, &actions) }
      guard remotes[slot].allowedFast.count < 64, !remotes[slot].allowedFast.contains(Int(piece)) else { return }
      remotes[slot].allowedFast.append(Int(piece))
      request(from: slot, now, &actions)
    }
  }

  // MARK: What it has

  /// All that it has at once. BEP 3 and BEP 6 want that first and nowhere else; but a later one is taken for the HAVEs of
  /// what is new in it, since aria2 sends whichever of the two is shorter (measured: 1.36.0).
  private mutating func announcedPieces(
    _ message: PeerMessage, isFirst: Bool, _ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) {
    let pieces: PieceSet
    switch message {
    case .bitfield(let bytes):
      guard let set = PieceSet(bitfield: bytes, capacity: table.pieceCount) else {
        return drop(slot, reason: "bitfield of wrong length or with spare bits set", now, &actions)
      }
      pieces = set
    case .haveAll:
      // Five bytes said again and again are not to cost a walk over all pieces each time.
      guard !remotes[slot].pieces.isFull else { return }
      pieces = .full(capacity: table.pieceCount)
    default:
      // Late, it is as harmless as the others; but nothing that was said is taken back.
      if remotes[slot].pieces.count > 0 { drop(slot, reason: "have-none from who has pieces", now, &actions) }
      return
    }
    guard isFirst else {
      // The last new one may end the conversation: two seeds part.
      pieces.forEach { if remotes[slot].isOpen { announced(UInt32($0), slot, now, &actions) } }
      return
    }
    remotes[slot].pieces = pieces
    table.seen(all: pieces)
    remotes[slot].wanted = table.lacking(of: remotes[slot].pieces)
    updateInterest(slot, &actions)
    leaveIfBothUploadOnly(slot, now, &actions)
  }

  private mutating func announced(_ piece: UInt32, _ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard piece < table.pieceCount else { return drop(slot, reason: "have of no piece", now, &actions) }
    guard remotes[slot].pieces.insert(Int(piece)) else { return }
    table.seen(Int(piece))
    suggestionTaken(piece: Int(piece), by: slot, announced: true, &actions)
    if table.lacks(Int(piece)) {
      remotes[slot].wanted += 1
      updateInterest(slot, &actions)
      request(from: slot, now, &actions)
    }
    leaveIfBothUploadOnly(slot, now, &actions)
  }

  /// Two seeds, partial ones among them (BEP 21), have nothing to say to each other, and each place in a peer set is wanted
  /// by others.
  mutating func leaveIfBothUploadOnly(_ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard table.lacksNothing, remotes[slot].isUploadOnly, remotes[slot].uploads.isEmpty else { return }
    let areSeeds = table.isComplete && remotes[slot].pieces.isFull
    drop(slot, reason: areSeeds ? "both are seeds" : "both only upload", now, &actions)
  }

  mutating func updateInterest(_ slot: Int, _ actions: inout ActionQueue) {
    let isInterested = remotes[slot].wanted > 0
    guard isInterested != remotes[slot].amInterested else { return }
    remotes[slot].amInterested = isInterested
    send(isInterested ? .interested : .notInterested, to: slot, &actions)
  }

  private mutating func interestChanged(
    _ slot: Int, to isInterested: Bool, _ now: SwarmInstant, _ actions: inout ActionQueue
  ) {
    guard remotes[slot].isInterested != isInterested else { return }
    remotes[slot].isInterested = isInterested
    fillVacancies(now, &actions)
    leaveIfBothUploadOnly(slot, now, &actions)
  }
}

extension PeerMessage {
  var isOfFastExtension: Bool {
    switch self {
    case .suggest, .haveAll, .haveNone, .reject, .allowedFast: true
    default: false
    }
  }
}
