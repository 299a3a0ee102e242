import Comparing
import Foundation
import Judging
import Planning
import Subprocess
import SystemPackage

/// Trials with real processes: each is a topology that the built `swarmlab` runs, and whose `verdicts.json` is read.
package struct RealSwarms: Sendable {
  /// On GitHub's machines annotations would follow the run's folder, which is to be the last line.
  static let environment: Environment = .inherit.updating(["GITHUB_ACTIONS": nil])

  private let program: String
  private let folder: String

  /// - Parameters:
  ///   - program: path of `swarmlab`, with `swarm-peer` and `swarm-tracker` beside it.
  ///   - folder: where topologies and runs go. A run that does as expected is taken away again.
  package init(program: String, folder: String) throws {
    (self.program, self.folder) = (program, folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Swarm milliseconds that the lab's timer was late by at worst in a run, rounded up, and frames that its capture dropped,
  /// as its `run.json` says.
  package func fidelity(of run: String) throws -> (lateness: Int?, dropped: Int?) {
    struct Content: Decodable {
      struct Fidelity: Decodable { var worstLatenessNanoseconds: Int64?, droppedFrames: Int? }
      var fidelity: Fidelity
      var speed: Double
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: run + "/run.json"))
    let content = try JSONDecoder().decode(Content.self, from: data)
    let fidelity = content.fidelity
    let lateness = fidelity.worstLatenessNanoseconds.map { Int((Double($0) * content.speed / 1e6).rounded(.up)) }
    return (lateness, fidelity.droppedFrames)
  }

  /// What came of it, and where its run folder lies.
  package func run(_ trial: Trial) async throws -> (result: TrialResult, folder: String) {
    // Others of the same scene may run at once.
    let file = folder + "/\(trial.scene)-\(trial.fingerprint).swarm.yaml"
    try trial.text.write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let ended = try await Subprocess.run(
      .path(FilePath(program)),
      arguments: ["run", file, "--output", folder + "/runs", "--seed", "\(trial.randomSeed)"],
      environment: Self.environment,
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let said = ended.standardOutput
    guard case .exited(0...2) = ended.terminationStatus, let last = said.split(separator: "\n").last
    else {
      let words = "\(said.suffix(400))\n\(ended.standardError.suffix(400))"
      throw TrialError(reason: "swarmlab ended with \(ended.terminationStatus): \(words)")
    }
    return (TrialResult(trial, plan: try trial.plan(), findings: try Self.findings(in: String(last))), String(last))
  }

  /// Runs it, and again where something stands against its expectation and a busy machine left something undecided. A run
  /// that does as expected is taken away.
  ///
  /// - Parameters:
  ///   - attempts: so many runs at most.
  ///   - complaints: what stands against its expectation.
  package func run(
    _ trial: Trial, attempts: Int, against complaints: @Sendable (TrialResult) -> [String]
  ) async throws -> (result: TrialResult, folder: String) {
    var (result, last) = try await run(trial)
    for _ in 1..<max(1, attempts) where !complaints(result).isEmpty && result.isShortOfTime {
      remove(last)
      (result, last) = try await run(trial)
    }
    if complaints(result).isEmpty { remove(last) }
    return (result, last)
  }

  package func remove(_ run: String) { try? FileManager.default.removeItem(atPath: run) }

  /// `verdicts.json`, as far as the matrix looks at it.
  private static func findings(in run: String) throws -> [Finding] {
    struct Content: Decodable { var verdicts: [Finding] }
    let data = try Data(contentsOf: URL(fileURLWithPath: run + "/verdicts.json"))
    return try JSONDecoder().decode(Content.self, from: data).verdicts
  }
}

/// What has been run already: one line of JSON for each trial, appended as soon as it is over.
package struct ProofLog {
  private let path: String
  package private(set) var results: [TrialResult] = []

  /// - Parameter path: of a file that need not be there yet. Its last line may be broken off.
  package init(path: String) throws {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else { return }
    // Wherever in a character it was.
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    results = text.split(separator: "\n").compactMap {
      try? JSONDecoder().decode(TrialResult.self, from: Data($0.utf8))
    }
  }

  package func result(of trial: Trial) -> TrialResult? {
    results.first {
      $0.misbehaviour == trial.misbehaviour && $0.dose == trial.dose && $0.scene == trial.scene
        && $0.randomSeed == trial.randomSeed
    }
  }

  package mutating func add(_ result: TrialResult) throws {
    results.append(result)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try LineFile.append(String(decoding: try encoder.encode(result), as: UTF8.self), to: path)
  }
}
