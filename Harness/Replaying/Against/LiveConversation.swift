import Dissection
import SwarmTime
import Wire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A player on a real socket. Blocks its thread, in `poll`, until the play is over.
public final class LiveConversation {
  public struct Report: Sendable {
    public var outcome: ConversationPlayer.Outcome
    public var account: PlayAccount
    /// Connections that were not for us, and why: tried encryption, or another torrent.
    public var refused: [String]
    /// Nanoseconds from the connection's beginning to the end of the play.
    public var duration: Int64
  }

  private var player: ConversationPlayer
  private let payload: PayloadFiles?
  private let patience: Int64
  private let address: LiveAddress
  private var reader = SpokenReader(keepsPayload: true)
  private var output: [UInt8] = []
  private var refused: [String] = []
  /// The disk did not give what it had.
  private var failure: LiveFailure?

  /// Above this many bytes that wait to be sent the player says no more.
  private static let mostWaiting = 256 << 10
  /// Nanoseconds in which the client may end the connection too, once it has taken what was said last.
  private static let farewell: Int64 = 2_000_000_000

  /// - Parameter address: of the client, for an initiator; where to listen for it, for a responder.
  public init(
    _ player: ConversationPlayer, payload: PayloadFiles?, address: LiveAddress, patience: Int64
  ) {
    self.player = player
    self.payload = payload
    self.address = address
    self.patience = patience
  }

  /// Connects to the client, at the first of its name's addresses that takes it, and plays.
  ///
  /// - Throws: `LiveFailure` where there is no connection.
  public func initiate() throws(LiveFailure) -> Report {
    let addresses = try SocketAddress.all(of: address)
    let socket = try LiveSocket.connected(to: addresses, of: address, patience: patience)
    return try play(on: socket, heard: [])
  }

  /// Waits for the client to connect, and plays.
  ///
  /// - Parameters:
  ///   - tracker: where to answer announces with our address; nil for not at all.
  ///   - isListening: called once the client may come, with the port.
  /// - Throws: `LiveFailure` where nobody came, or nothing can be listened at.
  public func respond(
    _ infoHash: [UInt8], tracker: LiveAddress?, isListening: (UInt16) -> Void
  ) throws(LiveFailure) -> Report {
    let listener = try LiveSocket.listening(at: address)
    var reception = Reception(listener: listener, infoHash: infoHash)
    if let tracker {
      // Of the family that is listened on, which a name would not tell.
      let peer = TrackerPeer(address: listener.ownHost, port: listener.ownPort)
      let asked = try LiveSocket.listening(at: tracker)
      guard peer.address != "0.0.0.0" || !asked.ownHost.contains(":") || asked.ownHost == "::" else {
        throw LiveFailure(
          what: "is reached by IPv6, and tells of a peer that listens at IPv4 addresses only", place: "\(tracker)",
          expected: "both of one family: listen at [::], which has both, or answer announces at an IPv4 address")
      }
      reception.tracker = asked
      reception.responder = AnnounceResponder(infoHash: infoHash, peer: peer)
    }
    isListening(listener.ownPort)
    let deadline = now() + patience
    while true {
      let ready = wait(reception.polled, until: deadline)
      reception.receive(ready)
      if let guest = reception.guest {
        refused = reception.refused
        return try play(on: guest.socket, heard: guest.bytes)
      }
      guard now() < deadline else {
        let others = reception.refused.isEmpty ? "" : " (refused: \(reception.refused.joined(separator: "; ")))"
        throw LiveFailure(
          what: "nobody came within \(seconds)\(others)", place: "\(address)",
          expected: "a handshake for the torrent; tell the client of this address")
      }
    }
  }

  private func play(on socket: LiveSocket, heard: [UInt8]) throws(LiveFailure) -> Report {
    let began = now()
    tell(.opened(socket.peerAddress))
    hear(heard)
    while player.outcome == nil && failure == nil {
      let events = Int16(POLLIN) | (output.isEmpty ? 0 : Int16(POLLOUT))
      let ready = wait([pollfd(fd: socket.descriptor, events: events, revents: 0)], until: player.deadline)[0].revents
      if ready & ~Int16(POLLOUT) != 0 {
        switch socket.receive() {
        case .bytes(let bytes): hear(bytes)
        case .nothing: break
        case .end: tell(.closed)
        }
      }
      if !output.isEmpty && !socket.send(&output) { tell(.closed) }
      player.isHeldBack = output.count > Self.mostWaiting
      tell(.timePassed)
    }
    if let failure { throw failure }
    let duration = now() - began
    leave(socket)
    return Report(outcome: player.outcome ?? .played, account: player.account, refused: refused, duration: duration)
  }

  private func hear(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { reader.append($0) }
    do {
      while player.outcome == nil, let content = try reader.next() { tell(.heard(content)) }
    } catch {
      tell(.broken(error))
    }
  }

  private func tell(_ input: ConversationPlayer.Input) {
    for action in player.handle(input, at: now()) {
      switch action {
      case .say(let bytes): output += bytes
      case .sayBlock(let block):
        output += PeerMessage.pieceHeader(block)
        do throws(LiveFailure) { output += try payload?.bytes(of: block) ?? [] } catch { failure = error }
      }
    }
    player.isHeldBack = output.count > Self.mostWaiting
  }

  /// Lets the client take what was said: closing with bytes unread would reset the connection over it.
  private func leave(_ socket: LiveSocket) {
    var deadline = now() + (player.outcome == .played ? patience : Self.farewell)
    var hasEnded = false
    while now() < deadline {
      if !output.isEmpty && !socket.send(&output) { return }
      if output.isEmpty && !hasEnded {
        socket.endWriting()
        hasEnded = true
        deadline = min(deadline, now() + Self.farewell)
      }
      let events = Int16(POLLIN) | (output.isEmpty ? 0 : Int16(POLLOUT))
      _ = wait([pollfd(fd: socket.descriptor, events: events, revents: 0)], until: deadline)
      guard socket.drain(until: deadline) else { return }
    }
  }

  private func wait(_ polled: [pollfd], until deadline: Int64?) -> [pollfd] {
    var polled = polled
    let milliseconds = deadline.map { Int32(clamping: (max(0, $0 - now()) + 999_999) / 1_000_000) } ?? -1
    poll(&polled, nfds_t(polled.count), milliseconds)
    return polled
  }

  private var seconds: String { "\(Double(patience / 1_000_000) / 1000) s" }

  private func now() -> Int64 { SwarmClock.monotonicNanoseconds() }
}
