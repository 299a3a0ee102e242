import Testing
import TopologyFile

@Suite struct OverrideTests {
  private func read(_ overrides: [Override]) -> TopologyReader.ReadResult {
    TopologyReader.read(text: Sample.text, file: "t.swarm.yaml", overrides: overrides, checks: TestChecks.all)
  }

  @Test func `A group can be a copy of another, changed before and behind`() throws {
    let result = read([
      Override(path: "peers.leecher.upload", value: "77 KiB/s"), .copy(of: "peers.leecher", to: "peers.rival"),
      Override(path: "peers.rival.count", value: "3"), Override(path: "peers.leecher.count", value: "2"),
    ])
    let groups = try #require(result.topology, "\(result.diagnostics)").groups
    let (leecher, rival) = (groups.first { $0.name == "leecher" }, groups.first { $0.name == "rival" })
    #expect(leecher?.count == 2 && rival?.count == 3)
    #expect(rival?.upload == leecher?.upload && rival?.upload != nil)
  }

  @Test func `What is not there cannot be copied, and the option is named`() {
    let result = read([.copy(of: "peers.nobody", to: "peers.rival")])
    #expect(result.topology == nil)
    #expect(result.diagnostics.contains { $0.description.contains("there is no peers.nobody to copy") })
  }

  @Test func `A varied value that is wrong is pointed to by the option that it came with`() {
    let result = read([Override(path: "peers.leecher.count", value: "0", flag: "--vary")])
    #expect(result.diagnostics.contains { $0.description.hasPrefix("--vary peers.leecher.count=0: error: ") })
  }
}
