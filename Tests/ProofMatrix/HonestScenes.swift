import Foundation
import Judging
import TopologyFile

/// Swarms of peers that keep the rules, which must fail nothing: every scene, and every topology that ships.
package struct HonestScene: Sendable {
  package var name: String
  package var mustDecide: [String]
  private let text: String

  package init(_ scene: ProofScene) {
    (name, mustDecide, text) = (scene.name, scene.mustDecide, scene.text(checks: Trial.checks))
  }

  /// - Throws: `TrialError` for a topology that is none.
  package init(topology path: String) throws {
    text = try String(contentsOfFile: path, encoding: .utf8)
    let read = TopologyReader.read(text: text, file: path, checks: CheckCatalogue.specs)
    guard let topology = read.topology else {
      throw TrialError(reason: read.diagnostics.map(\.description).joined(separator: "\n"))
    }
    (name, mustDecide) = (topology.name, topology.mustDecide)
  }

  package func trial(randomSeed: UInt64) -> Trial { Trial(honest: text, name: name, randomSeed: randomSeed) }

  /// Topologies that ship and can be played on ideal links, by name.
  package static func shipped(in folder: String) throws -> [HonestScene] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swarm.yaml") }.sorted()
      .map { folder + "/" + $0 }
      // On ideal links there are none but our own peers, and nothing goes wrong.
      .filter { path in
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return !text.contains("client: ") && !text.contains("\nfaults:")
      }
      .map { try HonestScene(topology: $0) }
  }
}
