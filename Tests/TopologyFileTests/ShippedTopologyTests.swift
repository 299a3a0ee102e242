import Foundation
import Judging
import Testing
import TopologyFile

/// The topologies that ship.
@Suite struct ShippedTopologyTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Topologies").resolvingSymlinksInPath()

  /// In `Topologies/` and the folders in it.
  static let files = (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? [])
    .filter { $0.hasSuffix(".swarm.yaml") }.sorted()

  @Test(
    "Every topology that ships is valid, says what it shows, what must be decided and how long it may take",
    arguments: files)
  func isValid(file: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
    let result = TopologyReader.read(
      text: text, file: Self.folder.appending(path: file).path, checks: CheckCatalogue.specs,
      clients: ShippedClients.shelf)
    #expect(result.diagnostics.map(\.description) == [])
    let topology = try #require(result.topology)
    #expect(topology.name + ".swarm.yaml" == file.split(separator: "/").last.map(String.init))
    #expect(!topology.description.isEmpty && !topology.mustDecide.isEmpty && topology.wallBudget != nil)
    let above = String(repeating: "../", count: file.split(separator: "/").count - 1)
    let schema = (above.isEmpty ? "./" : above) + "swarm.schema.json"
    #expect(text.hasPrefix("# yaml-language-server: $schema=\(schema)\n"))
  }

  @Test("The first four are there")
  func areThere() {
    for name in ["asymmetric-links", "first-swarm", "flash-crowd", "slow-seed"] {
      #expect(Self.files.contains("\(name).swarm.yaml"))
    }
  }

  @Test("The JSON Schema beside them is the one that the schema table and the catalogue of checks give")
  func schemaIsCurrent() throws {
    func schema(_ data: Data) throws -> NSDictionary {
      try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]) as NSDictionary
    }
    let shipped = try schema(try Data(contentsOf: Self.folder.appending(path: "swarm.schema.json")))
    #expect(shipped == (try schema(Data(TopologySchema.json(checks: CheckCatalogue.specs).utf8))))
  }
}
