import Foundation
import Testing

/// What the scripts of `Harness` refuse before anything is built, and what they leave behind.
@Suite(.timeLimit(.minutes(1))) struct ScriptTests {
  /// Runs a script of bash, with the package's root as its first argument and the others behind.
  private func bash(_ script: String, _ arguments: String...) throws -> (status: Int32, said: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["bash", "-c", "set -euo pipefail\n" + script, "bash", SourceTree.root.path] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said)
  }

  @Test("A client that there is not is refused as a mistake of the command, with those that there are")
  func unknownClient() throws {
    let (status, said) = try bash(#""$1/Harness/bench" addresses --clients native nobody --runs 1"#)
    #expect(status == 64)
    #expect(said.contains("there is no client \"nobody\"; expected some of native aria2 ctorrent"), "\(said)")
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "swarmlab-scripts-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static let tidily = #". "$1/Harness/tidy"; work=$2; tidily bash -c "$3" prove "$2""#

  @Test("What a proof leaves in its folder goes with it, but for runs that are over; its exit status is handed on")
  func tidied() throws {
    try withFolder { folder in
      let program = """
        mkdir -p $1/runs/swarm/1 $1/runs/swarm/2.partial/peers $1/runs/other
        touch $1/runs/swarm/1/run.json $1/runs/swarm/2.partial/peers/a $1/swarm-1.swarm.yaml
        ln -s swarm/1 $1/runs/latest
        exit 3
        """
      let (status, said) = try bash(Self.tidily, folder, program)
      #expect(status == 3 && said.isEmpty, "\(said)")
      let rest = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
      #expect(rest == ["runs", "runs/swarm", "runs/swarm/1", "runs/swarm/1/run.json"])
    }
  }

  @Test("A proof that is ended has the signal handed on, and the folder is gone when its swarm has ended")
  func ended() throws {
    try withFolder { folder in
      let program = """
        mkdir -p $1/runs/swarm/1.running
        trap "mv $1/runs/swarm/1.running $1/runs/swarm/1.partial; exit 7" TERM
        kill -TERM $PPID
        for _ in $(seq 600); do sleep 0.05; done
        """
      let (status, said) = try bash(Self.tidily, folder, program)
      #expect(status == 7 && said.isEmpty, "\(said)")
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
  }
}
