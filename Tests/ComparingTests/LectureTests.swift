import Comparing
import Foundation
import Planning
import Reporting
import Staging
import Testing

@Suite struct LectureTests {
  private static func result(
    _ system: LectureResult.System, _ peers: Int, seed: UInt64 = 1, seconds: Double?, bound: Double,
    undecided: [String] = []
  ) -> LectureResult {
    LectureResult(
      system: system, peers: peers, randomSeed: seed, makespan: seconds.map { Int64($0 * 1e9) },
      bound: Int64(bound * 1e9), failed: [], undecided: undecided)
  }

  private static let figure = LectureFigure(
    curve: DistributionCurve(payloadBytes: 13_107_200, seedUpload: 1_310_720, upload: 131_072, download: nil),
    pieces: 200, speed: 5,
    results: [
      result(.clientServer, 10, seed: 1, seconds: 101, bound: 100),
      result(.clientServer, 10, seed: 2, seconds: 102, bound: 100),
      result(.clientServer, 10, seed: 3, seconds: 103, bound: 100),
      result(.peerToPeer, 10, seconds: 60, bound: 50),
      // Of no use: the machine did not keep up, and nobody completed.
      result(.peerToPeer, 10, seed: 2, seconds: 99, bound: 50, undecided: ["rate-limit"]),
      result(.peerToPeer, 10, seed: 3, seconds: nil, bound: 50),
    ])

  @Test("Points are means of the runs that show something, with Student's interval")
  func points() throws {
    let rows = Self.figure.rows
    #expect(rows.map(\.runs) == [3, 1])
    #expect(rows[0].makespans.mean == 102)
    let interval = try #require(rows[0].makespans.interval)
    // s = 1, t = 4.303: half of it is 4.303 / sqrt 3.
    #expect(abs(interval.upperBound - 102 - 2.4843) < 1e-3)
    #expect(abs(rows[1].efficiency.mean - 50.0 / 60) < 1e-12 && rows[1].efficiency.interval == nil)
  }

  @Test("Both bounds are lines, and F / u is marked where it is in the picture")
  func lines() {
    let plot = Self.figure.times
    #expect(plot.series.map { $0.line.last?.y } == [100, 50])
    #expect(plot.series.map(\.marks.count) == [1, 1])
    #expect(plot.levels.map(\.y) == [100])
  }

  @Test("The table has a row for each N, and a result survives its line")
  func table() throws {
    #expect(Self.figure.table.last == "| 10 | 100.000 | 102.0 ± 2.5 | 0.980 | 50.000 | 60.0 | 0.833 |")
    let result = Self.result(.peerToPeer, 3, seconds: nil, bound: 7, undecided: ["x"])
    #expect(LectureResult(line: result.line) == result)
    #expect(LectureResult(line: String(result.line.dropLast(3))) == nil)
    let json = try JSONSerialization.jsonObject(with: Data(Self.figure.json.utf8)) as? [String: Any]
    #expect((json?["points"] as? [Any])?.count == 2)
  }

  @Test("A run in which not all completed counts as a bound, and is not made again until it comes out well")
  func unfinished() throws {
    let path = NSTemporaryDirectory() + "/swarmlab-lecture-\(UUID().uuidString.prefix(8)).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let cut = LectureResult(
      system: .peerToPeer, peers: 10, randomSeed: 2, makespan: nil, seen: 100_000_000_000, bound: 50_000_000_000,
      plan: "p", failed: ["survivors"], undecided: [])
    try LectureBook(path: path).add(cut)
    let book = try LectureBook(path: path)
    #expect(book.results == [cut] && book.has(.peerToPeer, 10, 2, plan: "p"))
    let figure = LectureFigure(
      curve: Self.figure.curve, pieces: 200, speed: 5,
      results: [Self.result(.peerToPeer, 10, seconds: 60, bound: 50), cut])
    let row = try #require(figure.rows.first)
    #expect(row.runs == 2 && row.unfinished == 1)
    #expect(row.makespans.mean == 80 && row.makespans.interval == nil)
    #expect(figure.table.last == "| 10 |  |  |  | 50.000 | ≥ 80.0 | ≤ 0.667 |")
    #expect(figure.times.series.flatMap(\.marks).map(\.truth) == [.above])
    #expect(figure.efficiencies.series.flatMap(\.marks).map(\.truth) == [.below])
    #expect(figure.page.html.contains("a bound: the truth lies below"))
    #expect(Self.figure.times.series.flatMap(\.marks).allSatisfy { $0.truth == nil })
    #expect(figure.unfinished.count == 1 && figure.page.html.contains("in 1 of 2 runs not all completed"))
  }

  @Test("Lines are added to those that are there: of somebody else at work, and behind one that was broken off")
  func appending() throws {
    let path = NSTemporaryDirectory() + "/swarmlab-lecture-\(UUID().uuidString.prefix(8)).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let results = (1...4).map { Self.result(.peerToPeer, 10, seed: UInt64($0), seconds: 60, bound: 50) }
    let (one, other) = (try LectureBook(path: path), try LectureBook(path: path))
    try one.add(results[0])
    try other.add(results[1])
    try one.add(results[2])
    try Files.write(try Files.read(path) + String(results[0].line.dropLast(9)), to: path)
    try other.add(results[3])
    #expect(try LectureBook(path: path).results == results)
  }

  @Test("A run of another topology or speed is not taken for one that is there, and takes its place when it is made")
  func digests() throws {
    let path = NSTemporaryDirectory() + "/swarmlab-lecture-\(UUID().uuidString.prefix(8)).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var plan = Stage(leechers: 2).plan
    let digest = RunResult.digest(of: plan.yaml)
    plan.speed = 20
    let faster = RunResult.digest(of: plan.yaml)
    #expect(faster != digest)
    var result = Self.result(.peerToPeer, 10, seconds: 60, bound: 50)
    result.plan = digest
    try LectureBook(path: path).add(result)
    let book = try LectureBook(path: path)
    #expect(book.results == [result])
    #expect(book.has(.peerToPeer, 10, 1, plan: digest) && !book.has(.peerToPeer, 10, 1, plan: faster))
    #expect(!book.has(.clientServer, 10, 1, plan: digest) && !book.has(.peerToPeer, 10, 2, plan: digest))
    // What came of it says nothing, or not of which plan it is: in a file from before that was kept.
    for (kept, undecided) in [(faster, ["rate-limit"]), (nil, [])] as [(String?, [String])] {
      (result.plan, result.undecided) = (kept, undecided)
      try book.add(result)
      #expect(book.results == [result])
      #expect(!book.has(.peerToPeer, 10, 1, plan: digest) && !book.has(.peerToPeer, 10, 1, plan: faster))
    }
  }

  @Test("One piece and one run are told in the singular")
  func single() {
    let figure = LectureFigure(
      curve: Self.figure.curve, pieces: 1, speed: 5,
      results: [
        Self.result(.clientServer, 10, seconds: 101, bound: 100), Self.result(.peerToPeer, 10, seconds: 60, bound: 50),
      ])
    #expect(figure.page.html.contains(" in 1 piece;") && figure.page.html.contains("the mean of up to 1 run, "))
  }

  @Test("The page gives the rates exactly, scales its plots to any width and scrolls its table")
  func page() {
    let html = Self.figure.page.html
    #expect(html.contains("; u_s = 1280 KiB/s, u = 128 KiB/s, d_min unlimited. "))
    #expect(html.components(separatedBy: "<figure class=\"plot wide\">").count - 1 == 2)
    #expect(html.components(separatedBy: "<figure class=\"plot narrow\"><svg").count - 1 == 2)
    #expect(html.contains(".plot svg { display: block; width: 100%; max-width: 900px; height: auto; }"))
    #expect(html.contains("<div class=\"scroll\"><table"))
    // Light and dark are of the page and of each drawing in it.
    #expect(html.components(separatedBy: "(prefers-color-scheme: dark)").count - 1 == 1)
    #expect(html.components(separatedBy: "(prefers-color-scheme:dark)").count - 1 == 4)
  }
}
