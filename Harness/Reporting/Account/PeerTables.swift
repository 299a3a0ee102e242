import Judging
import SwarmTime

extension AccountTable {
  static func peers(_ peers: [PeerAccount], pieceCount: Int) -> AccountTable {
    var table = AccountTable(
      "peers", heading: "peers: \(peers.count)",
      [
        .init(key: "peer", head: "peer", mayShrink: true),
        .init(key: "group", head: nil),
        .init(key: "seed", head: nil),
        .init(key: "clients", head: "client", mayShrink: true),
        .init(
          key: "addresses", head: peers.allSatisfy { $0.addresses == [$0.name] } ? nil : "address", mayShrink: true),
        .init(key: "peerIDs", head: nil),
        .init(key: "connections", head: "conn"),
        .init(key: "partners", head: nil),
        .init(key: "piecesBrought", head: "had"),
        .init(key: "piecesGot", head: "got"),
        .init(key: "piecesServed", head: "gave"),
        .init(key: "payloadSent", head: "sent"),
        .init(key: "payloadReceived", head: "received"),
        .init(key: "duplicateBytes", head: nil),
        .init(key: "streamSent", head: nil),
        .init(key: "streamReceived", head: nil),
        .init(key: "servingTime", head: "serving"),
        .init(key: "servedTime", head: "served"),
        .init(key: "firstSeen", head: nil),
        .init(key: "completed", head: "complete"),
      ])
    for peer in peers {
      table.add([
        .text(peer.name), .text(peer.group), .flag(peer.isSeed), .list(peer.clients),
        .list(peer.addresses), .list(peer.peerIDs.map(Self.peerID)), .integer(peer.connections),
        .integer(peer.partners), .integer(peer.piecesBrought), .integer(peer.piecesGot), .integer(peer.piecesServed),
        .bytes(peer.payloadSent), .bytes(peer.payloadReceived), .bytes(peer.duplicateBytes), .bytes(peer.streamSent),
        .bytes(peer.streamReceived), .duration(peer.servingTime), .duration(peer.servedTime),
        .instant(peer.firstSeen), .instant(peer.completed),
      ])
    }
    if !peers.isEmpty {
      table.notes = [
        "had, got, gave: pieces\(pieceCount > 0 ? " of \(pieceCount)" : "") that it brought, that came whole, of which it sent "
          + "some", "serving, served: time unchoked while wanted, summed over partners",
      ]
    }
    return table
  }

  static func pairs(_ pairs: [PairAccount], names: [String]) -> AccountTable {
    var table = AccountTable(
      "pairs", heading: "who served whom: \(pairs.count)",
      [
        .init(key: "from", head: "from", mayShrink: true), .init(key: "to", head: "to", mayShrink: true),
        .init(key: "payload", head: "payload"), .init(key: "blocks", head: "blocks"),
        .init(key: "first", head: "first"), .init(key: "last", head: "last"),
        .init(key: "unchokes", head: "unchokes"), .init(key: "unchoked", head: "unchoked"),
        .init(key: "served", head: "of it wanted"),
      ])
    for pair in pairs {
      table.add([
        .text(names[pair.from]), .text(names[pair.to]), .bytes(pair.payloadBytes), .integer(pair.blocks),
        .instant(pair.first), .instant(pair.last), .integer(pair.unchokes), .duration(pair.unchokedTime),
        .duration(pair.servedTime),
      ])
    }
    return table
  }

  static func pieces(_ pieces: [PieceAccount], names: [String]) -> AccountTable {
    var table = AccountTable(
      "pieces", heading: "pieces, by peer: \(pieces.count)",
      [
        .init(key: "peer", head: "peer", mayShrink: true), .init(key: "piece", head: "piece"),
        .init(key: "said", head: "said"), .init(key: "saidFrame", head: "frame"),
        .init(key: "got", head: "got"), .init(key: "gotFrame", head: "frame"),
        .init(key: "received", head: "received"), .init(key: "duplicate", head: nil),
        .init(key: "from", head: "from", mayShrink: true), .init(key: "served", head: "gave"),
        .init(key: "to", head: "to", mayShrink: true),
      ])
    func list(_ shares: [Int: Int64]) -> Cell {
      .list(shares.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { names[$0.key] })
    }
    for piece in pieces {
      table.add([
        .text(names[piece.peer]), .integer(piece.piece), .instant(piece.said?.at), .integer(piece.said?.frame),
        .instant(piece.got?.at), .integer(piece.got?.frame), .bytes(piece.receivedBytes), .bytes(piece.duplicateBytes),
        list(piece.sources), .bytes(piece.servedBytes), list(piece.takers),
      ])
    }
    return table
  }

  /// As text where it is one by BEP 20, the rest of its bytes escaped as in a URL.
  static func peerID(_ id: [UInt8]) -> String {
    id.reduce(into: "") { text, byte in
      let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      if isPlain || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + hex(byte)
      }
    }
  }

  static func hex(_ bytes: [UInt8]) -> String { bytes.map { hex($0) }.joined() }

  private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
