import Foundation
import Hostility
import Testing

@Suite("A tracker among strangers")
struct TrackerTests {
  private static let announce = """
    GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-XX0001-testtesttest&port=7000&uploaded=0&downloaded=0&left=1 \
    HTTP/1.1\r\nHost: tracker\r\n\r\n
    """

  private static func isAnswered(_ peer: Stranger) -> Bool {
    peer.say(Array(announce.utf8)) && peer.hear(12).map { String(decoding: $0, as: UTF8.self) } == "HTTP/1.1 200"
  }

  @Test("Four hundred connections that ask nothing keep nobody from announcing, where it may open 256 files")
  func idleConnections() async throws {
    let limit = ["/bin/sh", "-c", #"ulimit -n 256; exec "$0" "$@""#]
    let tracker = try PeerProcess(["--listen", "127.83.1.1:0"], of: .tracker, within: limit)
    defer { tracker.end() }
    let said = try #require(await tracker.line(from: "swarm-tracker: listening", within: 30), "\(tracker.lines)")
    let address = try #require(said.firstMatch(of: /http:\/\/127\.83\.1\.1:(\d+)\//))
    let port = try #require(UInt16(address.1))
    // An honest one that was there before, and asks again later.
    let early = try Stranger(from: "127.83.1.2", to: "127.83.1.1", port)
    #expect(Self.isAnswered(early))

    let idle = try (0..<400).map { _ in try Stranger(from: "127.83.1.9", to: "127.83.1.1", port) }
    for number in 0..<20 {
      let honest = try Stranger(from: "127.83.2.\(1 + number)", to: "127.83.1.1", port)
      try #require(Self.isAnswered(honest), "the tracker does not answer peer \(number)")
    }
    #expect(early.say(Array(Self.announce.utf8)))
    // 192 places: the 256 less 64. The oldest of the crowd have gone.
    let closed = idle.map { $0.hasBeenClosed() }
    #expect(closed.prefix(200).allSatisfy { $0 } && !closed.suffix(100).contains(true))
    #expect(!early.hasBeenClosed())
  }
}
