import Judging
import Planning
import Staging
import TopologyFile

extension IdealCapture {
  /// Plays a topology on ideal links.
  ///
  /// - Parameters:
  ///   - peers: the groups, a line each, as the topology writes them.
  ///   - change: something that a topology cannot say.
  static func run(
    peers: [String], mebibytes: Int, pieceKibibytes: Int = 256, until: String = "complete: all, within: 900 s",
    randomSeed: UInt64 = 1, fast: Bool = true, change: (inout Plan) -> Void = { _ in }
  ) throws -> Stage {
    let text = """
      name: played
      randomSeed: \(randomSeed)
      speed: 1
      payload: {size: \(mebibytes) MiB, pieceLength: \(pieceKibibytes) KiB}
      peers:
      \(peers.map { "  " + $0 }.joined(separator: "\n"))
      until: {\(until)}

      """
    let read = TopologyReader.read(text: text, file: "played", checks: CheckCatalogue.specs)
    guard let topology = read.topology else { throw NoTopology(errors: read.diagnostics.map(\.description)) }
    var plan = try Planner.plan(topology, randomSeed: randomSeed, speed: 1)
    change(&plan)
    return try run(plan: plan, fast: fast)
  }

  private struct NoTopology: Error { var errors: [String] }
}
