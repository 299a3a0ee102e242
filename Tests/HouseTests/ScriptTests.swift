import Foundation
import Subprocess
import Testing

/// What the scripts of `Harness` refuse before anything is built, and what they leave behind.
@Suite(.timeLimit(.minutes(1))) struct ScriptTests {
  /// Runs a script of bash, with the package's root as its first argument and the others behind. Not by Foundation, which
  /// would hand on the signals that are blocked in this thread.
  private func bash(_ script: String, _ arguments: String...) async throws -> (code: TerminationStatus, said: String) {
    let words = ["-c", "set -euo pipefail\n" + script, "bash", SourceTree.root.path] + arguments
    let result = try await Subprocess.run(
      .name("bash"), arguments: Arguments(words), output: .string(limit: 65536), error: .combinedWithOutput)
    return (result.terminationStatus, result.standardOutput)
  }

  @Test("A client that there is not is refused as a mistake of the command, with those that there are")
  func unknownClient() async throws {
    let (code, said) = try await bash(#""$1/Harness/bench" addresses --clients native nobody --runs 1"#)
    #expect(code == .exited(64))
    #expect(said.contains("there is no client \"nobody\"; expected some of native aria2 ctorrent"), "\(said)")
  }

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "swarmlab-scripts-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }

  private static let tidily = #". "$1/Harness/tidy"; work=$2; tidily bash -c "$3" prove "$2""#

  @Test("What a proof leaves in its folder goes with it, but for runs that are over; its exit status is handed on")
  func tidied() async throws {
    try await withFolder { folder in
      let program = """
        mkdir -p $1/runs/swarm/1 $1/runs/swarm/2.partial/peers $1/runs/other
        touch $1/runs/swarm/1/run.json $1/runs/swarm/2.partial/peers/a $1/swarm-1.swarm.yaml
        ln -s swarm/1 $1/runs/latest
        exit 3
        """
      let (code, said) = try await bash(Self.tidily, folder, program)
      #expect(code == .exited(3) && said.isEmpty, "\(said)")
      let rest = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
      #expect(rest == ["runs", "runs/swarm", "runs/swarm/1", "runs/swarm/1/run.json"])
    }
  }

  @Test("A proof that is ended has the signal handed on, and the folder is gone when its swarm has ended")
  func ended() async throws {
    try await withFolder { folder in
      let program = """
        mkdir -p $1/runs/swarm/1.running
        trap "mv $1/runs/swarm/1.running $1/runs/swarm/1.partial; exit 7" TERM
        kill -TERM $PPID
        for _ in $(seq 600); do sleep 0.05; done
        """
      let (code, said) = try await bash(Self.tidily, folder, program)
      #expect(code == .exited(7) && said.isEmpty, "\(said)")
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
  }
}
