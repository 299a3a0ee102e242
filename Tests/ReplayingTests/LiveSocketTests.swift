import Dissection
import Foundation
import Replaying
import Staging
import SwarmTime
import Testing
import Wire

@Suite("Connections to a live client", .serialized)
struct LiveSocketTests {
  private static let patience: Int64 = 10_000_000_000

  @Test("Of a name's addresses the next is tried where the client listens at another than the first")
  func nextAddress() throws {
    let listener = try LiveSocket.listening(at: LiveAddress(host: "127.77.9.2", port: 0))
    // Nobody listens there.
    let deaf = LiveAddress(host: "127.77.9.1", port: listener.ownPort)
    let client = LiveAddress(host: "127.77.9.2", port: listener.ownPort)
    let addresses = try SocketAddress.all(of: deaf) + SocketAddress.all(of: client)
    let name = LiveAddress(host: "client.example", port: listener.ownPort)
    let socket = try LiveSocket.connected(to: addresses, of: name, patience: Self.patience)
    #expect(socket.peerAddress == [127, 77, 9, 2])
    let failure = #expect(throws: LiveFailure.self) {
      _ = try LiveSocket.connected(to: SocketAddress.all(of: deaf), of: name, patience: Self.patience)
    }
    #expect(failure?.what.hasPrefix("cannot be connected to: ") == true && failure?.place == "\(name)")
  }

  @Test("Announces tell the address that is listened at, not its name")
  func announced() throws {
    let local = try LiveSocket.listening(at: LiveAddress(host: "localhost", port: 0)).ownHost
    #expect(["127.0.0.1", "::1"].contains(local))
    let text = try Self.announced(by: "localhost", guestAt: local)
    #expect(text.contains(local == "::1" ? "6:peers618:" : "5:peers6:"), "\(text)")
  }

  @Test("Who listens at all addresses is announced at the one by which the client came to the tracker")
  func announcedAnywhere() throws {
    let text = try Self.announced(by: "0.0.0.0", guestAt: "127.0.0.1")
    // 127.77.9.3, the tracker's.
    #expect(text.contains("5:peers6:\u{7f}M\t\u{3}"), "\(text)")
  }

  @Test("Who listens at IPv4 addresses only is not announced by IPv6, at which nobody would be found")
  func announcedByIPv6() throws {
    let tracker = LiveAddress(host: "::1", port: 0)
    // Not every machine has IPv6.
    guard (try? LiveSocket.listening(at: tracker)) != nil else { return }
    let torrent = HeldTorrent()
    let place = LiveAddress(host: "0.0.0.0", port: 0)
    let play = LiveConversation(try Self.player(torrent), payload: nil, address: place, patience: Self.patience)
    let failure = #expect(throws: LiveFailure.self) {
      _ = try play.respond(torrent.metainfo.infoHash, tracker: tracker) { _ in Issue.record("the client was awaited") }
    }
    #expect(failure?.place == "\(tracker)" && failure?.expected.hasPrefix("both of one family") == true)
  }

  @Test("Who sends without end holds up nobody who leaves beyond his deadline", .timeLimit(.minutes(1)))
  func flooded() throws {
    let listener = try LiveSocket.listening(at: LiveAddress(host: "127.77.9.4", port: 0))
    let address = LiveAddress(host: "127.77.9.4", port: listener.ownPort)
    Thread.detachNewThread {
      guard let socket = try? Self.connected(to: address) else { return }
      let flood = [UInt8](repeating: 0, count: 1 << 16)
      var left = flood
      while socket.send(&left) { left = flood }
    }
    var guest: LiveSocket?
    while guest == nil { guest = listener.accepted() }
    let socket = try #require(guest)
    #expect(socket.drain(until: SwarmClock.monotonicNanoseconds() + 100_000_000))
    // It is still there, and goes on.
    var received = socket.receive()
    while case .nothing = received { received = socket.receive() }
    if case .end = received { Issue.record("it is gone") }
  }

  private static func player(_ torrent: HeldTorrent) throws -> ConversationPlayer {
    try ConversationPlayer(
      StagedConversation().recorded, metainfo: torrent.metainfo,
      settings: .init(
        role: .responder, patience: patience, hasPayload: true, peerIDTail: Array("aaaaaaaaaaaa".utf8)))
  }

  /// What a tracker of ours answers where `name` is listened at, and a guest comes to another address of it.
  private static func announced(by name: String, guestAt host: String) throws -> String {
    let place = LiveAddress(host: name, port: 0)
    let torrent = HeldTorrent()
    let hash = torrent.metainfo.infoHash
    let play = LiveConversation(try player(torrent), payload: nil, address: place, patience: Self.patience)
    // Free a moment ago; nobody else has this address.
    let free = try LiveSocket.listening(at: LiveAddress(host: "127.77.9.3", port: 0)).ownPort
    let tracker = LiveAddress(host: "127.77.9.3", port: free)
    var asking: LiveSocket?
    _ = try play.respond(hash, tracker: tracker) { port in
      // Both wait for the responder, which answers the one before it plays to the other, who is gone by then.
      let query = "info_hash=\(hash.map { "%" + String(format: "%02x", $0) }.joined())&peer_id=-XX0000-bbbbbbbbbbbb"
      var request = Array("GET /announce?\(query)&port=7&uploaded=0&downloaded=0&left=0 HTTP/1.1\r\n\r\n".utf8)
      asking = try? Self.connected(to: tracker)
      _ = asking?.send(&request)
      var handshake = Handshake(infoHash: hash, peerID: Array("-XX0000-bbbbbbbbbbbb".utf8)).encoded
      _ = try? Self.connected(to: LiveAddress(host: host, port: port)).send(&handshake)
    }
    var received = asking?.receive()
    while case .nothing? = received { received = asking?.receive() }
    guard case .bytes(let answer)? = received else { throw NoAnswer() }
    let text = String(decoding: answer, as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 200 OK"), "\(text)")
    return text
  }

  private struct NoAnswer: Error {}

  private static func connected(to address: LiveAddress) throws -> LiveSocket {
    try LiveSocket.connected(to: SocketAddress.all(of: address), of: address, patience: patience)
  }
}
