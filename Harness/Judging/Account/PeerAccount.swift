import Dissection
import Planning
public import SwarmTime

/// One peer over all its addresses and connections: who it is, what it got and gave, and for how long.
public struct PeerAccount: Sendable {
  /// Index in the cast.
  public var peer: Int
  public var name: String
  /// The plan's group; of strangers `seeds` or `leechers`; empty for who is in no plan.
  public var group: String
  /// It had everything from the start: by the plan, else by its own first word.
  public var isSeed: Bool
  /// By appearance; programs that its peer ids claim.
  public private(set) var addresses: [String] = []
  public private(set) var peerIDs: [[UInt8]] = []
  public private(set) var clients: [String] = []
  public private(set) var connections = 0
  /// Different peers that it had a conversation with.
  public private(set) var partners = 0
  public private(set) var streamSent: Int64 = 0
  public private(set) var streamReceived: Int64 = 0
  public private(set) var payloadSent: Int64 = 0
  public private(set) var payloadReceived: Int64 = 0
  /// Received payload that had come before.
  public private(set) var duplicateBytes: Int64 = 0
  /// Pieces that it said it has and never got; that came to it whole; of which it gave somebody something.
  public private(set) var piecesBrought = 0
  public private(set) var piecesGot = 0
  public private(set) var piecesServed = 0
  /// How long others had it unchoked while it wanted something of them, and it others, summed over partners; nanoseconds.
  public private(set) var servedTime: Int64 = 0
  public private(set) var servingTime: Int64 = 0
  /// When it was first seen, and when the wire showed that it has everything.
  public private(set) var firstSeen: SwarmInstant?
  public private(set) var completed: SwarmInstant?

  /// In the order of the cast.
  public static func all(
    of scene: Scene, connections: [ConnectionAccount], pieces: [PieceAccount]
  ) -> [PeerAccount] {
    var peers = (0..<scene.cast.count).map { PeerAccount($0, scene) }
    var partners = [Set<Int>](repeating: [], count: peers.count)
    for connection in connections {
      for side in 0...1 {
        let (own, other) = (connection.side(side), connection.side(1 - side))
        guard let peer = own.peer, let partner = other.peer else { continue }
        peers[peer].add(own, other, opened: connection.opened)
        partners[peer].insert(partner)
      }
    }
    for piece in pieces { peers[piece.peer].add(piece) }
    for line in scene.timelines.unchokes {
      guard let interest = scene.timelines.interest(from: line.pair.to, to: line.pair.from) else { continue }
      let served = Span.length(Span.intersection(line.on, interest.on))
      peers[line.pair.from].servingTime += served
      peers[line.pair.to].servedTime += served
    }
    for peer in peers.indices { peers[peer].partners = partners[peer].count }
    return peers
  }

  private init(_ peer: Int, _ scene: Scene) {
    self.peer = peer
    name = scene.cast.names[peer]
    let planned = peer < scene.plan.peers.count ? scene.plan.peers[peer] : nil
    group = planned?.group ?? ""
    isSeed = planned?.role == .seed
    completed = scene.holdings.completions[peer]?.at
  }

  private mutating func add(
    _ own: ConnectionAccount.Side, _ other: ConnectionAccount.Side, opened: SwarmInstant
  ) {
    connections += 1
    firstSeen = min(opened, firstSeen ?? opened)
    if !addresses.contains(own.endpoint.address) { addresses.append(own.endpoint.address) }
    if let id = own.peerID, !peerIDs.contains(id) { peerIDs.append(id) }
    if let client = own.client, !clients.contains(client) { clients.append(client) }
    streamSent += own.streamBytes
    streamReceived += other.streamBytes
    payloadSent += own.payloadBytes
    payloadReceived += other.payloadBytes
  }

  private mutating func add(_ piece: PieceAccount) {
    duplicateBytes += piece.duplicateBytes
    if piece.wasBrought { piecesBrought += 1 }
    if piece.got != nil { piecesGot += 1 }
    if !piece.takers.isEmpty { piecesServed += 1 }
  }
}
