import Foundation
import Planning
import ProofMatrix
import Testing

/// `./Harness/bench addresses` makes the runs; here is what is told of them.
@Suite struct AddressTests {
  private static let heading = "kind,from,to,start,end,startFrame,endFrame,censored,slot,sure,why\n"
  private static let leechers: Set = ["leecher-01", "leecher-02", "leecher-03", "leecher-04"]

  /// A change at that moment; nil for `payload` where none came. A connection was there a second before it.
  private static func verdict(_ peer: String, at: Int64, payload: Int64?, _ amounts: String) -> String {
    let first =
      payload.map {
        ",{\"t\":\($0 - 1_000_000_000),\"frame\":6,\"peers\":[],\"text\":\"its first connection at 127.64.1.2\"}"
          + ",{\"t\":\($0),\"frame\":7,\"peers\":[],\"text\":\"its first payload at 127.64.1.2\"}"
      } ?? ""
    return
      "{\"check\":\"address-change\",\"subjects\":[\"\(peer)\"],\"reason\":null,\"observed\":\"payload; \(amounts)\","
      + "\"evidence\":[{\"t\":\(at),\"frame\":null,\"peers\":[],\"text\":\"\(peer) goes from 127.64.1.1 to 127.64.1.2\"}\(first)]}"
  }

  private static func file(_ verdicts: String...) -> String {
    let other = "{\"check\":\"completion\",\"subjects\":[],\"reason\":null,\"observed\":\"all\",\"evidence\":[]}"
    return "{\"schema\":1,\"verdicts\":[\(([other] + verdicts).joined(separator: ","))]}"
  }

  /// The tracker heard of leecher-01 first at 1 s, from others twice after its change, and from it anew at 42 s; the last
  /// line is cut short.
  private static let announces = (
    [(1, 1), (30, 2), (41, 3), (41, 2), (42, 1), (43, 2)].map { second, peer in
      let place = peer == 1 && second > 40 ? "127.64.1.2" : "127.64.\(peer).1"
      return "{\"t\":\(second)000000000,\"address\":\"\(place):7000\",\"peerID\":\"-\(peer)\",\"given\":12}\n"
    }.joined() + "{\"t\":44", interval: 30.0
  )

  /// leecher-01 moves at 40 s, is interested anew at 41 s, and leecher-02 has been so all along; leecher-03 unchokes both.
  private static func intervals(moved: Int, stayed: Int) -> String {
    heading + """
      interest,leecher-01,leecher-03,0.5,40.0,0,0,0,,,
      interest,leecher-02,leecher-03,0.5,99.0,0,0,0,,,
      interest,leecher-01,leecher-03,41.0,99.0,0,0,0,,,
      unchoke,leecher-03,leecher-02,\(40 + stayed).0,99.0,0,0,0,,,
      unchoke,leecher-03,leecher-01,\(41 + moved).0,99.0,0,0,0,,,

      """
  }

  private static func run(
    _ client: String = "native", moved: Int, stayed: Int,
    _ verdict: String = AddressTests.verdict(
      "leecher-01", at: 40_000_000_000, payload: 42_500_000_000,
      "12 attempts on the dead address, 592 KiB fetched again")
  ) throws -> AddressRun {
    try AddressRun(
      client: client, leechers: leechers, verdicts: file(verdict), intervals: intervals(moved: moved, stayed: stayed),
      announces: announces)
  }

  @Test("Who moved waits from its new interest on, who stayed from the change on, and half a minute at most counts")
  func waits() throws {
    let run = try Self.run(moved: 15, stayed: 10)
    #expect(run.moved == [15] && run.stayed == [10])
    #expect(run.changes.map(\.wait) == [2.5] && run.changes.map(\.attempts) == [12])
    #expect(run.changes.map(\.connection) == [1.5] && run.changes.map(\.staleAnswers) == [2])
    #expect(run.changes.map(\.fetchedAgain) == [592 * 1024])
    let long = try Self.run(moved: 50, stayed: 45)
    #expect(long.moved == [30] && long.stayed == [30])
  }

  @Test("Who was unchoked at that moment, or wanted nothing, waits for nobody; who has moved serves nobody")
  func leftOut() throws {
    let rows = """
      interest,leecher-01,leecher-02,41.0,99.0,0,0,0,,,
      interest,leecher-02,leecher-01,0.5,99.0,0,0,0,,,
      interest,leecher-02,leecher-03,0.5,99.0,0,0,0,,,
      unchoke,leecher-03,leecher-02,30.0,50.0,0,0,0,,,
      interest,leecher-04,leecher-03,0.5,39.0,0,0,0,,,
      interest,leecher-04,seed,0.5,99.0,0,0,0,,,
      unchoke,seed,leecher-04,45.0,99.0,0,0,0,,,

      """
    let verdict = Self.verdict(
      "leecher-01", at: 40_000_000_000, payload: nil, "0 attempts on the dead address, 0 B fetched again")
    let run = try AddressRun(
      client: "native", leechers: Self.leechers, verdicts: Self.file(verdict), intervals: Self.heading + rows,
      announces: Self.announces)
    // Nobody unchokes leecher-01 at all, which wanted something of leecher-02.
    #expect(run.moved == [30] && run.stayed.isEmpty)
    #expect(run.changes.map(\.wait) == [nil] && run.changes.map(\.fetchedAgain) == [0])
  }

  @Test("Changes of one moment are one, however a few hundredths lie between them")
  func together() throws {
    let amounts = "1 attempt on the dead address, 1.5 MiB fetched again"
    let verdicts = Self.file(
      Self.verdict("leecher-01", at: 40_000_000_000, payload: 41_000_000_000, amounts),
      Self.verdict("leecher-04", at: 40_030_000_000, payload: 43_000_000_000, amounts))
    let rows = Self.intervals(moved: 15, stayed: 10) + "interest,leecher-04,leecher-03,42.0,99.0,0,0,0,,,\n"
    let run = try AddressRun(
      client: "native", leechers: Self.leechers, verdicts: verdicts, intervals: rows, announces: Self.announces)
    #expect(run.moved == [15, 30] && run.stayed == [10])
    #expect(run.changes.map(\.fetchedAgain) == [1_572_864, 1_572_864] && run.changes.map(\.attempts) == [1, 1])
  }

  @Test("Two tables: what changes came to, and the difference of the waits with its interval by Student's t")
  func tables() throws {
    let never = Self.verdict(
      "leecher-01", at: 40_000_000_000, payload: nil, "3 attempts on the dead address, 700 B fetched again")
    let runs = [
      try Self.run(moved: 15, stayed: 10), try Self.run("libtorrent", moved: 20, stayed: 10),
      try Self.run(moved: 12, stayed: 9, never), try Self.run("aria2", moved: 20, stayed: 10, never),
    ]
    #expect(
      AddressTable(runs).markdown == """
        | client | changes | seconds to a connection from the new address | to payload | attempts on the dead one | \
        KiB fetched again | answers that still named it | never |
        |---|---|---|---|---|---|---|---|
        | native | 2 | 1.5 (1.5 to 1.5) | 2.5 (2.5 to 2.5) | 12.0 | 592 (592 to 592) | 2 (2 to 2) | 1 |
        | libtorrent | 1 | 1.5 (1.5 to 1.5) | 2.5 (2.5 to 2.5) | 12.0 | 592 (592 to 592) | 2 (2 to 2) | 0 |
        | aria2 | 1 | none | | | | | 1 |

        | client | runs | moved waits, s | stayed waits, s | difference |
        |---|---|---|---|---|
        | native | 2 | 13.5 | 9.5 | +4.0 (-8.7 to +16.7) |
        | libtorrent | 1 | | | too few |
        | aria2 | 1 | | | too few |
        """)
  }

  @Test("A run in which nobody was judged says why; a verdict that reads otherwise is refused, and not passed over")
  func troubles() throws {
    let undecided =
      "{\"check\":\"address-change\",\"subjects\":[],\"reason\":\"the machine did not keep up\",\"observed\":\"\",\"evidence\":[]}"
    let run = try AddressRun(
      client: "native", leechers: Self.leechers, verdicts: Self.file(undecided), intervals: Self.heading,
      announces: Self.announces)
    #expect(run.changes.isEmpty && run.troubles == ["the machine did not keep up"])
    let other = Self.verdict("leecher-01", at: 1, payload: nil, "12 attempts, 592 KiB again")
    let error = #expect(throws: TrialError.self) { try Self.run(moved: 1, stayed: 1, other) }
    #expect(error?.reason.contains("expected … attempts on the dead address, … fetched again") == true)
  }

  @Test("A run folder tells which client its leechers are; what is missing in it is named")
  func folder() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("addresses-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let topology = """
      name: addresses
      payload: {size: 1 MiB, pieceLength: 64 KiB}
      peers:
        seed: {role: seed}
        leecher: {count: 4}
      until: {complete: all, within: 60 s}
      """
    let plan = try Trial(honest: topology, name: "addresses", randomSeed: 1).plan()
    try plan.yaml.write(toFile: folder + "/plan.yaml", atomically: true, encoding: .utf8)
    try Self.intervals(moved: 15, stayed: 10).write(
      toFile: folder + "/intervals.csv", atomically: true, encoding: .utf8)
    let error = #expect(throws: TrialError.self) { try AddressRun(folder: folder) }
    #expect(error?.reason.contains("holds no verdicts.json; expected a folder that `swarmlab run` has written") == true)
    let verdict = Self.verdict(
      "leecher-01", at: 40_000_000_000, payload: 42_500_000_000,
      "12 attempts on the dead address, 592 KiB fetched again")
    try Self.file(verdict).write(toFile: folder + "/verdicts.json", atomically: true, encoding: .utf8)
    try FileManager.default.createDirectory(atPath: folder + "/tracker", withIntermediateDirectories: false)
    try Self.announces.0.write(toFile: folder + "/tracker/events.jsonl", atomically: true, encoding: .utf8)
    #expect(try AddressRun(folder: folder) == Self.run(moved: 15, stayed: 10))
  }
}
