import Testing
import TopologyFile

/// Files that are no topologies at all: refused soon, with a place, whatever they hold.
@Suite struct HostileFileTests {
  private func read(_ bytes: [UInt8]) -> [String] {
    TopologyReader.read(bytes: bytes, file: "t.swarm.yaml", checks: TestChecks.all).diagnostics.map(\.description)
  }

  private func read(_ text: String) -> [String] { read(Array(text.utf8)) }

  @Test("A file that is not UTF-8 is told with the place of the first wrong byte")
  func notUTF8() {
    #expect(
      read(Array("name: x\ndescription: Stra".utf8) + [0xDF, 0x65, 0x0A])
        == ["t.swarm.yaml:2:18: error: the file is not UTF-8: byte 0xDF begins no character; expected text in UTF-8"])
    #expect(
      read([0xFF, 0xFE, 0x6E, 0x00])
        == ["t.swarm.yaml:1:1: error: the file is not UTF-8: byte 0xFF begins no character; expected text in UTF-8"])
    #expect(
      read(Array("name: é".utf8.dropLast())).first?.hasPrefix("t.swarm.yaml:1:7: error: the file is not UTF-8") == true)
  }

  @Test("A file of more than a mebibyte is refused unread")
  func tooLarge() {
    let text = "name: " + String(repeating: "x", count: 1 << 20)
    #expect(
      read(text) == [
        "t.swarm.yaml:1:1: error: the file is larger than 1 MiB; expected a topology; many equal peers are one group with "
          + "a count"
      ])
  }

  @Test("Deep nesting ends with an error, not with the stack", arguments: [40, 900, 20_000])
  func deepNesting(depth: Int) {
    let found = read("name: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
    #expect(found.count == 1)
    #expect(found.first?.contains(depth < 1000 ? "nested more than 32 levels deep" : "not valid YAML") == true)
  }

  @Test("Aliases that multiply are refused before they are followed")
  func aliasBomb() {
    var text = "x-a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (this, last) in zip("bcdefghi", "abcdefgh") {
      text += "x-\(this): &\(this) [" + Array(repeating: "*\(last)", count: 9).joined(separator: ", ") + "]\n"
    }
    #expect(
      read(text) == [
        "t.swarm.yaml:6:54: error: more than 6 anchors or 48 aliases; expected values that groups share under \"defaults\""
      ] || read(text).first?.contains("more than 6 anchors or 48 aliases") == true)
  }

  @Test("Aliases within the bound that still multiply meet the bound on values")
  func smallerBomb() {
    var text = "x-a: &a [" + Array(repeating: "x", count: 1000).joined(separator: ", ") + "]\n"
    for (this, last) in zip("bcd", "abc") {
      text += "x-\(this): &\(this) [" + Array(repeating: "*\(last)", count: 10).joined(separator: ", ") + "]\n"
    }
    #expect(read(text).count == 1)
    #expect(read(text).first?.contains("the file holds more than 50000 values, aliases followed") == true)
  }

  @Test("An alias in moderation is an ordinary value")
  func alias() {
    let result = Sample.read(
      """
      name: sample
      x-link: &link {upload: 256 KiB/s, download: 2 MiB/s}
      payload: {size: 1 MiB}
      peers:
        seed: {role: seed}
        fast: *link
        slow: *link
      until: {time: 5 s}
      """)
    #expect(result.diagnostics.isEmpty)
    #expect(result.topology?.groups.map(\.upload) == [nil, 262_144, 262_144])
  }

  @Test("No file made of a topology's own parts makes the reader fail otherwise than with diagnostics")
  func shuffledParts() {
    let parts = [
      "name", ":", " ", "{", "}", "[", "]", ",", "\n", "  ", "- ", "peers", "seed", "role: seed", "16 MiB", "&a", "*a",
      "\"",
      "'", "#", "|", ">", "!", "%", "@", "?", "until", "payload", "null", "~", "1e30", "-1", "é", "\t", "x-", "checks",
    ]
    var state: UInt64 = 7
    for _ in 0..<3000 {
      var text = ""
      for _ in 0..<20 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += parts[Int(state >> 33) % parts.count]
      }
      let result = TopologyReader.read(text: text, file: "f", checks: TestChecks.all)
      #expect(result.topology == nil && !result.diagnostics.isEmpty, "\(text)")
    }
  }
}
