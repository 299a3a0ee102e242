import Planning
import SwarmTime
import Testing

@Suite struct PlanFileTests {
  @Test("A plan survives plan.yaml, and is written the same again")
  func roundTrip() throws {
    for text in [
      Sample.text,
      """
      name: "true"
      description: |
        two lines: {x}
        1e3
      payload: {size: 1 MiB, name: "12"}
      peers:
        seed: {role: seed, fastExtension: withhold}
        ranked: {role: seed, choking: {algorithm: libtorrent-fixed-slots, seedRule: anti-leech}}
        even: {choking: {slots: 2, optimisticSlots: 3, optimisticChoice: longest-waiting}}
        mine:
          upload: 64 KiB/s
          client: {command: [./mine, "{torrent}", "", "no", "0x1F", "a: b"], environment: {Z: "1", A: "null"}}
      until: {time: 1 min}
      """,
    ] {
      let plan = try Sample.plan(text)
      let again = try Plan(yaml: plan.yaml)
      #expect(again == plan)
      #expect(again.yaml == plan.yaml)
    }
  }

  @Test("plan.yaml begins with what matters, in the order of the types, with numbers as people write them")
  func readable() throws {
    let yaml = try Sample.plan().yaml
    #expect(
      yaml.hasPrefix(
        """
        schema: 1
        name: sample
        description: 'Eight: ''quoted'' ü'
        randomSeed: 7
        speed: 2.5
        wallBudgetSeconds: 90
        payload:
          name: payload.bin
          sizeBytes: 16777216
          pieceLengthBytes: 262144
          randomSeed: \(try Sample.plan().payload.randomSeed)
        tracker:
          address: 127.63.0.1
          port: 6969
          announceInterval: 1800000000000
          program: native
          protocol: http
        peers:
        - name: seed
          group: seed
          index: 0
          role: seed
          address: 127.64.0.1

        """))
    #expect(yaml.contains("dose: 1.05\n"))
    #expect(yaml.contains("  parameters:\n    a: 0.25\n    b: true\n    grace: 1000000000\n    t: 'true'\n"))
  }

  @Test(
    "What is no plan is refused with the reason",
    arguments: [
      ("", "not a plan.yaml that this version can read: "), ("name: x", "\"schema\" is missing at the top"),
      ("[", "not a plan.yaml that this version can read: "),
    ])
  func refused(text: String, reason: String) {
    do {
      _ = try Plan(yaml: text)
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains(reason))
    }
  }

  @Test(
    "Amounts that nothing could be reckoned with are refused with their line",
    arguments: [
      ("speed: 2.5", "speed: 0", "speed: 0.0 is out of range; expected a number from 0.1 to 1000.0", 5),
      ("speed: 2.5", "speed: 1e309", "speed: inf is out of range", 5),
      ("speed: 2.5", "speed: .nan", "speed: nan is out of range", 5),
      ("speed: 2.5", "speed: -3", "speed: -3.0 is out of range", 5),
      ("pieceLengthBytes: 262144", "pieceLengthBytes: 0", "payload.pieceLengthBytes: 0 is out of range", 10),
      ("sizeBytes: 16777216", "sizeBytes: -1", "payload.sizeBytes: -1 is out of range; expected 1 or more", 9),
      ("sizeBytes: 16777216", "sizeBytes: 9223372036854775807", "payload.sizeBytes: 9223372036854775807 is out", 9),
    ])
  func amounts(old: String, new: String, reason: String, line: Int) throws {
    let yaml = try Sample.plan().yaml
    #expect(yaml.contains(old))
    let error = #expect(throws: PlanFileError.self) { try Plan(yaml: yaml.replacing(old, with: new)) }
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
    #expect(error?.line == line || reason.contains("nan"), "\(error?.line ?? 0)")
  }

  @Test("A plan whose profiles lack what came later has the native profile's, and says what was supposed")
  func olderProfiles() throws {
    let plan = try Sample.plan()
    #expect(plan.peers.count { $0.profile != nil } > 1)
    let later = ["newcomerWeight", "immediateUnchoke", "seedRule"]
    let lines = plan.yaml.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      !later.contains { line.contains("\($0):") }
    }
    let (read, supposed) = try Plan.read(yaml: lines.joined(separator: "\n"))
    #expect(read == plan)
    #expect(supposed.sorted() == ["immediateUnchoke: true", "newcomerWeight: 3", "seedRule: newest-first"])
    #expect(try Plan.read(yaml: plan.yaml).supposed == [])
  }

  @Test("A plan of another schema is refused")
  func otherSchema() throws {
    let yaml = try Sample.plan().yaml.replacing("schema: 1", with: "schema: 2")
    #expect(throws: PlanFileError.self) { try Plan(yaml: yaml) }
  }
}
