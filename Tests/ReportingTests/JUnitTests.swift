import Foundation
import Judging
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct JUnitTests {
  private func xml(_ verdicts: [Verdict], mustDecide: [String] = []) -> String {
    JUnit.xml([
      JUnit.Suite(
        name: "sample", verdicts: verdicts, mustDecide: mustDecide, milliseconds: 6912, folder: "runs/sample/1")
    ])
  }

  @Test func `A fail is a failure with its evidence, and an undecided verdict is skipped`() {
    let text = xml([
      Sample.verdict("completion", .pass), Sample.verdict("upload-slots", .fail, evidence: [Sample.evidence]),
      Sample.verdict("rate-limit", .undecided, reason: "frames were dropped"),
    ])
    #expect(text.contains(#"tests="3" failures="1" errors="0" skipped="1" time="6.912""#))
    #expect(text.contains("frame 812 (seed, leecher-2): a sixth peer is unchoked"))
    #expect(text.contains(#"<skipped message="frames were dropped"/>"#))
  }

  @Test func `A fail that its client is known for is skipped, with the reason`() {
    let text = xml(
      [Sample.verdict("upload-slots", .fail, subjects: ["seed"], known: Sample.known)], mustDecide: ["upload-slots"])
    #expect(text.contains(#"tests="1" failures="0" errors="0" skipped="1""#))
    #expect(text.contains(#"<skipped message="known deviation: unchokes everybody at first (client.js, line 12); "#))
  }

  @Test func `Two things said of one peer are two cases with names of their own`() {
    var up = Sample.verdict("rate-limit", .pass, subjects: ["seed"])
    var down = up
    up.expected = "upload of at most 1 MiB/s"
    down.expected = "download of at most 2 MiB/s"
    let text = xml([up, down, Sample.verdict("completion", .pass, subjects: ["seed"])])
    #expect(text.contains(#"name="seed: upload of at most 1 MiB/s""#))
    #expect(text.contains(#"name="seed: download of at most 2 MiB/s""#))
    #expect(text.contains(#"name="seed""#))
  }

  @Test func `An undecided check that must be decided is a failure`() {
    let text = xml([Sample.verdict("rate-limit", .undecided)], mustDecide: ["rate-limit"])
    #expect(text.contains(#"failures="1" errors="0" skipped="0""#))
  }

  @Test func `Whatever stands in a verdict, the document is well-formed`() throws {
    var verdict = Sample.verdict("upload-slots", .fail, subjects: ["a<b&\"c\""], evidence: [Sample.evidence])
    verdict.observed = "bell \u{7}, zero \u{0}, ]]> and </failure>\nnext line"
    let parser = XMLParser(data: Data(xml([verdict]).utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }
}
