import SwarmTime
import Wire

/// One peer of a torrent, as it last announced itself.
struct TrackedPeer {
  var peerID: [UInt8]
  var address: String
  /// A second address, on the same port (BEP 7).
  var ipv6: String?
  var port: UInt16
  /// What proves that it is the same peer from elsewhere; nil where it gave none.
  var key: String?
  /// Bytes still missing; 0 is a seed.
  var left: Int64
  var expires: SwarmInstant
  /// Where it was before it moved to its present address or port.
  var formerPlace: String?

  var place: String { "\(address):\(port)" }
}

/// The peers of one torrent.
///
/// Kept dense, so that a fair draw of k among n costs k; nothing depends on the order of a dictionary.
struct TrackedSwarm {
  private(set) var peers: [TrackedPeer] = []
  private(set) var seeds = 0
  /// How many peers said that they completed.
  var completions = 0
  private var slots: [[UInt8]: Int] = [:]
  /// A permutation of the slots, shuffled a little further by every draw.
  private var order: [Int] = []
  /// No peer expires before this.
  private var nextExpiry = SwarmInstant.distantFuture

  var leechers: Int { peers.count - seeds }

  func peer(_ peerID: [UInt8]) -> TrackedPeer? { slots[peerID].map { peers[$0] } }

  /// Enters a peer or renews it. One that comes from elsewhere has moved; another one at its address is a dead one's
  /// heir.
  mutating func put(_ peer: TrackedPeer) {
    nextExpiry = min(nextExpiry, peer.expires)
    if let slot = slots[peer.peerID] {
      let hasMoved = peers[slot].port != peer.port || peers[slot].address != peer.address
      seeds += (peer.left == 0 ? 1 : 0) - (peers[slot].left == 0 ? 1 : 0)
      let formerPlace = hasMoved ? peers[slot].place : peers[slot].formerPlace
      peers[slot] = peer
      peers[slot].formerPlace = formerPlace
      if hasMoved { removeOthers(at: peer) }
      return
    }
    slots[peer.peerID] = peers.count
    order.append(peers.count)
    peers.append(peer)
    if peer.left == 0 { seeds += 1 }
    removeOthers(at: peer)
  }

  /// A peer says goodbye. From the place that it has moved away from that is no goodbye any more: it has been overtaken
  /// by what the peer says at its new one.
  mutating func remove(_ peerID: [UInt8], at place: String) {
    guard let slot = slots[peerID], peers[slot].formerPlace != place else { return }
    remove(slot: slot)
  }

  /// Forgets the peers that have been silent for too long.
  mutating func expire(at now: SwarmInstant) {
    guard now >= nextExpiry else { return }
    for slot in peers.indices.reversed() where peers[slot].expires <= now { remove(slot: slot) }
    nextExpiry = peers.map(\.expires).min() ?? .distantFuture
  }

  /// Gives every peer until `instant`, as when the clock is set anew.
  mutating func renewAll(until instant: SwarmInstant) {
    for slot in peers.indices { peers[slot].expires = instant }
    nextExpiry = peers.isEmpty ? .distantFuture : instant
  }

  /// At most `count` peers, each as likely as the others, without the asker and without those that nobody can reach. One
  /// with two addresses is named at both.
  mutating func draw(_ count: Int, without asker: [UInt8], _ random: inout RandomSource) -> [TrackerPeer] {
    let excluded = slots[asker]
    var drawn: [TrackerPeer] = []
    drawn.reserveCapacity(min(count, peers.count))
    var position = 0
    while drawn.count < count, position < order.count {
      order.swapAt(position, position + random.below(order.count - position))
      let slot = order[position]
      position += 1
      guard slot != excluded, peers[slot].port != 0 else { continue }
      for address in [peers[slot].address, peers[slot].ipv6] {
        guard let address, drawn.count < count else { continue }
        drawn.append(TrackerPeer(address: address, port: peers[slot].port, peerID: peers[slot].peerID))
      }
    }
    return drawn
  }

  private mutating func removeOthers(at peer: TrackedPeer) {
    for slot in peers.indices.reversed()
    where peers[slot].port == peer.port && peers[slot].address == peer.address && peers[slot].peerID != peer.peerID {
      remove(slot: slot)
    }
  }

  private mutating func remove(slot: Int) {
    if peers[slot].left == 0 { seeds -= 1 }
    slots[peers[slot].peerID] = nil
    let last = peers.count - 1
    if slot != last {
      peers[slot] = peers[last]
      slots[peers[slot].peerID] = slot
    }
    peers.removeLast()
    order.removeAll { $0 == last }
  }
}
