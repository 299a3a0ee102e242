import Foundation
import ProofMatrix
import Testing

/// The documentation's pictures; checks are shown by a timeline that passes each and one that fails it.
@Suite struct PictureTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Harness/swarmlab/swarmlab.docc").standardized

  private static func pictures() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".svg") }.sorted()
  }

  @Test("Every picture stands alone, is small, and is shown", arguments: try pictures())
  func isShown(_ name: String) throws {
    let pages = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".md") }
    let showing = try pages.filter { page in
      try String(contentsOf: Self.folder.appending(path: page), encoding: .utf8).contains("](\(name))")
    }
    #expect(showing.count == 1, "shown by \(showing)")
    let svg = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    #expect(svg.hasPrefix("<svg") && svg.utf8.count < 48_000)
    for loader in ["href", "url(", "@import", "<script"] { #expect(!svg.contains(loader)) }
  }

  @Test("A check that passes in one picture fails in another of the same scene", arguments: CheckPicture.all)
  func comesInTwo(_ picture: CheckPicture) throws {
    let names = try Self.pictures().filter { $0.hasPrefix(picture.check + "-") }
    #expect(names.isEmpty || names == ["\(picture.check)-fail.svg", "\(picture.check)-pass.svg"])
    #expect(picture.failing(randomSeed: 1) != nil && picture.honest(randomSeed: 1) != nil)
  }
}
