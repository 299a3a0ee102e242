public import Planning

extension Plan {
  /// Peers to which something is done, or that break a rule: whoever else is slow is so on account of others. Of a
  /// partition that is the side that it names, though the other one does not hear it either.
  public var struck: Set<String> {
    var names = Set(faults.flatMap(\.peers))
    for peer in peers where peer.client.misbehaviour != nil { names.insert(peer.name) }
    return names
  }
}
