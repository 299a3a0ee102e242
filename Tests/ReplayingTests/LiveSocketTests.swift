import Dissection
import Foundation
import Replaying
import Staging
import Testing
import Wire

@Suite("Connections to a live client")
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
    let name = LiveAddress(host: "localhost", port: 0)
    let probe = try LiveSocket.listening(at: name)
    #expect(["127.0.0.1", "::1"].contains(probe.ownHost))
    let torrent = HeldTorrent()
    let hash = torrent.metainfo.infoHash
    let player = try ConversationPlayer(
      StagedConversation().recorded, metainfo: torrent.metainfo,
      settings: .init(
        role: .responder, patience: Self.patience, hasPayload: true, peerIDTail: Array("aaaaaaaaaaaa".utf8)))
    let play = LiveConversation(player, payload: nil, address: name, patience: Self.patience)
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
      _ = try? Self.connected(to: LiveAddress(host: probe.ownHost, port: port)).send(&handshake)
    }
    var received = asking?.receive()
    while case .nothing? = received { received = asking?.receive() }
    guard case .bytes(let answer)? = received else {
      Issue.record("no answer to the announce")
      return
    }
    let text = String(decoding: answer, as: UTF8.self)
    let short = probe.ownHost == "::1" ? "6:peers618:" : "5:peers6:"
    #expect(text.hasPrefix("HTTP/1.1 200 OK") && text.contains(short), "\(text)")
  }

  private static func connected(to address: LiveAddress) throws -> LiveSocket {
    try LiveSocket.connected(to: SocketAddress.all(of: address), of: address, patience: patience)
  }
}
