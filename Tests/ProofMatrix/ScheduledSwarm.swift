import Foundation
import Subprocess
import SystemPackage

/// A drawn schedule, run by the built `swarmlab` with real processes.
package struct ScheduledSwarm: Sendable {
  private let schedule: FaultSchedule
  private let program: String
  private let folder: String

  /// - Parameters:
  ///   - program: path of `swarmlab`, with `swarm-peer` and `swarm-tracker` beside it.
  ///   - folder: one that is there, for topology and run. A run without trouble is taken away again.
  package init(_ schedule: FaultSchedule, program: String, folder: String) {
    (self.schedule, self.program, self.folder) = (schedule, program, folder)
  }

  /// Runs it once: checks that failed, an end that is none, processes and mounts that are left over; nil where nothing is
  /// wrong. What a check left undecided is no trouble: faults excuse much.
  package func trouble() async throws -> String? {
    let file = folder + "/\(schedule.randomSeed).swarm.yaml"
    try schedule.topology.write(toFile: file, atomically: true, encoding: .utf8)
    let ended = try await Subprocess.run(
      .path(FilePath(program)), arguments: ["run", file, "--output", folder + "/runs", "--timeout", "120 s"],
      environment: RealSwarms.environment, output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
    let said = ended.standardOutput.split(separator: "\n")
    var troubles: [String] = []
    if case .exited(1) = ended.terminationStatus {
      troubles += said.filter { $0.hasPrefix("  FAIL") }.map { String($0.dropFirst(2)) }
    }
    // A failure that no line names is one, too.
    if troubles.isEmpty, !ended.terminationStatus.isSuccess {
      troubles.append("swarmlab ended with \(ended.terminationStatus): \(ended.standardError.suffix(300))")
    }
    troubles += leftovers()
    guard troubles.isEmpty else { return troubles.joined(separator: "; ") }
    if let run = said.last { try? FileManager.default.removeItem(atPath: String(run)) }
    return nil
  }

  /// Processes that name the folder, and mounts below it.
  private func leftovers() -> [String] {
    let files = FileManager.default
    let processes = ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).filter { name in
      guard let id = Int32(name), id != getpid(), let line = files.contents(atPath: "/proc/\(id)/cmdline") else {
        return false
      }
      return String(decoding: line, as: UTF8.self).contains(folder)
    }
    let mounts = files.contents(atPath: "/proc/mounts").map { String(decoding: $0, as: UTF8.self) } ?? ""
    return processes.map { "process \($0) is left" }
      + mounts.split(separator: "\n").filter { $0.contains(folder) }.map { "a mount is left: \($0)" }
  }
}
