import Testing

/// The swarms that ship in which third-party clients are many, or all of them together; their captures replayed give the
/// same verdicts and metrics, byte for byte. They run beside the exchanges of `ClientSwarmTests`: of both it counts that
/// all complete.
@Suite(.serialized) struct MixedSwarmTests {
  @Test(
    "All six in one swarm get the whole file",
    .installed("aria2", "libtorrent", "qbittorrent", "rtorrent", "transmission"))
  func together() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology("real-clients"), "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    try await expectSameWhenReplayed(folder, code: 0, in: scratch, "real-clients")
  }

  @Test(
    "Twenty libtorrent and twenty native leechers complete together, and no frame is lost",
    .installed("libtorrent"))
  func twoKinds() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology("two-kinds"), "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    try await expectSameWhenReplayed(folder, code: 0, in: scratch, "two-kinds")
    #expect(try contents(folder + "/run.json").contains(#""droppedFrames": 0"#))
  }

  @Test(
    "Native and libtorrent leechers that change address and come and go complete together",
    .installed("libtorrent"))
  func flakyMobile() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided("run", Swarmlab.topology("flaky-mobile"), "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    try await expectSameWhenReplayed(folder, code: 0, in: scratch, "flaky-mobile")
    #expect(said.all.contains("mobile-native-01, mobile-libtorrent-01 change address, abruptly"), "\(said.all)")
    #expect(said.all.contains("mobile-native-02, mobile-libtorrent-02 change address, politely"), "\(said.all)")
  }

  /// In little, as the topology says: it needs 640 MiB with the queue that libtorrent has by default.
  @Test(
    "A libtorrent seed that drops requests of an rTorrent leecher is named by the verdict",
    .installed("libtorrent", "rtorrent"))
  func stall() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.run(
      "run", Swarmlab.topology("request-queue-stall"), "--output", scratch.runs, "--set",
      "peers.seed.client.options.requestQueue=100", "--set", "payload.size=40 MiB", "--set", "until.within=20 s",
      "--set", "capture.keep=scrubbed")
    #expect(said.code == 1, "\(said.all)")
    let folder = try #require(said.lines.last)
    try await expectSameWhenReplayed(folder, code: 1, in: scratch, "request-queue-stall")
    #expect(said.all.contains("stalled: seed keeps it unchoked, has left "), "\(said.all)")
  }
}
