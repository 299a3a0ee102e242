import TopologyFile

/// Misbehaviours that several peers do together: who they are follows from the plan.
extension Plan {
  /// Networks of all that are told the same misbehaviour as this peer, its own among them; empty where it misbehaves alone,
  /// or not at all.
  public func accomplices(of peer: PeerPlan) -> [String] {
    guard let name = peer.client.misbehaviour?.name, NativeClient.misbehaviour(named: name)?.isOfGroup == true else {
      return []
    }
    return peers.filter { $0.client.misbehaviour?.name == name }.map(\.network)
  }
}

extension PeerPlan {
  /// The /24 of its own, `127.64.3.0/24`, in which it stays when its address changes.
  var network: String {
    guard let dot = address.lastIndex(of: ".") else { return address }
    return "\(address[...dot])0/24"
  }
}
