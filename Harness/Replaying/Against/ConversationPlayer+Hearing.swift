import Dissection
import Wire

/// What the live client says: noted, answered, or a departure where it breaks a rule.
extension ConversationPlayer {
  /// A request that crossed our choke on its way is no fault: 2 s.
  private static let grace: Int64 = 2_000_000_000
  /// So many requests are kept; what exceeds that is a flood.
  private static let mostPending = 10_000

  mutating func hear(_ content: Spoken, _ actions: inout [Action]) {
    account.heard(content.kind)
    defer { live.lastHeard = content.text }
    switch content {
    case .handshake(let handshake):
      guard handshake.infoHash == metainfo.infoHash else {
        return depart(
          .heard("a handshake with another info-hash"), expected: "a handshake with the torrent's info-hash")
      }
      live.handshake = handshake
    case .extended(let id, let payload):
      guard own.handshake == nil || isExtended else {
        return depart(.heard("\(content.text), though BEP 10 was not agreed on"))
      }
      if id == 0 {
        live.hasShakenExtensions = true
        rewriter.hear(extensionHandshake: payload)
      }
    case .unknown: break
    case .block(let block, let payload): take(block, payload)
    case .message(let message):
      if let piece = message.pieceIndex, piece >= metainfo.pieceCount {
        return depart(.heard("\(content.text), of \(metainfo.pieceCount) pieces"))
      }
      hear(message, &actions)
    }
  }

  private mutating func hear(_ message: PeerMessage, _ actions: inout [Action]) {
    switch message {
    case .choke:
      live.isChoking = true
      // Without BEP 6 whatever was asked for is dropped in silence.
      if !isFast { asks.drop(asks.outstanding.filter { !live.allowedFast.contains(Int($0.piece)) }) }
    case .unchoke: live.isChoking = false
    case .interested: live.isInterested = true
    case .notInterested: live.isInterested = false
    case .have(let piece): live.has[Int(piece)] = true
    case .bitfield(let bytes): hear(bitfield: bytes)
    case .haveAll, .haveNone, .suggest, .reject, .allowedFast:
      guard isFast else { return depart(.heard("\(Spoken.message(message).text), though BEP 6 was not agreed on")) }
      hear(fast: message)
    case .request(let block): hear(request: block, &actions)
    case .cancel(let block):
      guard let place = live.pending.firstIndex(of: block) else { return }
      live.pending.remove(at: place)
      if isFast { say(.reject(block), &actions) }
    case .keepAlive, .port, .extendedHandshake, .extended: break
    }
  }

  private mutating func hear(bitfield bytes: [UInt8]) {
    let count = (metainfo.pieceCount + 7) / 8
    guard bytes.count == count else {
      return depart(.heard("a bitfield of \(bytes.count) bytes, where \(metainfo.pieceCount) pieces take \(count)"))
    }
    let spare = count * 8 - metainfo.pieceCount
    guard bytes[count - 1] & UInt8(truncatingIfNeeded: (1 << spare) - 1) == 0 else {
      return depart(.heard("a bitfield with spare bits set"))
    }
    live.hasSpokenOfPieces = true
    live.has = live.has.indices.map { bytes[$0 / 8] & (0x80 >> UInt8($0 % 8)) != 0 }
  }

  private mutating func hear(fast message: PeerMessage) {
    switch message {
    case .haveAll, .haveNone:
      live.hasSpokenOfPieces = true
      live.has = live.has.map { _ in message == .haveAll }
    case .allowedFast(let piece): live.allowedFast.insert(Int(piece))
    case .reject(let block):
      guard asks.isOpen(block) else { return depart(.heard("\(Spoken.message(message).text), which nobody asked for")) }
      asks.drop([block])
    default: break
    }
  }

  private mutating func hear(request block: Block, _ actions: inout [Action]) {
    let piece = Int(block.piece)
    let text = Spoken.message(.request(block)).text
    let end = Int64(block.begin) + Int64(block.length)
    guard block.length > 0, block.length <= PeerMessage.largestBlock, end <= metainfo.length(ofPiece: piece) else {
      return depart(.heard("\(text), which is no block of a piece of \(metainfo.length(ofPiece: piece)) bytes"))
    }
    guard own.has[piece] else { return depart(.heard("\(text), which we had not said to have")) }
    guard live.pending.count < Self.mostPending else { return depart(.heard("more than \(Self.mostPending) requests")) }
    if own.isChoking && !own.allowedFast.contains(piece) {
      guard let choked = own.chokedAt, now - choked <= Self.grace else {
        return depart(.heard("\(text), while choked"))
      }
      if isFast { say(.reject(block), &actions) }
      return
    }
    live.pending.append(block)
  }

  private mutating func take(_ block: Block, _ payload: [UInt8]) {
    switch asks.take(block, payload) {
    case .asked: blocksHeard += 1
    case .late: break
    case .unasked: depart(.heard("\(Spoken.block(block, payload: []).text), which nobody asked for"))
    case .damaged(let piece): depart(.heard("the last block of piece \(piece), whose bytes do not have its SHA-1"))
    }
  }
}
