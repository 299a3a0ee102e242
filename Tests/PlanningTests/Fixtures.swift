import Testing
import Planning
import TopologyFile

enum Sample {
  static let checks: [CheckSpec] = [
    CheckSpec(
      name: "completion", summary: "All complete.", parameters: [ParameterSpec("within", .duration, "In time.")]),
    CheckSpec(
      name: "upload-slots", summary: "Slots are kept.",
      parameters: [
        ParameterSpec("grace", .duration, default: "1 s", "How long."),
        ParameterSpec("b", .flag, default: "true", "B."),
        ParameterSpec("a", .number(0...1), default: "0.25", "A."), ParameterSpec("t", .text, default: "true", "T."),
      ]),
  ]

  static let text = """
    name: sample
    description: "Eight: 'quoted' ü"
    randomSeed: 7
    speed: 2.5
    wallBudget: 90 s
    payload: {size: 16 MiB, pieceLength: 256 KiB}
    peers:
      seed: {role: seed, upload: 1 MiB/s}
      leecher: {count: 8, upload: 256 KiB/s, download: 2 MiB/s, arrive: {poisson: 1 / s}}
      rogue: {upload: 8 KiB/s, misbehaviour: {name: overdrive-upload, dose: 1.05}, onComplete: {seed: 20 s}}
    until: {complete: all, within: 300 s}
    capture: {keep: scrubbed, atMost: 1 GiB}
    mustDecide: [completion]
    """

  static func topology(_ text: String = text) throws -> Topology {
    let result = TopologyReader.read(text: text, file: "t.swarm.yaml", checks: checks)
    #expect(result.diagnostics.map(\.description) == [])
    return try #require(result.topology)
  }

  static func plan(_ text: String = text) throws -> Plan { try Planner.plan(try topology(text)) }
}
