import Testing

/// A capture of ours, its topology derived from the capture alone, run and compared.
@Suite(.serialized) struct ReenactmentTests {
  @Test("A recorded swarm is run again from its capture, by a file that is an ordinary topology, and both are compared")
  func again() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm(leechers: 5).text, as: "small.swarm.yaml")
    let ran = try await Swarmlab.run("run", file, "--output", scratch.runs)
    let folder = try #require(ran.lines.last)
    let said = try await Swarmlab.run(
      "replay", folder + "/capture.pcap", "--reenact", "--output", scratch.path + "/again")
    #expect(said.code == 0, "\(said.all)")
    #expect(said.output.contains("recorded and re-enacted: 6 of 6 peers in both"), "\(said.all)")
    #expect(said.output.contains("bytes between pairs, 25 ordered pairs: Spearman "), "\(said.all)")
    // The plan beside the capture tells nothing but the clock: who is there, and how fast, is read from the capture.
    let derived = scratch.path + "/again/small-again.swarm.yaml"
    let text = try contents(derived)
    #expect(text.contains("speed: 20\n") && text.contains("  peer-1: {role: seed, "), "\(text)")
    let validated = try await Swarmlab.run("validate", derived)
    #expect(validated.code == 0, "\(validated.all)")
  }
}
