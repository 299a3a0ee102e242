import Foundation
import Subprocess
import SystemPackage
import Testing

/// The program under test, beside the tests' own executable, started as a user would start it.
enum Swarmlab {
  struct Said: Sendable {
    var status: TerminationStatus
    var output: String
    var error: String

    var code: Int32? { if case .exited(let code) = status { code } else { nil } }
    var lines: [String] { output.split(separator: "\n").map(String.init) }
    var all: String { output + error }
  }

  /// Root of the package, where `Topologies/` lies.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  static var folder: String {
    get throws {
      let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(fileURLWithPath: own).deletingLastPathComponent().path
    }
  }

  static func topology(_ name: String) -> String { "\(root)/Topologies/\(name).swarm.yaml" }

  /// Runs it to its end.
  static func run(_ arguments: String..., environment: [Environment.Key: String?] = [:]) async throws -> Said {
    try await run(arguments, environment: environment)
  }

  static func run(_ arguments: [String], environment: [Environment.Key: String?] = [:]) async throws -> Said {
    let result = try await Subprocess.run(
      .path(FilePath(folder + "/swarmlab")), arguments: Arguments(arguments), environment: settings(environment),
      output: .string(limit: 1 << 24), error: .string(limit: 1 << 22))
    return Said(
      status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
  }

  /// Runs it again where the verdict is that the machine decided nothing (it did not keep up, frames were dropped): a
  /// busy machine is no fault of the swarm. A failed check is one at once.
  static func runUntilDecided(_ arguments: String..., attempts: Int = 4) async throws -> Said {
    var said = try await run(arguments)
    for _ in 1..<attempts where said.code == 2 { said = try await run(arguments) }
    return said
  }

  /// Runs it, and does something when a line of its output, standard error included, is the one waited for.
  static func run(
    _ arguments: [String], when isTheLine: @escaping @Sendable (String) -> Bool,
    perform: @escaping @Sendable (pid_t) async throws -> Void
  ) async throws -> Said {
    let result = try await Subprocess.run(
      .path(FilePath(folder + "/swarmlab")), arguments: Arguments(arguments), environment: settings([:]),
      input: .none, output: .sequence, error: .combinedWithOutput
    ) { execution in
      var output = ""
      var isDone = false
      for try await line in execution.standardOutput.strings() {
        output += line.hasSuffix("\n") ? line : line + "\n"
        if !isDone && isTheLine(line) {
          isDone = true
          try await perform(execution.processIdentifier.value)
        }
      }
      return output
    }
    return Said(status: result.terminationStatus, output: result.closureResult, error: "")
  }

  /// Neither a terminal's nor a CI's settings reach the program unless a test asks for it.
  private static func settings(_ changes: [Environment.Key: String?]) -> Environment {
    var all: [Environment.Key: String?] = ["GITHUB_ACTIONS": nil, "NO_COLOR": nil]
    for (key, value) in changes { all[key] = value }
    return Environment.inherit.updating(all)
  }
}

/// A folder of its own for a test, taken away at its end.
struct Scratch: ~Copyable {
  let path: String
  var runs: String { path + "/runs" }

  init() throws {
    let parent = NSTemporaryDirectory()
    path = (parent.hasSuffix("/") ? parent : parent + "/") + "swarmlab-test-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, as name: String) throws -> String {
    try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
    return path + "/" + name
  }

  /// Folders of runs, whatever their stage.
  func folders(of name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: runs + "/" + name).sorted().map { "\(runs)/\(name)/\($0)" }
  }
}

func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
