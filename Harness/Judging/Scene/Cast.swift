import Dissection
import Planning

/// Who takes part: the plan's peers by their place in it, then whoever else was seen on the wire, named by address.
public struct Cast: Sendable {
  /// By index; the first `plannedCount` are the plan's.
  public private(set) var names: [String]
  public let plannedCount: Int
  private var byAddress: [String: Int] = [:]
  /// A peer's later incarnations differ in the last byte of the address only.
  private var byNetwork: [String: Int] = [:]
  private var byPeerID: [[UInt8]: Int] = [:]
  /// Nobody planned them: peer ids say who they are, and a network says nothing.
  private let areStrangers: Bool
  /// Of strangers: who is at the ends of each connection, by its id.
  private var ends: [Int: StrangerGathering.Ends] = [:]

  public var count: Int { names.count }

  init(plan: Plan, trace: Trace) {
    names = plan.peers.map(\.name)
    plannedCount = plan.peers.count
    areStrangers = false
    var shared: Set<String> = []
    for (index, peer) in plan.peers.enumerated() {
      byAddress[peer.address] = index
      guard let network = Self.network(peer.address) else { continue }
      if byNetwork.updateValue(index, forKey: network) != nil { shared.insert(network) }
    }
    for network in shared { byNetwork[network] = nil }
    // A client that cannot bind its outgoing connections is known by the peer id that its own address answered with.
    for connection in trace.connections {
      for side in [connection.a, connection.b] {
        if let id = side.peerID, let index = planned(side.endpoint.address) { byPeerID[id] = byPeerID[id] ?? index }
      }
    }
    for announce in trace.announces where announce.peerID.count == 20 {
      guard let index = planned(announce.source) else { continue }
      byPeerID[announce.peerID] = byPeerID[announce.peerID] ?? index
    }
  }

  init(_ strangers: Strangers) {
    names = strangers.peers.map(\.name)
    plannedCount = strangers.peers.count
    areStrangers = true
    byAddress = strangers.sightings.byAddress
    byPeerID = strangers.sightings.byPeerID
    ends = strangers.sightings.ends
  }

  /// The plan's peer at this address.
  func planned(_ address: String) -> Int? {
    byAddress[address].flatMap { $0 < plannedCount ? $0 : nil } ?? Self.network(address).flatMap { byNetwork[$0] }
  }

  /// Who is at the ends of a connection; newcomers are entered.
  mutating func ends(of connection: TracedConnection) -> (first: Int, second: Int) {
    if let ends = ends[connection.id] { return (ends.first, ends.second) }
    return (
      index(address: connection.a.endpoint.address, peerID: connection.a.peerID),
      index(address: connection.b.endpoint.address, peerID: connection.b.peerID)
    )
  }

  /// Whether both ends are peers of the plan.
  func isAmongPlanned(_ connection: TracedConnection) -> Bool {
    ends[connection.id] != nil
      || (planned(connection.a.endpoint.address) != nil && planned(connection.b.endpoint.address) != nil)
  }

  /// Who it is; a newcomer is entered.
  mutating func index(address: String, peerID: [UInt8]?) -> Int {
    if areStrangers, let peerID, let index = byPeerID[peerID] { return index }
    if let index = planned(address) { return index }
    if let peerID, let index = byPeerID[peerID] { return index }
    if let index = byAddress[address] { return index }
    names.append(address)
    byAddress[address] = names.count - 1
    return names.count - 1
  }

  private static func network(_ address: String) -> String? {
    address.lastIndex(of: ".").map { String(address[..<$0]) }
  }
}
