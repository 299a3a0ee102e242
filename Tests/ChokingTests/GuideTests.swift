import Choking
import Foundation
import Testing

/// The guide to choking algorithms: what it shows compiles and works, and it names all there are.
@Suite struct GuideTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func guide() throws -> String { try text("Harness/swarmlab/swarmlab.docc/Choking.md") }

  @Test func theExampleIsTheFileThatThisTestIsCompiledWith() throws {
    let example = try Self.text("Tests/ChokingTests/FewestPieces.swift")
    let indented = example.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
    #expect(try Self.guide().contains(indented))
  }

  @Test func theExampleServesWhoHasFewestPieces() {
    let peers = [7, 1, 4, 9].map { pieces in Snapshot.waits().with { $0.pieces = pieces } }
    let algorithm = FewestPieces(slots: 2)
    #expect(decide(algorithm, peers).regular == [1, 2])
    #expect(decide(algorithm, [.holds(), .waits()], round: nil).regular == [0])
    #expect(ChokingSpec.fewestPieces.parameters == [.slots])
  }

  @Test func theTableHasEveryAlgorithmWithItsRuleAndSettings() throws {
    let rows = try Self.guide().split(separator: "\n").filter { $0.hasPrefix("| `") }
    for spec in ChokingCatalogue.all {
      let row = try #require(rows.first { $0.hasPrefix("| `\(spec.name)` |") })
      #expect(row.contains("| \(spec.summary) |"))
      for parameter in ChokingSpec.Parameter.allCases {
        #expect(row.contains("`\(parameter.rawValue)`") == spec.parameters.contains(parameter))
      }
    }
  }
}
