import Foundation
import Judging
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
    verdict.observed = "</table><img>"
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
    #expect((data["unchoked"] as? [[String: Any]])?.contains { $0["spans"] as? [Double] == [2, 5] } == true)
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
}
