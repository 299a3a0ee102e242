import SwarmTime
import Wire

/// What a peer becomes when faults give it another address or another peer id.
extension PeerPlan {
  /// - Parameter incarnation: How often it has changed; 0 is the plan's own address. They differ in the last byte.
  public func address(incarnation: Int) -> String {
    guard incarnation > 0, let dot = address.lastIndex(of: "."), let first = Int(address[address.index(after: dot)...])
    else { return address }
    return "\(address[...dot])\(first + incarnation)"
  }

  /// A peer id is drawn from the random seed, so that another identity is another seed.
  public func randomSeed(identity: Int) -> UInt64 {
    identity == 0 ? randomSeed : RandomSeed.derive(from: randomSeed, name: "identity \(identity)")
  }

  /// The peer, later: its command line is made from this.
  public func incarnation(address: Int, identity: Int) -> PeerPlan {
    var peer = self
    peer.address = self.address(incarnation: address)
    peer.randomSeed = randomSeed(identity: identity)
    return peer
  }

  /// Twenty characters, for a native peer that is given another peer id in mid-run.
  public func peerID(identity: Int) -> String {
    // As a process of this identity draws it at its start, so that a restart keeps it.
    var random = RandomSource(seed: RandomSeed.derive(from: randomSeed(identity: identity), name: "peer id"))
    return String(decoding: ClientName.ownPrefix + random.letters(12), as: UTF8.self)
  }
}
