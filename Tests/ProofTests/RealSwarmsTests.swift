import Foundation
import Judging
import ProofMatrix
import Testing

/// What is made of the runs of `swarmlab`, by a stand-in that hands out what was written for it, run after run.
@Suite struct RealSwarmsTests {
  private struct Content: Encodable { var verdicts: [Finding] }

  /// All six checks of faults come to this.
  private static func content(_ status: Verdict.Status, reason: String? = nil) throws -> Data {
    let findings = FaultCase.checks.map { check in
      Finding(
        Verdict(
          check: check, kind: .invariant, status: status, scope: .swarm, subjects: [], parameters: [:], expected: "",
          observed: "", power: .init(n: 1, needed: 1), reason: reason))
    }
    return try JSONEncoder().encode(Content(verdicts: findings))
  }

  private static let program = """
    #!/bin/sh
    here=$(dirname "$0")
    n=$(cat "$here/n")
    echo $((n + 1)) >"$here/n"
    mkdir -p "$4/$n"
    cp "$here/$n.json" "$4/$n/verdicts.json"
    echo "$4/$n"
    """

  @Test(
    "A run that a busy machine left undecided is made again, so often at most; one that does as expected leaves nothing",
    arguments: [1, 3])
  func attempts(_ attempts: Int) async throws {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appending(path: "real-swarms-\(UUID().uuidString)").path
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: folder) }
    func write(_ data: Data, _ name: String) throws { try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    try write(Data(Self.program.utf8), "swarmlab")
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/swarmlab")
    try write(Data("0\n".utf8), "n")
    try write(Self.content(.undecided, reason: "the machine did not keep up"), "0.json")
    try write(Self.content(.pass), "1.json")
    try write(Self.content(.fail), "2.json")

    let honest = try #require(FaultCase.all.first)
    let swarms = try RealSwarms(program: "\(folder)/swarmlab", folder: folder)
    let (result, run) = try await swarms.run(
      honest.trial(randomSeed: 1), attempts: attempts, against: { honest.complaints($0) })
    #expect(honest.complaints(result).isEmpty == (attempts > 1))
    #expect(run == "\(folder)/runs/\(attempts > 1 ? 1 : 0)")
    // What is to be looked at is there still.
    let left = try files.contentsOfDirectory(atPath: "\(folder)/runs")
    #expect(left.isEmpty == (attempts > 1))
  }
}
