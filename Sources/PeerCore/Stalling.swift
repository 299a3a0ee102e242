import SwarmTime
import Wire

/// What a peer does while its disk takes nothing: it goes on serving, asks for nothing, and takes back what it had asked
/// for, so that no blocks pile up for which there is no room.
extension Peer {
  mutating func storageChanged(takes: Bool, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    storageTakes = takes
    requestsDue = takes
    guard !takes else { return }
    for slot in open {
      for request in remotes[slot].outstanding { withdraw(request.block, from: slot, now, &actions) }
    }
  }
}
