import Dissection
public import Judging
import SwarmTime

extension AccountTable {
  /// Two rows for each connection: what side `a` sent, who opened it where that was seen; then side `b`.
  static func connections(_ connections: [ConnectionAccount], names: [String]) -> AccountTable {
    var table = AccountTable(
      "connections", heading: "",
      [
        .init(key: "connection", head: "#"), .init(key: "side", head: nil),
        .init(key: "transport", head: connections.contains { $0.transport != .tcp } ? "over" : nil),
        .init(key: "content", head: connections.contains { $0.content != .peerWire } ? "content" : nil),
        .init(key: "peer", head: "who sent it", mayShrink: true),
        .init(key: "endpoint", head: nil), .init(key: "toPeer", head: nil), .init(key: "toEndpoint", head: nil),
        .init(key: "peerID", head: nil), .init(key: "client", head: "client", mayShrink: true),
        .init(key: "infoHash", head: nil),
        .init(key: "bytes", head: "bytes"), .init(key: "payload", head: "payload"),
        .init(
          key: "missing", head: connections.contains { $0.a.missingBytes + $0.b.missingBytes > 0 } ? "missing" : nil),
        .init(key: "messages", head: "msgs"),
        .init(key: "unchoked", head: "unchoked"), .init(key: "choked", head: "choked"),
        .init(key: "unknownChoke", head: nil),
        .init(key: "interested", head: "wanted"), .init(key: "uninterested", head: nil),
        .init(key: "unknownInterest", head: nil),
        .init(key: "opened", head: nil), .init(key: "start", head: nil),
        .init(key: "closed", head: nil), .init(key: "close", head: nil), .init(key: "duplicate", head: nil),
        .init(key: "life", head: "from, to"),
      ])
    let silent = connections.count { $0.streamBytes == 0 }
    table.heading = "connections: \(connections.count)"
    for connection in connections {
      for side in 0...1 { table.add(cells(connection, side, names)) }
    }
    if !connections.isEmpty {
      table.notes = [
        "unchoked, choked, wanted: how long it had the other side unchoked, choked, and wanted its pieces"
      ]
      if silent > 0 { table.notes.append("without a byte: \(silent)") }
    }
    return table
  }

  private static func cells(_ connection: ConnectionAccount, _ place: Int, _ names: [String]) -> [Cell] {
    let (side, other) = (connection.side(place), connection.side(1 - place))
    func name(_ side: ConnectionAccount.Side) -> String { side.peer.map { names[$0] } ?? side.endpoint.description }
    let isKnown = connection.conversation != nil
    func time(_ nanoseconds: Int64) -> Cell { isKnown ? .duration(nanoseconds) : .none }
    let life =
      place == 0
      ? Quantity.instant(connection.opened) + (connection.start == .syn ? "" : " midstream")
      : (connection.closed.map { Quantity.instant($0) + " " } ?? "") + connection.close.rawValue
    return [
      .integer(connection.connection), .text(place == 0 ? "a" : "b"),
      .text(connection.transport.rawValue), .text(content(connection)),
      .text(name(side)), .text(side.endpoint.description), .text(name(other)), .text(other.endpoint.description),
      .text(side.peerID.map(peerID)), .text(side.client),
      .text(connection.infoHash.map { hex($0) }),
      .bytes(side.streamBytes), .bytes(side.payloadBytes), .bytes(side.missingBytes), .integer(side.messages),
      time(side.unchoked.on), time(side.unchoked.off), time(side.unchoked.unknown),
      time(side.interested.on), time(side.interested.off), time(side.interested.unknown),
      .instant(connection.opened), .text(connection.start.rawValue), .instant(connection.closed),
      .text(connection.close.rawValue), .flag(connection.isDuplicate), .text(life),
    ]
  }

  /// `peerWire`, `http`, `encrypted`, `silent`, or `unknown`.
  public static func content(_ connection: ConnectionAccount) -> String {
    switch connection.content {
    case .peerWire, .http: connection.content.rawValue
    case .other where connection.streamBytes == 0: "silent"
    case .other: connection.cipher == .mse ? "encrypted" : "unknown"
    }
  }

  /// How many messages of each kind each side of each connection sent.
  static func messages(_ connections: [ConnectionAccount], names: [String]) -> AccountTable {
    let spoken = connections.filter { $0.a.messages + $0.b.messages > 0 }
    let heads = [
      "chk", "unchk", "int", "!int", "have", "bf", "req", "piece", "cncl", "port", "sugg", "all", "none", "rej", "fast",
      "ext", "ka", "?",
    ]
    var columns: [Column] = [
      .init(key: "connection", head: "#"), .init(key: "side", head: nil),
      .init(key: "peer", head: "from", mayShrink: true), .init(key: "toPeer", head: "to", mayShrink: true),
    ]
    for (kind, head) in heads.enumerated() {
      let occurs = spoken.contains { $0.a.counts[kind] + $0.b.counts[kind] > 0 }
      columns.append(.init(key: MessageKind.names[kind], head: occurs ? head : nil))
    }
    var table = AccountTable("messages", heading: "messages of \(Quantity.count(spoken.count, "connection"))", columns)
    for connection in spoken {
      for place in 0...1 {
        let (side, other) = (connection.side(place), connection.side(1 - place))
        table.add(
          [
            .integer(connection.connection), .text(place == 0 ? "a" : "b"), .text(side.peer.map { names[$0] }),
            .text(other.peer.map { names[$0] }),
          ] + side.counts.map { .integer($0) })
      }
    }
    return table
  }

  /// Every choke and unchoke that changed something, with the rates that it was decided on.
  static func chokes(_ chokes: [ChokeAccount], names: [String]) -> AccountTable {
    var table = AccountTable(
      "chokes", heading: "chokes and unchokes: \(chokes.count)",
      [
        .init(key: "at", head: "at"), .init(key: "frame", head: "frame"), .init(key: "connection", head: nil),
        .init(key: "from", head: "who", mayShrink: true), .init(key: "change", head: "does"),
        .init(key: "to", head: "whom", mayShrink: true), .init(key: "interested", head: "wanted"),
        .init(key: "rateReceived", head: "had got"), .init(key: "rateSent", head: "had given"),
        .init(key: "window", head: nil),
        .init(key: "rank", head: "rank"), .init(key: "candidates", head: "of"),
        .init(key: "cause", head: nil), .init(key: "slot", head: chokes.contains { $0.slot != nil } ? "slot" : nil),
        .init(key: "why", head: nil), .init(key: "lasted", head: "lasted"), .init(key: "censored", head: nil),
      ])
    for choke in chokes {
      table.add([
        .instant(choke.at), .integer(choke.frame), .integer(choke.connection), .text(names[choke.from]),
        .text(choke.isUnchoke ? "unchoke" : "choke"), .text(names[choke.to]), .flag(choke.wasWanted),
        .rate(choke.rateFrom), .rate(choke.rateTo), .duration(choke.window.nanoseconds), .integer(choke.rank),
        .integer(choke.candidates), .text(choke.cause.map { "\($0)" }), .text(choke.slot?.kind.rawValue),
        .text(choke.slot?.reason.rawValue), .duration(choke.lasted.nanoseconds), .flag(choke.isCensored),
      ])
    }
    let windows = Set(chokes.map(\.window)).sorted().map { Quantity.duration($0) }
    if !chokes.isEmpty {
      table.notes = [
        "had got, had given: payload from and to that one over the \(windows.joined(separator: " or ")) before",
        "rank: among those who wanted something, by what they had sent",
      ]
    }
    return table
  }
}
