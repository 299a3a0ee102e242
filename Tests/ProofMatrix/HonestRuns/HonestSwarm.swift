import Foundation
import Subprocess
import SystemPackage

/// Makes honest runs with the built `swarmlab`.
package struct HonestSwarm: Sendable {
  private let program: String
  private let topologies: String
  private let folder: String
  private let kept: String
  private let commit: String

  /// - Parameters:
  ///   - program: path of `swarmlab`, with `swarm-peer` and `swarm-tracker` beside it.
  ///   - topologies: the folder that they ship in.
  ///   - folder: where swarms are run.
  ///   - kept: where run folders go of which a check failed or was undecided. The others are taken away.
  ///   - commit: what is run, for the log.
  package init(program: String, topologies: String, folder: String, kept: String, commit: String) {
    (self.program, self.topologies, self.folder) = (program, topologies, folder)
    (self.kept, self.commit) = (kept, commit)
  }

  package func make(_ run: HonestRun) async throws -> HonestResult {
    let name = "\(run.topology)-\(run.speed)-\(run.randomSeed)"
    let began = ContinuousClock.now
    // The shell knows what all that it has waited for took of the processors: `times` of POSIX.
    let ended = try await Subprocess.run(
      .path("/bin/sh"),
      arguments: [
        "-c", #""$@"; status=$?; times >&2; exit $status"#, "sh", program, "run",
        "\(topologies)/\(run.topology).swarm.yaml", "--output", "\(folder)/\(name)",
        "--speed", "\(run.speed)", "--seed", "\(run.randomSeed)",
      ], environment: RealSwarms.environment, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let wall = began.duration(to: .now) / .seconds(1)
    guard case .exited(let status) = ended.terminationStatus, (0...2).contains(status) else {
      throw TrialError(
        reason: "\(run.topology) at speed \(run.speed) with random seed \(run.randomSeed): swarmlab ended with "
          + "\(ended.terminationStatus): \(ended.standardError.suffix(400))")
    }
    let said = ended.standardOutput.split(separator: "\n").map(String.init)
    if let last = said.last { try put(away: last, as: name, isWanted: status != 0) }
    return HonestResult(
      run: run, status: Int(status), undecided: Self.checks("undecided", in: said),
      failed: Self.checks("FAIL", in: said), commit: commit,
      isLate: ended.standardOutput.contains("the machine did not keep up"),
      processors: Self.seconds(in: ended.standardError) / max(wall, 0.001))
  }

  private func put(away run: String, as name: String, isWanted: Bool) throws {
    let files = FileManager.default
    if isWanted {
      try files.createDirectory(atPath: kept, withIntermediateDirectories: true)
      try? files.removeItem(atPath: "\(kept)/\(name)")
      try files.moveItem(atPath: run, toPath: "\(kept)/\(name)")
    }
    try? files.removeItem(atPath: "\(folder)/\(name)")
  }

  /// Names of checks in lines such as `  undecided  fairness  …`.
  package static func checks(_ state: String, in lines: [String]) -> [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard line.hasPrefix("  "), words.count > 1, words[0] == state else { return nil }
      return Trial.checks.first { $0 == words[1] }
    }
  }

  /// User and system time of the children: the last line of two, `0m1.50s 0m0.25s`.
  package static func seconds(in text: String) -> Double {
    guard let last = text.split(separator: "\n").last else { return 0 }
    return last.split(separator: " ").reduce(0) { sum, word in
      let parts = word.dropLast().split(separator: "m").compactMap { Double($0) }
      return parts.count == 2 ? sum + 60 * parts[0] + parts[1] : sum
    }
  }
}
