import Foundation
import Reporting
import SwarmTime
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct DrawingTests {
  private func svg(_ kind: Drawing.Kind, of peer: String, from: Double? = nil, to: Double? = nil) throws -> String {
    let judgement = Sample.judgement
    let drawing = try #require(
      Drawing(
        judgement, picture: RunPicture(judgement), peer: peer, from: from.map { .seconds($0) },
        to: to.map { .seconds($0) }))
    return drawing.svg(kind)
  }

  @Test("Each kind of picture is a well-formed SVG that needs nothing but itself", arguments: Drawing.Kind.allCases)
  func wellFormed(_ kind: Drawing.Kind) throws {
    let svg = try svg(kind, of: "seed")
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    for loader in ["href", "url(", "@import", "<script"] { #expect(!svg.contains(loader)) }
    #expect(svg.contains("<title>"))
    #expect(svg.utf8.count < 8000)
  }

  @Test func `The timeline shows who is unchoked and interested in the stretch`() throws {
    let whole = try svg(.chokes, of: "seed")
    #expect(whole.contains(#"<rect class="slot""#) && whole.contains(#"<rect class="want""#))
    let late = try svg(.chokes, of: "seed", from: 5.5, to: 8)
    #expect(!late.contains(#"<rect class="slot" x="110""#))
    #expect(late.contains(">leecher<"))
  }

  @Test func `A peer that is not there, or no stretch at all, is not drawn`() {
    let judgement = Sample.judgement
    let picture = RunPicture(judgement)
    #expect(Drawing(judgement, picture: picture, peer: "nobody", from: nil, to: nil) == nil)
    #expect(Drawing(judgement, picture: picture, peer: "seed", from: .seconds(5), to: .seconds(5)) == nil)
  }
}
