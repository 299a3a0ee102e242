import Glibc
import Hostility
import Testing
import Wire

@Suite("A peer set that strangers have filled")
struct FullPeerSetTests {
  /// Each stranger has an address of its own, so that none is one of a crowd.
  private static func strangers(_ numbers: Range<Int>, at ip: String, _ port: UInt16, _ payload: Payload) throws
    -> [Stranger]
  {
    try numbers.map { number in
      let stranger = try Stranger(from: "127.82.\(2 + number / 250).\(1 + number % 250)", to: ip, port)
      let digits = String(number + 1_000_000_000_000).suffix(12)
      guard stranger.greet(payload.metainfo.infoHash, peerID: Array("-XX6661-\(digits)".utf8)) != nil else {
        throw Stranger.Failure(description: "no handshake with stranger \(number)")
      }
      return stranger
    }
  }

  @Test("Eighty strangers do not keep it from dialling the seed, which comes after them")
  func seedComesLast() async throws {
    let payload = try Payload(size: 1 << 20)
    try payload.give(to: "seed")
    let (reserved, port) = try Stranger.listen(at: "127.82.1.1")
    close(reserved)
    // Ten swarm seconds in each real one: between two dials of an address that does not answer there are 32 at most.
    let speed = ["--speed", "10"]
    let leecher = try payload.start("leecher", at: "127.82.1.2", speed + ["--peer", "127.82.1.1:\(port)"])
    defer { leecher.end() }
    let own = try await leecher.port()
    let strangers = try Self.strangers(0..<80, at: "127.82.1.2", own, payload)
    // It says its handshake before it knows whom it has met; the eighty have heard more than that.
    for stranger in strangers { #expect(stranger.message() != nil) }
    let late = try Self.strangers(80..<81, at: "127.82.1.2", own, payload)
    #expect(late[0].isClosed())

    let seed = try payload.start("seed", at: "127.82.1.1", speed + ["--listen", "127.82.1.1:\(port)"])
    defer { seed.end() }
    #expect(await leecher.line(from: "complete") != nil, "\(leecher.lines)")
    #expect(payload.isWhole(at: "leecher"))
    // One gave way, the last of them.
    #expect(strangers.map { $0.hasBeenClosed() } == Array(repeating: false, count: 79) + [true])
  }
}
