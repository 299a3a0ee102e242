import Foundation
import ProofMatrix
import Testing

/// The documentation shows checks by a timeline that passes each and one that fails it.
@Suite struct PictureTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Harness/swarmlab/swarmlab.docc").standardized

  private static func pictures() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".svg") }.sorted()
  }

  @Test("Every picture stands alone, is small, and is shown", arguments: try pictures())
  func isShown(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: "Checks.md"), encoding: .utf8)
    #expect(text.contains("](\(name))"), "Checks.md does not show it")
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
