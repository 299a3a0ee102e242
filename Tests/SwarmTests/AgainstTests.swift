import Foundation
import Hostility
import Staging
import Testing
import Wire

/// One side of a recorded conversation, played to real clients over real sockets. Each has an address of its own, so that
/// they do not wait for each other.
@Suite struct AgainstTests {
  private static let onlyLoopback: Comment =
    "Transmission dials nobody at 127.x.y.z, and there is no other address here"

  @Test(
    "libtorrent gets a whole file from a recorded seed, whoever connects",
    .installed("libtorrent"))
  func libtorrent() async throws {
    for (address, role) in [("127.77.1.1", "initiator"), ("127.77.1.2", "responder")] {
      try await give(as: role, at: address) { place in
        place.libtorrent
      }
    }
  }

  @Test(
    "aria2 gets a whole file from a recorded seed, whoever connects", .installed("aria2"))
  func aria2() async throws {
    for (address, role) in [("127.77.2.1", "initiator"), ("127.77.2.2", "responder")] {
      let said = try await give(as: role, at: address) { Self.aria2($0, at: address) }
      // It tries encryption first, and a plain handshake on the next connection.
      #expect(role == "initiator" || said.contains("sent away: no handshake of BEP 3"), "\(said)")
    }
  }

  private static func aria2(_ place: Place, at address: String) -> [String] {
    let flags =
      "--no-conf --disable-ipv6=true --enable-dht=false --bt-enable-lpd=false --enable-peer-exchange=false "
      + "--bt-require-crypto=false --bt-min-crypto-level=plain --file-allocation=none --allow-overwrite=true "
      + "--seed-ratio=0.0 --enable-rpc=false --summary-interval=0"
    return ["/usr/bin/env", "aria2c"] + flags.split(separator: " ").map(String.init)
      + ["--interface=\(address)", "--listen-port=\(Place.clientPort)", "--dir=\(place.data)", place.torrent]
  }

  @Test(
    "Transmission gets a whole file from a recorded seed that connects to it",
    .installed("transmission"))
  func transmission() async throws {
    try await give(as: "initiator", at: "127.77.3.1") { try Self.transmission($0, at: "127.77.3.1") }
  }

  @Test(
    "Transmission connects to a recorded seed, and gets a whole file from it",
    .installed("transmission"), .enabled(if: Place.outerAddress != nil, onlyLoopback))
  func transmissionConnects() async throws {
    let address = try #require(Place.outerAddress)
    try await give(as: "responder", at: address) { try Self.transmission($0, at: address) }
  }

  private static func transmission(_ place: Place, at address: String) throws -> [String] {
    let home = place.folder + "/home"
    try FileManager.default.createDirectory(atPath: home + "/torrents", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: place.torrent, toPath: home + "/torrents/payload.torrent")
    let settings = """
      {"bind-address-ipv4": "\(address)", "bind-address-ipv6": "::1", "peer-port": \(Place.clientPort),
       "peer-port-random-on-start": false, "port-forwarding-enabled": false, "dht-enabled": false, "lpd-enabled": false,
       "pex-enabled": false, "utp-enabled": false, "encryption": 0, "rpc-enabled": false, "download-dir": "\(place.data)",
       "incomplete-dir-enabled": false, "rename-partial-files": false, "preallocation": 0, "message-level": 2}
      """
    try settings.write(toFile: home + "/settings.json", atomically: false, encoding: .utf8)
    return ["/usr/bin/env", "transmission-daemon", "--foreground", "--config-dir", home]
  }

  /// The recorded seed is played; the client must come to the whole payload.
  @discardableResult private func give(
    as role: String, at address: String, _ command: (Place) throws -> [String]
  ) async throws -> String {
    let place = try Place(at: address)
    try place.record(seedOpens: role == "initiator")
    let isResponder = role == "responder"
    let tracker = isResponder ? ["--tracker", "\(address):\(Place.trackerPort)"] : []
    async let playing = place.play(as: role, ["--payload", place.folder + "/payload"] + tracker)
    // A client whose first announce is refused asks again after a minute or two.
    if isResponder {
      let isThere = try await Processes.wait(within: 20) {
        (try? Stranger(from: address, to: address, Place.trackerPort)) != nil
      }
      #expect(isThere, "no tracker at \(address)")
    }
    let client = try Process.start(try command(place))
    defer { client.end() }
    let said = try await playing
    #expect(said.code == 0, "\(said.all)")
    #expect(said.output.contains("played: ") && said.output.contains("gave 256 KiB"), "\(said.all)")
    #expect(try await Processes.wait(within: 20) { place.isWhole })
    return said.output
  }

  @Test(
    "libtorrent, seeding, gives a recorded leecher all pieces", .installed("libtorrent"))
  func libtorrentGives() async throws {
    let place = try Place(at: "127.77.1.3")
    try place.record(seedOpens: false)
    try place.give()
    let client = try Process.start(place.libtorrent + ["--seed"])
    defer { client.end() }
    let said = try await place.play(as: "initiator", [])
    #expect(said.code == 0 && said.output.contains("got 256 KiB (4 pieces whole"), "\(said.all)")
  }

  @Test(
    "A client that breaks a rule: what was expected in which frame, and what came",
    arguments: [
      ("127.77.4.1", ["--misbehave", "free-rider=1"], "expected: unchoke\n    came:     nothing within 2.0 s"),
      ("127.77.4.2", ["--misbehave", "unasked-block=2"], "which nobody asked for"),
      ("127.77.4.3", ["damaged"], "whose bytes do not have its SHA-1"),
    ])
  func departures(_ address: String, _ more: [String], _ text: String) async throws {
    let place = try Place(at: address)
    try place.record(seedOpens: false)
    try place.give(isDamaged: more == ["damaged"])
    let ours = [try Swarmlab.folder + "/swarm-peer", "--torrent", place.torrent, "--data", place.data]
    let calm = ["--listen", "\(address):\(Place.clientPort)", "--tracker", "", "--assume-complete"]
    let client = try Process.start(ours + calm + (more == ["damaged"] ? [] : more))
    defer { client.end() }
    let said = try await place.play(as: "initiator", ["--patience", "2 s"])
    #expect(said.code == 1 && said.output.contains(text), "\(said.all)")
    #expect(said.output.contains("first departure at message ") && said.output.contains(" of the recording\n"))
  }

  @Test("What cannot be played is refused with the reason; without a stream, those that can be are listed")
  func refusals() async throws {
    let place = try Place(at: "127.77.5.1")
    try place.record(seedOpens: true)
    let listed = try await Swarmlab.run("replay", place.capture, "--against", "127.77.5.1:7002")
    #expect(listed.code == 64 && listed.output.hasPrefix("1 of 1 streams can be played:\n  stream 0: 127.64.1.1:40000"))
    let nobody = try await place.play(as: "initiator", ["--payload", place.folder + "/payload"], waits: false)
    #expect(nobody.code == 75 && nobody.error.contains("127.77.5.1:17002: cannot be connected to"), "\(nobody.all)")
    let poor = try await place.play(as: "initiator", [], waits: false)
    #expect(poor.code == 64 && poor.error.contains("there is no payload to give"), "\(poor.all)")
    let alone = try await place.play(as: "responder", ["--patience", "100 ms"], waits: false)
    #expect(alone.code == 75 && alone.error.contains("nobody came within 0.1 s"), "\(alone.all)")
    let lonely = try await Swarmlab.run("replay", place.capture, "--stream", "0")
    #expect(lonely.code == 64 && lonely.error.contains("--stream is for --against"), "\(lonely.all)")
    try StagedConversation().write(to: place.capture, skipping: 9)
    let midstream = try await place.play(as: "initiator", [], waits: false)
    #expect(midstream.code == 64 && midstream.error.contains("it began before the capture"), "\(midstream.all)")
  }
}
