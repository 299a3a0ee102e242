import Testing
import TopologyFile

/// Where a topology asks for a check: what an annotation of a failing run points at.
@Suite struct CheckPlaceTests {
  private static let head = """
    name: places
    randomSeed: 1
    payload: {size: 1 MiB}
    peers: {seed: {role: seed}, leecher: {}}
    until: {complete: all, within: 60 s}

    """

  private func line(of check: String, _ tail: String, overrides: [Override] = []) throws -> Int {
    let specs = ["first", "first-again"].map { CheckSpec(name: $0, summary: "it holds", parameters: []) }
    let result = TopologyReader.read(text: Self.head + tail, file: "places", overrides: overrides, checks: specs)
    let topology = try #require(result.topology, "\(result.diagnostics)")
    return topology.place("checks.\(check)").line
  }

  @Test func `In a list over lines each check has its own, whatever names it elsewhere`() throws {
    let text = "mustDecide:\n  - first\nchecks:\n  - first-again\n  # - first\n  - first: {}\n"
    #expect(try line(of: "first-again", text) == 9)
    #expect(try line(of: "first", text) == 11)
  }

  @Test func `In a list within brackets it is the line of the name`() throws {
    #expect(try line(of: "first", "checks: [first-again,\n  first]\n") == 7)
  }

  @Test func `A check that nobody asked for by name is at the top`() throws {
    #expect(try line(of: "first", "capture: {keep: full}\n") == 1)
  }
}
