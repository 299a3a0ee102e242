import NIOCore
import PeerCore
import SwarmTime
import Wire

/// Which connections there are, and how long they may be without a handshake.
extension Node {
  private static let housekeepingInterval = SwarmDuration.seconds(10)
  private static let leastRealTimeout = TimeAmount.seconds(2)

  func connection(_ slot: ConnectionSlot) -> PeerConnection? {
    slot.index < slots.count ? slots[slot.index] : nil
  }

  /// Opens the socket on which others reach us.
  func listen() -> EventLoopFuture<any Channel> {
    let node = NIOLoopBound(self, eventLoop: eventLoop)
    return Sockets.listen(at: address, on: eventLoop) { channel in
      try channel.pipeline.syncOperations.addHandler(PeerConnection(.accepted, node: node.value))
    }
  }

  func dial(_ target: PeerAddress) {
    let node = NIOLoopBound(self, eventLoop: eventLoop)
    let timeout = realTime(settings.handshakeTimeout, atLeast: Self.leastRealTimeout)
    Sockets.dial(target, from: address, timeout: timeout, on: eventLoop) { channel in
      try channel.pipeline.syncOperations.addHandler(PeerConnection(.dialled(target), node: node.value))
    }.assumeIsolated().whenFailure { error in
      self.log("dial-failed", text: "\(target.text): \(error)")
      self.feed(.dialFailed(target))
    }
  }

  /// A connection is open. False: it is not wanted.
  func admit(_ connection: PeerConnection) -> Bool {
    guard case .inSwarm = state else { return false }
    if case .accepted = connection.origin { Doorway.evicted(from: connections)?.close() }
    connection.place = connections.count
    connections.append(connection)
    return true
  }

  func takeSlot(for connection: PeerConnection) -> ConnectionSlot {
    if let vacant = slots.firstIndex(where: { $0 == nil }) {
      slots[vacant] = connection
      return ConnectionSlot(vacant)
    }
    slots.append(connection)
    return ConnectionSlot(slots.count - 1)
  }

  /// Both handshakes are done.
  func met(_ slot: ConnectionSlot, _ remote: RemotePeer) {
    log("connected", text: "\(remote.initiatedByUs ? "to" : "from") \(remote.address.text)", slot: slot)
    feed(.connected(slot, remote))
  }

  /// A connection is gone; `slot` is the one that it had taken.
  func ended(_ connection: PeerConnection, slot: ConnectionSlot?) {
    remove(connection)
    if let slot, self.connection(slot) === connection {
      slots[slot.index] = nil
      log("closed", slot: slot)
      feed(.closed(slot))
    } else if case .dialled(let target) = connection.origin {
      feed(.dialFailed(target))
    }
    endLeavingIfDone()
  }

  private func remove(_ connection: PeerConnection) {
    guard connection.place >= 0, let last = connections.popLast() else { return }
    if last !== connection {
      connections[connection.place] = last
      last.place = connection.place
    }
    connection.place = -1
  }

  /// The end of connections that show no handshake in time. Every 10 s, or oftener where that time is short.
  func keepHouse(_ present: SwarmInstant) {
    let least = SwarmDuration(nanoseconds: Int64(2e9 * (clock?.speed ?? 1)))
    let handshakeLimit = max(least, settings.handshakeTimeout)
    housekeepingDue =
      present + min(Self.housekeepingInterval, SwarmDuration(nanoseconds: handshakeLimit.nanoseconds / 4))
    for connection in Array(connections) where connection.isHandshaking {
      guard present - connection.openedAt >= handshakeLimit else { continue }
      log("refused", text: "no handshake in time")
      connection.close()
    }
    events?.flush()
  }
}
