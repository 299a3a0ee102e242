import NIOCore
import PeerCore
import SwarmTime
import Wire

/// Which connections there are, and how long they may be silent.
extension Node {
  /// BEP 3: "generally once every two minutes"; less one housekeeping interval.
  private static let keepAliveAfter = SwarmDuration.seconds(110)
  private static let idleLimit = SwarmDuration.seconds(240)
  private static let housekeepingInterval = SwarmDuration.seconds(10)
  /// Accepted connections that have not shown a handshake yet; more are closed at once.
  private static let maximumHalfOpen = 64
  static let leastRedialWait = SwarmDuration.seconds(1)
  private static let longestRedialWait = SwarmDuration.seconds(30)
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
      self.dialFailed(target)
    }
  }

  private func dialFailed(_ target: PeerAddress) {
    feed(.dialFailed(target))
    if redialDue == nil, case .inSwarm = state, settings.peers.contains(target) { redialDue = now + redialWait }
  }

  /// Peers that we were told of may come later than we do; those that the tracker names come again from there.
  func redial() {
    redialDue = nil
    redialWait = min(Self.longestRedialWait, redialWait * 2)
    feed(.addressesLearned(settings.peers))
  }

  /// A connection is open. False: it is not wanted.
  func admit(_ connection: PeerConnection) -> Bool {
    guard case .inSwarm = state else { return false }
    if case .accepted = connection.origin {
      let halfOpen = connections.reduce(0) { count, other in
        if case .accepted = other.origin, other.isHandshaking { count + 1 } else { count }
      }
      guard halfOpen < Self.maximumHalfOpen else { return false }
    }
    connection.place = connections.count
    connections.append(connection)
    if !backlog.isEmpty { connection.setReading(false) }
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
    redialWait = Self.leastRedialWait
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
      dialFailed(target)
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

  /// Keep-alives, and the end of connections that are silent for too long. Every 10 s, or oftener where the time for
  /// handshakes is short.
  func keepHouse(_ present: SwarmInstant) {
    let least = SwarmDuration(nanoseconds: Int64(2e9 * (clock?.speed ?? 1)))
    let handshakeLimit = max(least, settings.handshakeTimeout)
    housekeepingDue =
      present + min(Self.housekeepingInterval, SwarmDuration(nanoseconds: handshakeLimit.nanoseconds / 4))
    for connection in Array(connections) {
      if connection.isHandshaking {
        if present - connection.openedAt >= handshakeLimit {
          log("refused", text: "no handshake in time")
          connection.close()
        }
      } else if present - connection.lastReceived >= Self.idleLimit, backlog.isEmpty {
        log("close", text: "silent for too long", slot: connection.slot)
        connection.close()
      } else if present - connection.lastSent >= Self.keepAliveAfter, connection.slot != nil {
        connection.send(.keepAlive)
      }
    }
    events?.flush()
  }
}
