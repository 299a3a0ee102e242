import SwarmTime
import Testing
import TopologyFile

@Suite struct ReadingTests {
  private func topology(_ lines: String..., set: [String] = []) throws -> Topology {
    let result = Sample.read(lines.reduce(Sample.text) { Sample.edited($0, $1) }, set: set)
    #expect(result.diagnostics.map(\.description) == [])
    return try #require(result.topology)
  }

  @Test("The sample reads as it is written, completed with defaults")
  func sample() throws {
    let topology = try topology()
    #expect(topology.name == "sample")
    #expect((topology.randomSeed, topology.speed) == (1, 1))
    #expect(topology.payload == .init(name: "payload.bin", sizeBytes: 16 << 20, pieceLengthBytes: 256 << 10))
    #expect(topology.tracker.announceInterval == .seconds(1800))
    #expect(topology.until == .complete(within: .seconds(300)))
    #expect(topology.capture == .init(keep: .full, atMostBytes: 2 << 30))
    #expect(topology.groups.map(\.name) == ["seed", "leecher"])
    let leecher = topology.groups[1]
    #expect((leecher.role, leecher.count, leecher.upload, leecher.download) == (.leecher, 3, 262_144, nil))
    #expect(leecher.arrival == .every(.seconds(2), from: .zero))
    #expect(leecher.onComplete == .seed(for: nil))
    #expect(leecher.choking == .init(algorithm: "tit-for-tat", slots: 4, optimisticSlots: 1))
    #expect(topology.checks.map(\.name) == ["completion", "upload-slots"])
    #expect(topology.checks[1].parameters == ["grace": .integer(1_000_000_000)])
  }

  @Test(
    "Quantities are exact in every unit",
    arguments: [
      ("1 B", 1), ("1 KiB", 1024), ("1.5 KiB", 1536), ("2MiB", 2 << 20), ("1 GiB", 1 << 30), ("1 kB", 1000),
      ("1.001 MB", 1_001_000), ("1 GB", 1_000_000_000), ("0.1 KiB", 102),
    ] as [(String, Int64)])
  func sizes(text: String, bytes: Int64) throws {
    #expect(try ScalarReader.read(text, as: .size) == .integer(bytes))
  }

  @Test(
    "Rates are bytes per second, whether written in bytes or bits",
    arguments: [
      ("512 KiB/s", 524_288), ("8 Mbit/s", 1_000_000), ("64 kbit/s", 8000), ("1 Gbit/s", 125_000_000), ("9 bit/s", 1),
    ] as [(String, Int64)])
  func rates(text: String, bytes: Int64) throws {
    #expect(try ScalarReader.read(text, as: .rate) == .integer(bytes))
    #expect(try ScalarReader.read("unlimited", as: .rate) == .text("unlimited"))
  }

  @Test(
    "Lengths of time are nanoseconds",
    arguments: [
      ("30 s", 30_000_000_000), ("1.5 s", 1_500_000_000), ("250 ms", 250_000_000), ("2 min", 120_000_000_000),
      ("1 h", 3_600_000_000_000), ("3 us", 3000), ("7 ns", 7),
    ] as [(String, Int64)])
  func durations(text: String, nanoseconds: Int64) throws {
    #expect(try ScalarReader.read(text, as: .duration) == .integer(nanoseconds))
  }

  @Test("Defaults stand behind groups; a group's choking changes single fields of them")
  func defaults() throws {
    let topology = try topology(
      "defaults: {upload: 64 KiB/s, onComplete: leave, pex: true, "
        + "choking: {slots: 7, optimisticSlots: 2, optimisticChoice: rotation}}",
      "  leecher: {count: 3, choking: {slots: 0, optimisticChoice: longest-waiting}}",
      "  other: {upload: unlimited, onComplete: {seed: 20 s}, pex: false}")
    let groups = topology.groups
    #expect(groups.map(\.upload) == [1 << 20, 65_536, nil])
    #expect(groups.map(\.onComplete) == [.leave, .leave, .seed(for: .seconds(20))])
    #expect(groups.map(\.exchangesPeers) == [true, true, false])
    #expect(groups.map(\.choking.slots) == [7, 0, 7])
    #expect(groups.map(\.choking.optimisticSlots) == [2, 2, 2])
    #expect(groups.map(\.choking.optimisticChoice) == ["rotation", "longest-waiting", "rotation"])
  }

  @Test("Each way to arrive is read")
  func arrivals() throws {
    let topology = try topology(
      "  leecher: {arrive: flashCrowd}", "  b: {arrive: {flashCrowd: {within: 5 s}, from: 1 s}}",
      "  c: {arrive: {poisson: 30 / min}}", "  d: {arrive: {poisson: 0.5/s, from: 10 s}}", "  e: {arrive: {at: 4 s}}",
      "  f: {arrive: {poisson: 6 / 2 min}}")
    #expect(
      topology.groups.dropFirst().map(\.arrival) == [
        .flashCrowd(within: .zero, from: .zero), .flashCrowd(within: .seconds(5), from: .seconds(1)),
        .poisson(meanInterval: .seconds(2), from: .zero), .poisson(meanInterval: .seconds(2), from: .seconds(10)),
        .at(.seconds(4)), .poisson(meanInterval: .seconds(20), from: .zero),
      ])
  }

  @Test("A client given by command is limited by the kernel, unless it is told its rates")
  func commands() throws {
    let topology = try topology(
      #"  leecher: {upload: 64 KiB/s, client: {command: [./mine, "{torrent}", '{"json": 1}'], addresses: private, environment: {A: b, N: 1}}}"#,
      #"  told: {upload: 64 KiB/s, limit: client, client: {command: [./mine, "{torrent}", "{upload}"]}}"#)
    #expect(topology.groups.map(\.limitedBy) == [.client, .kernel, .client])
    let chosen = try #require(topology.groups[1].client.foreign)
    #expect(
      chosen.command(isSeed: true, keeps: [.upload], hasUDPTracker: false) == ["./mine", "{torrent}", #"{"json": 1}"#])
    #expect(chosen.environment == ["A": "b", "N": "1"])
    #expect(chosen.client.usesPrivateAddresses && topology.usesPrivateAddresses)
  }

  @Test("The fast extension is offered unless a group, or the defaults, withhold it")
  func fastExtension() throws {
    let topology = try topology("defaults: {fastExtension: withhold}", "  b: {fastExtension: offer}", "  c: {}")
    #expect(topology.groups.suffix(2).map(\.offersFast) == [true, false])
  }

  @Test("A leecher wants all of the payload unless its group says which share")
  func wants() throws {
    let topology = try topology("  leecher: {wants: 0.25}", "  b: {}")
    #expect(topology.groups.map(\.wants) == [1, 0.25, 1])
  }

  @Test("A dose that is left out is the mildest")
  func doses() throws {
    let topology = try topology(
      "  leecher: {misbehaviour: {name: late-bitfield}}", "  b: {misbehaviour: {name: stop-short, dose: 0.1}}")
    #expect(topology.groups[1].misbehaviour == .init(name: "late-bitfield", dose: 4))
    #expect(topology.groups[2].misbehaviour == .init(name: "stop-short", dose: 0.1))
  }

  @Test("Without a list every check is made that needs no asking, and completion only where the run waits for it")
  func defaultChecks() throws {
    let text = Sample.text.split(separator: "\n").dropLast().joined(separator: "\n")
    #expect(
      Sample.read(text).topology?.checks.map(\.name)
        == ["completion", "integrity", "rate-limit", "upload-slots", "protocol-conformance"])
    #expect(
      Sample.read(Sample.edited(text, "until: {time: 60 s}")).topology?.checks.map(\.name)
        == ["integrity", "rate-limit", "upload-slots", "protocol-conformance"])
  }

  @Test("Pieces that are not said fit the payload")
  func pieceLengths() throws {
    for (size, length) in [("1 B", 16 << 10), ("100 KiB", 64 << 10), ("1 MiB", 256 << 10), ("1024 GiB", 4 << 20)] {
      #expect(try topology("payload: {size: \(size)}").payload.pieceLengthBytes == Int64(length))
    }
  }

  @Test("Room for the capture grows with the swarm where it is not said")
  func captureRoom() throws {
    let topology = try topology("payload: {size: 1 GiB}", "  leecher: {count: 10}")
    #expect(topology.capture.atMostBytes == 20 << 30)
  }

  @Test("x- keys are ignored in every section")
  func extensions() throws {
    _ = try topology(
      "x-note: [anything, {at: all}]", "payload: {size: 1 MiB, x-why: small}", "  x-template: {colour: red}",
      "  leecher: {x-note: hello}")
  }

  @Test("Overrides replace, add and reach into lists, in order")
  func overrides() throws {
    let topology = try topology(set: [
      "peers.leecher.count=16", "speed=5", "speed=10", "peers.leecher.arrive={poisson: 1 / s}",
      "checks.upload-slots.grace=3 s", "tracker.announceInterval=10 s", "peers.late={arrive: {at: 9 s}}",
      "mustDecide=[completion]", "checks.0=integrity", "peers.late.client=native", "mustDecide.0=integrity",
    ])
    #expect((topology.speed, topology.groups[1].count) == (10, 16))
    #expect(topology.groups[1].arrival == .poisson(meanInterval: .seconds(1), from: .zero))
    #expect(topology.checks.map(\.name) == ["integrity", "upload-slots"])
    #expect(topology.checks[1].parameters == ["grace": .integer(3_000_000_000)])
    #expect(topology.tracker.announceInterval == .seconds(10))
    #expect(topology.groups[2].arrival == .at(.seconds(9)))
    #expect(topology.mustDecide == ["integrity"])
  }

  @Test("Peers of a group are numbered to the width of the last, two digits at least")
  func names() throws {
    let groups = try topology("  leecher: {count: 8}", "  many: {count: 120}", "  one: {}").groups
    #expect(groups[1].peerName(2) == "leecher-03")
    #expect(groups[2].peerName(2) == "many-003")
    #expect(groups[3].peerName(0) == "one")
  }

  @Test("All errors of a file are reported at once, in its order")
  func allAtOnce() {
    let lines = Sample.messages(
      """
      name: a b
      sped: 3
      payload: {size: 16}
      peers:
        seed: {upload: 1 MiB}
        leecher: {count: 0, arive: flashCrowd}
      until: {complete: all, within: 0 s}
      checks: [completon]
      """)
    #expect(lines.map { $0.split(separator: ":")[1] } == ["1", "2", "3", "5", "5", "6", "6", "7", "8"])
  }

  @Test("A byte order mark before the text is no part of it, and moves no place")
  func byteOrderMark() {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let good = TopologyReader.read(bytes: mark + Array(Sample.text.utf8), file: "t", checks: TestChecks.all)
    #expect(good.diagnostics.isEmpty)
    #expect(good.topology?.name == "sample")
    let bad = TopologyReader.read(
      bytes: mark + Array("nam: sample\n".utf8), file: "t", checks: TestChecks.all)
    #expect(bad.diagnostics.first?.description.hasPrefix("t:1:1: error: ") == true, "\(bad.diagnostics)")
  }

  @Test("A group may be set whole, and is a new one then")
  func newGroup() {
    let result = Sample.read(Sample.text, set: ["peers.late={count: 2, arrive: {at: 5 s}}", "peers.late.count=4"])
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    #expect(result.topology?.groups.map(\.count) == [1, 3, 4])
  }

  @Test("A tracker is our own, over HTTP, unless the file says otherwise")
  func tracker() throws {
    let plain = try #require(Sample.read(Sample.text).topology).tracker
    #expect(plain == .init(program: .native, transport: .http, announceInterval: .seconds(1800)))
    let both = try #require(Sample.read(Sample.with("tracker: {protocol: both}")).topology).tracker
    #expect(both == .init(program: .native, transport: .both, announceInterval: .seconds(1800)))
    let other = try #require(Sample.read(Sample.with("tracker: {program: opentracker, protocol: udp}")).topology)
    #expect(other.tracker == .init(program: .opentracker, transport: .udp, announceInterval: nil))
  }

  @Test("An announce interval is whole seconds, however it is written", arguments: ["30 s", "1.5 min", "2000 ms"])
  func announceInterval(text: String) {
    let result = Sample.read(Sample.with("tracker: {announceInterval: \(text)}"))
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
  }
}
