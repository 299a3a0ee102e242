import Foundation
import Judging
import Recording
import Reporting
import SwarmTime
import Testing

@Suite struct ReportPageTests {
  private func page(_ verdicts: [Verdict]) throws -> String {
    let judgement = Sample.judgement
    return try ReportPage(
      plan: judgement.scene.plan, picture: RunPicture(judgement), verdicts: verdicts,
      facts: [.init("wall time", "6.9 s")],
      isPartial: false
    ).html()
  }

  @Test func `The page needs nothing but itself`() throws {
    let html = try page([Sample.verdict("completion", .pass)])
    let addresses = html.components(separatedBy: "http").dropFirst().map { $0.prefix(30) }
    // The name of the SVG namespace is no address that anything is fetched from.
    #expect(addresses.allSatisfy { $0.hasPrefix("://www.w3.org/2000/svg") })
    for loader in [" src=", "<link", "@import", "url(", "fetch(", "<iframe"] { #expect(!html.contains(loader)) }
  }

  @Test func `What a run says of itself cannot break out of the page`() throws {
    var verdict = Sample.verdict(
      "completion", .fail, subjects: ["<script>alert(1)</script>"], evidence: [Sample.evidence])
    // The sign before the second one is of one character with it.
    verdict.observed = "</table><img>\u{0600}<img>"
    let html = try page([verdict])
    #expect(!html.contains("<script>alert"))
    #expect(!html.contains("<img>"))
    #expect(html.contains("Two peers &amp; a &lt;payload&gt;."))
  }

  @Test func `The data in the page are those of the run`() throws {
    let html = try page([])
    let start = try #require(html.range(of: #"<script type="application/json" id="data">"#))
    let end = try #require(html.range(of: "</script>", range: start.upperBound..<html.endIndex))
    let json = Data(html[start.upperBound..<end.lowerBound].utf8)
    let data = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(data["pieces"] as? Int == 4)
    #expect((data["peers"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["seed", "leecher"])
    let pairs = try #require(data["pairs"] as? [[String: Any]])
    // The seed unchokes the leecher (a slot, since a seed has no other), which gets 16 KiB in its fourth second.
    let given = try #require(pairs.first { $0["a"] as? Int == 0 && $0["b"] as? Int == 1 })
    #expect(given["u"] as? [Double] == [2, 5, 0, -1])
    #expect(given["f"] as? [Int] == [-3, 16])
    let wanted = try #require(pairs.first { $0["a"] as? Int == 1 && $0["b"] as? Int == 0 })
    #expect(wanted["i"] as? [Double] == [1, 6])
  }

  @Test func `A moment of evidence is a button that leads to its peer's timeline`() throws {
    let html = try page([
      Sample.verdict("completion", .pass),
      Sample.verdict("upload-slots", .fail, subjects: ["seed"], evidence: [Sample.evidence, Sample.evidence]),
    ])
    #expect(html.contains(#"data-moment="0""#) && html.contains(#"data-moment="1""#))
    #expect(html.contains(#"<button class="peer" data-peer="0">seed</button>"#))
    #expect(html.contains(#""check":"upload-slots","frame":812,"peers":[0],"status":"fail""#))
  }

  @Test func `Passes that say the same share a row`() throws {
    let html = try page(["a", "b", "c"].map { Sample.verdict("upload-slots", .pass, subjects: [$0]) })
    #expect(html.components(separatedBy: "<tr class=\"pass\">").count == 4)
    var alike = ["a", "b", "c"].map { Sample.verdict("upload-slots", .pass, subjects: [$0]) }
    for index in alike.indices { alike[index].observed = "at most 5 slots" }
    #expect(try page(alike).components(separatedBy: "<tr class=\"pass\">").count == 2)
  }

  @Test func `The picture is drawn from the scene that was judged`() {
    let picture = RunPicture(Sample.judgement)
    #expect(picture.peers.map(\.payloadSent) == [16384, 0])
    #expect(picture.peers.map(\.payloadReceived) == [0, 16384])
    #expect(picture.peers[0].sent.reduce(0, +) == 16397)
    #expect(picture.peers[1].held.last?.at == .seconds(3.1))
    #expect(picture.peers[1].held.last?.pieces == 1)
    #expect(picture.peers[0].completed == .seconds(0.7))
    #expect(picture.end == .seconds(8))
    #expect(picture.events.map(\.text) == ["leecher joins", "the run ends: deadline"])
  }

  @Test func `A change of rates tells those that changed`() {
    let scene = Sample.judgement.scene
    let changes = [
      RecordEntry(at: .seconds(4), event: .rateChanged(peer: "seed", upload: nil, download: 500)),
      RecordEntry(at: .seconds(5), event: .rateChanged(peer: "seed", upload: 700, download: 900)),
    ]
    let judgement = Judge.judge(plan: scene.plan, record: scene.record + changes, trace: scene.trace)
    let texts = RunPicture(judgement).events.map(\.text)
    #expect(texts.contains("seed is limited to 500 B/s down"))
    #expect(texts.contains("seed is limited to 700 B/s up, 900 B/s down"))
  }
}
