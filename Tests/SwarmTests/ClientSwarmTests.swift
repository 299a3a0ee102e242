import Foundation
import Testing

/// The third-party clients that ship, as peers of ours. Every variant of address and extension is for `Harness/bench
/// interop`; here are those that differ most.
@Suite(.serialized) struct ClientSwarmTests {
  private static let absent: Comment = "a client is not installed; ./Harness/test --with-clients installs it"

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

  @Test(.enabled(absent) { await Installed.has("libtorrent") }) func libtorrent() async throws {
    try await exchange("libtorrent")
  }

  @Test(.enabled(absent) { await Installed.has("aria2") }) func aria2() async throws { try await exchange("aria2") }

  @Test(.enabled(absent) { await Installed.has("rtorrent") }) func rtorrent() async throws {
    try await exchange("rtorrent")
  }

  @Test(.enabled(absent) { await Installed.has("qbittorrent") }) func qbittorrent() async throws {
    try await exchange("qbittorrent")
  }

  /// It never dials a peer of 127.x.y.z.
  @Test(.enabled(absent) { await Installed.has("transmission") }) func transmission() async throws {
    try await exchange("transmission", takesAt: "private")
  }

  /// Both need to be told: aria2 that its DHT is on, rTorrent that UDP is allowed.
  @Test(
    "Where the tracker speaks UDP alone, aria2 and rTorrent find a native seed, and it them",
    .enabled(absent) { await Installed.has("aria2", "rtorrent") })
  func overUDP() async throws {
    let scratch = try Scratch()
    let clients = "aria: {client: aria2}\n  rt: {client: rtorrent}"
    let text = Self.swarm("udp", at: "loopback", "seed: {role: seed}", clients)
    try await expectWhole(text.replacing("tracker: {", with: "tracker: {protocol: udp, "), scratch.path)
  }

  @Test(
    "All six in one swarm get the whole file",
    .enabled(absent) { await Installed.has("aria2", "libtorrent", "qbittorrent", "rtorrent", "transmission") })
  func together() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology("real-clients"), "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
  }

  @Test(
    "Twenty libtorrent and twenty native leechers complete together, and no frame is lost",
    .enabled(absent) { await Installed.has("libtorrent") })
  func twoKinds() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology("two-kinds"), "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    #expect(try contents(folder + "/run.json").contains(#""droppedFrames": 0"#))
  }

  @Test(
    "Native and libtorrent leechers that change address and come and go complete together",
    .enabled(absent) { await Installed.has("libtorrent") })
  func flakyMobile() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology("flaky-mobile"), "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    #expect(said.all.contains("mobile-native-01, mobile-libtorrent-01 change address, abruptly"), "\(said.all)")
    #expect(said.all.contains("mobile-native-02, mobile-libtorrent-02 change address, politely"), "\(said.all)")
  }

  /// In little, as the topology says: it needs 640 MiB with the queue that libtorrent has by default.
  @Test(
    "A libtorrent seed that drops requests of an rTorrent leecher is named by the verdict",
    .enabled(absent) { await Installed.has("libtorrent", "rtorrent") })
  func stall() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.run(
      "run", Swarmlab.topology("request-queue-stall"), "--output", scratch.runs, "--set",
      "peers.seed.client.options.requestQueue=100", "--set", "payload.size=40 MiB", "--set", "until.within=20 s")
    #expect(said.code == 1, "\(said.all)")
    #expect(said.all.contains("stalled: seed keeps it unchoked, has left "), "\(said.all)")
  }
}

/// What `swarmlab clients` finds here, asked once.
actor Installed {
  private static let shared = Installed()
  private var lines: Task<[String], any Error>?

  static func has(_ clients: String...) async -> Bool {
    let lines = (try? await shared.listing()) ?? []
    return clients.allSatisfy { client in
      guard let place = lines.firstIndex(where: { $0.hasPrefix(client + "  ") }) else { return false }
      return lines[place + 1..<lines.endIndex].first?.hasPrefix("  not here") == false
    }
  }

  private func listing() async throws -> [String] {
    let task = lines ?? Task { try await Swarmlab.run("clients").lines }
    lines = task
    return try await task.value
  }
}
