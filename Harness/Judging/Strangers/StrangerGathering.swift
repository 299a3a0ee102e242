import Dissection
import Wire

/// Puts the ends of connections together to peers.
///
/// - Ends with one peer id are one peer, and so are those that answered at one address and port.
/// - A peer id tells a peer, but not the other way round: libtorrent 2 has another one for every connection. So who calls from
///   an address at which one peer listens is that peer; where none does, or several do, those of one client (the first eight
///   bytes of the peer id, BEP 20) are one.
struct StrangerGathering {
  private struct Member {
    var peerIDs: [[UInt8]] = []
    var address: String
    var port: UInt16 = 0
    var seen: Int64
    var isKnown = false
    /// Whether its first word about pieces was that it has all; nil before it said one.
    var startedWhole: Bool?
  }

  /// The ends of one connection: places of peers.
  struct Ends: Hashable, Sendable {
    var first: Int
    var second: Int
  }

  private struct Door: Hashable {
    var address: String
    var port: UInt16
  }

  private struct Caller: Hashable {
    var address: String
    var client: [UInt8]
  }

  private var members: [Member] = []
  private var byPeerID: [[UInt8]: Int] = [:]
  private var byDoor: [Door: Int] = [:]
  private var byCaller: [Caller: Int] = [:]
  /// Ports at which somebody answered, by address.
  private var doors: [String: Set<UInt16>] = [:]
  private var ends: [Int: Ends] = [:]
  /// Clients that called from an address, by what their peer ids begin with.
  private var clients: [String: Set<[UInt8]>] = [:]

  init(_ connections: [TracedConnection]) {
    for connection in connections where Self.wasAnswered(connection) {
      doors[connection.b.endpoint.address, default: []].insert(connection.b.endpoint.port)
    }
    for side in connections.flatMap({ [$0.a, $0.b] }) {
      if let id = side.peerID { clients[side.endpoint.address, default: []].insert(Array(id.prefix(8))) }
    }
    for connection in connections { add(connection) }
  }

  /// The one who was called answered, at the port that it listens on.
  private static func wasAnswered(_ connection: TracedConnection) -> Bool {
    connection.start == .syn && connection.b.streamBytes > 0
  }

  private mutating func add(_ connection: TracedConnection) {
    let answered = Self.wasAnswered(connection)
    let first = member(connection.a, connection.opened, listens: false)
    let second = member(connection.b, connection.opened, listens: answered)
    ends[connection.id] = Ends(first: first, second: second)
    if connection.start == .syn, connection.a.handshakeAt != nil, connection.b.handshakeAt != nil {
      members[first].isKnown = true
      members[second].isKnown = true
    }
    guard answered else { return }
    members[second].address = connection.b.endpoint.address
    members[second].port = connection.b.endpoint.port
  }

  private mutating func member(_ side: TracedSide, _ opened: Int64, listens: Bool) -> Int {
    let address = side.endpoint.address
    let ports = doors[address] ?? []
    let port = listens || ports.contains(side.endpoint.port) ? side.endpoint.port : ports.count == 1 ? ports.first : nil
    let door = port.map { Door(address: address, port: $0) }
    // Who said no peer id is the only client there, if there is only one.
    let only = clients[address].flatMap { $0.count == 1 ? $0.first : nil } ?? []
    let caller = Caller(address: address, client: side.peerID.map { Array($0.prefix(8)) } ?? only)
    let known =
      side.peerID.flatMap { byPeerID[$0] } ?? door.flatMap { byDoor[$0] } ?? (door == nil ? byCaller[caller] : nil)
    let place = known ?? members.count
    if known == nil { members.append(Member(address: address, seen: opened)) }
    members[place].seen = min(members[place].seen, opened)
    if let id = side.peerID {
      if byPeerID[id] == nil { members[place].peerIDs.append(id) }
      byPeerID[id] = place
    }
    if let door { byDoor[door] = place } else { byCaller[caller] = place }
    return place
  }

  /// Notes who began whole: its first bitfield or have-all, before any HAVE.
  mutating func say(_ trace: Trace, pieceCount: Int) {
    for message in trace.messages {
      guard let pair = ends[Int(message.connection)] else { continue }
      let place = message.from == 0 ? pair.first : pair.second
      guard members[place].startedWhole == nil else { continue }
      switch message.kind {
      case .haveAll: members[place].startedWhole = true
      case .have, .haveNone: members[place].startedWhole = false
      case .bitfield where Int(message.bitfield) >= 0 && Int(message.bitfield) < trace.bitfields.count:
        let held = trace.bitfields[Int(message.bitfield)].reduce(0) { $0 + $1.nonzeroBitCount }
        members[place].startedWhole = pieceCount > 0 && held >= pieceCount
      default: break
      }
    }
  }

  struct Result {
    var peers: [Strangers.Peer] = []
    /// By connection id.
    var ends: [Int: Ends] = [:]
    var byPeerID: [[UInt8]: Int] = [:]
    /// An address that several share stands for none of them.
    var byAddress: [String: Int] = [:]
  }

  /// In the order of addresses, then of appearance.
  func result() -> Result {
    let order = members.indices.sorted { a, b in
      let (x, y) = (Self.parts(members[a].address), Self.parts(members[b].address))
      return x != y ? x.lexicographicallyPrecedes(y) : a < b
    }
    var result = Result()
    var places = Array(repeating: 0, count: members.count)
    for (index, place) in order.enumerated() {
      let member = members[place]
      places[place] = index
      let isShared = order.contains { $0 != place && members[$0].address == member.address }
      let mark = member.port > 0 ? ":\(member.port)" : "/\(index)"
      result.peers.append(
        Strangers.Peer(
          name: member.address + (isShared ? mark : ""), address: member.address, port: member.port,
          peerIDs: member.peerIDs, isSeed: member.startedWhole ?? false, isKnown: member.isKnown, seen: member.seen))
      for id in member.peerIDs { result.byPeerID[id] = index }
      if !isShared { result.byAddress[member.address] = index }
    }
    result.ends = ends.mapValues { Ends(first: places[$0.first], second: places[$0.second]) }
    return result
  }

  /// Numbers in the order of numbers: 127.0.1.10 after 127.0.1.9.
  private static func parts(_ address: String) -> [String] {
    address.split(separator: ".").map { String(repeating: "0", count: max(0, 3 - $0.count)) + $0 }
  }
}
