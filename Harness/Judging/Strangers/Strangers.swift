public import Dissection
public import Planning
import SwarmTime
public import Wire

/// Who takes part in a capture that no plan describes: peers, payload and times as the wire shows them.
///
/// Who is one peer is told by addresses, listening ports and peer ids (`StrangerGathering`). Of several torrents in one
/// capture the one that most bytes went for is judged, or the one asked for.
public struct Strangers: Sendable {
  public struct Peer: Hashable, Sendable {
    /// Its address; with its port, or a number, where several peers share the address.
    public var name: String
    public var address: String
    /// Port that it accepted connections on; 0 where it accepted none.
    public var port: UInt16
    /// 20 bytes each, by appearance; some clients have one for each connection.
    public var peerIDs: [[UInt8]]
    /// It said that it has everything before it said anything else of pieces.
    public var isSeed: Bool
    /// One of its conversations was seen from its first byte, so that what it has and whom it chokes is known.
    public var isKnown: Bool
    /// Realtime nanoseconds at which it was first seen.
    public var seen: Int64
  }

  public var peers: [Peer] { sightings.peers }
  /// 20 bytes; nil where no handshake was seen.
  public let infoHash: [UInt8]?
  public let payload: SightedPayload
  /// Torrents on the capture, the judged one with them.
  public let torrents: Int
  let sightings: StrangerGathering.Result
  let firstTime: Int64

  /// - Parameters:
  ///   - metainfo: the torrent to judge, and its measure; learned from the wire without it.
  public init(_ trace: Trace, metainfo: Metainfo? = nil) {
    let spoken = trace.connections.filter { $0.content == .peerWire }
    let hashes = Self.bytesByHash(spoken)
    torrents = hashes.count
    let infoHash = metainfo?.infoHash ?? hashes.first?.hash
    self.infoHash = infoHash
    firstTime = trace.coverage.firstTime
    // Encrypted connections have ends, too: that they are there is all that is known of them.
    let ours = trace.connections.filter { connection in
      guard connection.content == .peerWire else { return connection.isEncrypted }
      return infoHash == nil || connection.infoHash == nil || connection.infoHash == infoHash
    }
    let payload = metainfo.map(SightedPayload.init) ?? SightedPayload(trace, infoHash: infoHash)
    self.payload = payload
    var gathering = StrangerGathering(ours)
    gathering.say(trace, pieceCount: payload.pieceCount)
    sightings = gathering.result()
  }

  /// Places in `peers` of a connection's sides, `a` first; nil for a connection that is none of the torrent's.
  public func ends(of connection: Int) -> (a: Int, b: Int)? {
    sightings.ends[connection].map { ($0.first, $0.second) }
  }

  private static func bytesByHash(_ connections: [TracedConnection]) -> [(hash: [UInt8], bytes: Int64)] {
    var order: [[UInt8]] = []
    var bytes: [[UInt8]: Int64] = [:]
    for connection in connections {
      guard let hash = connection.infoHash else { continue }
      if bytes[hash] == nil { order.append(hash) }
      bytes[hash, default: 0] += connection.a.streamBytes + connection.b.streamBytes
    }
    // The earliest of equals.
    return order.enumerated().sorted {
      let (x, y) = (bytes[$0.element] ?? 0, bytes[$1.element] ?? 0)
      return x != y ? x > y : $0.offset < $1.offset
    }.map { ($0.element, bytes[$0.element] ?? 0) }
  }

  /// What may be known of a peer's client.
  public struct Known: Sendable {
    public var profile: Profile?
    public var knownDeviations: [KnownDeviation]?

    public init(profile: Profile? = nil, knownDeviations: [KnownDeviation]? = nil) {
      self.profile = profile
      self.knownDeviations = knownDeviations
    }
  }

  /// A plan that says no more than what was seen: nobody is expected to complete, nobody has a limit.
  ///
  /// - Parameter known: what the judge may hold a peer against. It is not asked where nothing of the peer is known from
  ///   its start: whether it was a seed, and whom it had unchoked, nobody can say then.
  public func plan(name: String, checks: [CheckPlan], known: (Peer) -> Known) -> Plan {
    let planned = peers.enumerated().map { index, peer in
      let known = peer.isKnown ? known(peer) : Known()
      return PeerPlan(
        name: peer.name, group: peer.isSeed ? "seeds" : "leechers", index: index, role: peer.isSeed ? .seed : .leecher,
        address: peer.address, port: Int(peer.port), randomSeed: 0, client: ClientPlan(kind: .command),
        profile: known.profile, upload: nil, download: nil, limitedBy: .none,
        arrivesAt: SwarmInstant(nanoseconds: peer.seen - firstTime), onComplete: OnComplete(action: .seed),
        expectedToComplete: false, knownDeviations: known.knownDeviations)
    }
    return Plan(
      name: name, description: "A capture without plan or record.", randomSeed: 0, speed: 1, wallBudgetSeconds: nil,
      payload: PayloadPlan(
        name: "", sizeBytes: payload.sizeBytes, pieceLengthBytes: payload.pieceLengthBytes, randomSeed: 0),
      tracker: TrackerPlan(address: "", port: 0, announceInterval: .zero), peers: planned,
      until: UntilPlan(condition: .time, within: .zero), capture: CapturePlan(keep: .full, atMostBytes: nil),
      checks: checks, mustDecide: [], bound: nil)
  }
}

extension TracedConnection {
  /// Bytes that look random from the first on: a message stream encryption that was agreed on.
  var isEncrypted: Bool {
    content == .other && cipher == .mse && a.streamBytes + b.streamBytes > Self.negotiation
  }

  /// What two peers send at most before they fall out over encryption: two keys of 96 bytes, three paddings of at most
  /// 512, and a handshake (MSE).
  static let negotiation: Int64 = 4096
}
