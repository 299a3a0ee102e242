import Dissection
import Wire

/// Saying the recorded side's lines, rewritten for the live client.
extension ConversationPlayer {
  private static let unplayable = "extended messages that cannot be played, or not to this client"
  private static let noFast = "messages of the fast extension, which the client has not got"

  /// Both have the fast extension (BEP 6).
  var isFast: Bool { own.handshake?.supportsFast == true && live.handshake?.supportsFast != false }
  /// Both have the extension protocol (BEP 10).
  var isExtended: Bool {
    own.handshake?.supportsExtensions == true && live.handshake?.supportsExtensions != false
  }

  /// - Returns: false while something must be heard before it can be said.
  mutating func speak(_ content: Spoken, _ actions: inout [Action]) -> Bool {
    switch content {
    case .handshake(let recorded):
      let handshake = rewriter.handshake(recorded)
      own.handshake = handshake
      account.said("handshake")
      actions.append(.say(handshake.encoded))
    case .extended(id: 0, let payload):
      guard isExtended else { return passOver("extensions, which the client has not got") }
      say(.extended(id: 0, rewriter.extensionHandshake(payload)), as: "extension handshake", &actions)
    case .extended(let id, let payload):
      guard isExtended, let message = rewriter.extended(id: id, payload) else {
        return passOver(Self.unplayable)
      }
      say(message, as: "extended", &actions)
    case .unknown: return passOver("messages of unknown kinds")
    case .block: return giveBlock(&actions)
    case .message(let message): return speak(message, &actions)
    }
    return true
  }

  private mutating func speak(_ message: PeerMessage, _ actions: inout [Action]) -> Bool {
    switch message {
    case .keepAlive: return passOver("keep-alives, which the clock paces")
    case .port: return passOver("DHT ports, since there is no node")
    case .choke: choke(&actions)
    case .unchoke:
      own.isChoking = false
      say(.unchoke, &actions)
    case .interested:
      own.isInterested = true
      say(.interested, &actions)
    case .notInterested:
      own.isInterested = false
      say(.notInterested, &actions)
    case .bitfield, .haveAll, .haveNone: sayHoldings(message, &actions)
    case .have(let piece):
      let piece = mapping.piece(piece)
      guard !own.has[piece] else { return passOver("HAVEs of pieces that are one here") }
      own.has[piece] = true
      say(.have(UInt32(piece)), &actions)
    case .suggest(let piece):
      guard isFast else { return passOver(Self.noFast) }
      say(.suggest(UInt32(mapping.piece(piece))), &actions)
    case .allowedFast(let piece):
      guard isFast else { return passOver(Self.noFast) }
      own.allowedFast.insert(mapping.piece(piece))
      say(.allowedFast(UInt32(mapping.piece(piece))), &actions)
    case .reject: return passOver("rejects: live requests are rejected as it becomes due")
    case .request(let block): return ask(block, &actions)
    case .cancel(let block):
      let piece = UInt32(mapping.piece(block.piece))
      guard let asked = asks.cancel(Block(piece: piece, begin: block.begin, length: block.length)) else {
        return passOver("cancels of blocks that are not outstanding")
      }
      say(.cancel(asked), &actions)
    case .extendedHandshake, .extended: return passOver(Self.unplayable)
    }
    return true
  }

  mutating func say(_ message: PeerMessage, as kind: String? = nil, _ actions: inout [Action]) {
    account.said(kind ?? Spoken.message(message).kind)
    actions.append(.say(message.encoded))
  }

  private mutating func passOver(_ reason: String) -> Bool {
    account.passOver(reason)
    return true
  }

  /// The first word about pieces, in the form that the client knows.
  private mutating func sayHoldings(_ message: PeerMessage, _ actions: inout [Action]) {
    switch message {
    case .haveAll: own.has = own.has.map { _ in true }
    case .bitfield(let bytes): own.has = mapping.holdings(bytes)
    default: break
    }
    switch message {
    case .haveAll where isFast: say(.haveAll, &actions)
    case .haveNone where isFast: say(.haveNone, &actions)
    case .haveNone: account.passOver(Self.noFast)
    default: say(.bitfield(PieceMapping.bitfield(own.has)), &actions)
    }
  }

  /// Whatever was asked for is not answered any more; under BEP 6 that is said.
  private mutating func choke(_ actions: inout [Action]) {
    own.isChoking = true
    own.chokedAt = now
    say(.choke, &actions)
    guard isFast else {
      live.pending = []
      return
    }
    for block in live.pending where !own.allowedFast.contains(Int(block.piece)) { say(.reject(block), &actions) }
    live.pending.removeAll { !own.allowedFast.contains(Int($0.piece)) }
  }

  private mutating func giveBlock(_ actions: inout [Action]) -> Bool {
    guard let block = live.pending.first else {
      if own.isChoking { return passOver("blocks for which no request was left when we choked") }
      return wantsBlocks ? false : passOver("blocks that the client had no use for")
    }
    live.pending.removeFirst()
    account.said("piece")
    account.servedBytes += Int64(block.length)
    own.given[Int(block.piece), default: 0] += Int64(block.length)
    actions.append(.sayBlock(block))
    return true
  }

  /// The live client lacks something that we have said to have.
  var wantsBlocks: Bool { own.has.indices.contains { own.has[$0] && !isThere($0) } }

  /// The live client has a piece: it said so, or was given all of it. Some do not say it to those who have it, too.
  func isThere(_ piece: Int) -> Bool {
    live.has[piece] || own.given[piece] ?? 0 >= metainfo.length(ofPiece: piece)
  }

  private mutating func ask(_ recorded: Block, _ actions: inout [Action]) -> Bool {
    let (has, isChoking, fast) = (live.has, live.isChoking, live.allowedFast)
    let found = asks.ask(preferred: mapping.piece(recorded.piece), begin: recorded.begin) { piece in
      has[piece] && (!isChoking || fast.contains(piece))
    }
    if let found {
      say(.request(found), &actions)
      return true
    }
    // What it has and does not give while it chokes us is waited for.
    if isChoking && asks.canAsk(mayAsk: { has[$0] }) { return false }
    return passOver("requests for which the client had nothing left")
  }
}
