import PeerCore

/// Accepted connections that have not shown their handshake yet. There is room for so many; when it is full the newcomer
/// gets the place of the one that has waited longest among those of the address that holds most, so that a stranger who
/// opens connections by the thousand, or says a byte now and then, crowds out himself: a peer says its handshake within
/// a round trip.
enum Doorway {
  static let places = 64

  /// Who has to go for one more; nil while there is room.
  static func evicted(from connections: [PeerConnection]) -> PeerConnection? {
    let waiting = connections.filter { $0.isAwaited }
    guard waiting.count >= places else { return nil }
    var sizes: [UInt32: Int] = [:]
    for connection in waiting { sizes[connection.remoteIPv4, default: 0] += 1 }
    let most = sizes.values.max()
    return waiting.filter { sizes[$0.remoteIPv4] == most }.min { $0.openedAt < $1.openedAt }
  }
}
