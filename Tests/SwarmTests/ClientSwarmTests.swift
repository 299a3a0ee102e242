import Foundation
import Testing

/// The third-party clients that ship, as peers of ours. Every variant of address and extension is for `Harness/bench
/// interop`; here are those that differ most.
@Suite(.serialized) struct ClientSwarmTests {
  /// A native seed with the fast extension at 127.x.y.z gives to the client; the client gives to a native leecher without
  /// the extension at 10.x.y.z.
  private func exchange(_ client: String, takesAt addresses: String = "loopback") async throws {
    let scratch = try Scratch()
    try await expectWhole(
      Self.swarm("takes", at: addresses, "seed: {role: seed}", "leecher: {client: \(client)}"), scratch.path)
    try await expectWhole(
      Self.swarm(
        "gives", at: "private", "seed: {role: seed, client: \(client)}", "leecher: {fastExtension: withhold}"),
      scratch.path)
  }

  private static func swarm(_ name: String, at addresses: String, _ seed: String, _ leecher: String) -> String {
    """
    name: \(name)
    addresses: \(addresses)
    payload: {size: 4 MiB, pieceLength: 64 KiB}
    tracker: {announceInterval: 10 s}
    peers:
      \(seed)
      \(leecher)
    until: {complete: all, within: 60 s}
    checks: [completion, integrity]
    mustDecide: [completion, integrity]

    """
  }

  private func expectWhole(_ topology: String, _ folder: String) async throws {
    let file = folder + "/exchange.swarm.yaml"
    try topology.write(toFile: file, atomically: false, encoding: .utf8)
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", folder + "/runs")
    #expect(said.code == 0, "\(topology)\(said.all)")
  }

  @Test(.installed("libtorrent")) func libtorrent() async throws {
    try await exchange("libtorrent")
  }

  @Test(.installed("aria2")) func aria2() async throws { try await exchange("aria2") }

  @Test(.installed("rtorrent")) func rtorrent() async throws {
    try await exchange("rtorrent")
  }

  @Test(.installed("qbittorrent")) func qbittorrent() async throws {
    try await exchange("qbittorrent")
  }

  /// It never dials a peer of 127.x.y.z.
  @Test(.installed("transmission")) func transmission() async throws {
    try await exchange("transmission", takesAt: "private")
  }

  /// Both need to be told: aria2 that its DHT is on, rTorrent that UDP is allowed.
  @Test(
    "Where the tracker speaks UDP alone, aria2 and rTorrent find a native seed, and it them",
    .installed("aria2", "rtorrent"))
  func overUDP() async throws {
    let scratch = try Scratch()
    let clients = "aria: {client: aria2}\n  rt: {client: rtorrent}"
    let text = Self.swarm("udp", at: "loopback", "seed: {role: seed}", clients)
    try await expectWhole(text.replacing("tracker: {", with: "tracker: {protocol: udp, "), scratch.path)
  }
}
