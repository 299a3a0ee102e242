import Lab
import Reporting
import Subprocess
import SystemPackage
import TopologyFile

/// What a client on this machine is: asked of the client itself.
enum ClientVersion: Sendable, Hashable {
  case version(String)
  /// It is there, and nothing is known of its version.
  case unknown
  /// Why it cannot be used.
  case missing(String)

  /// Seconds that a client may take to tell.
  private static let patience = 10

  static func of(_ client: ForeignClient) async -> ClientVersion {
    guard ClientProgram.isExecutable(client.program) else { return .missing("\(client.program) is not installed") }
    guard let query = client.version else { return .unknown }
    guard let program = query.command.first, ClientProgram.isExecutable(program) else {
      return .missing("\(query.command.first ?? "") is not installed")
    }
    guard let said = await output(of: query.command, client) else {
      return .missing("\(query.command.joined(separator: " ")) did not end within \(patience) s")
    }
    guard let pattern = try? Regex(query.pattern), let match = try? pattern.firstMatch(in: said.text) else {
      if said.isSuccess { return .unknown }
      let last = said.text.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      return .missing("\(program) does not tell its version\(last)")
    }
    // Who tells its version is there, whatever exit status it ends with.
    let group = match.output.count > 1 ? match.output[1].substring : match.output[0].substring
    return .version(String(group ?? ""))
  }

  /// What it prints, on either output; nil where it does not end. Some make folders in their home even for that, so it
  /// gets one of its own.
  private static func output(
    of command: [String], _ client: ForeignClient
  ) async -> (isSuccess: Bool, text: String)? {
    let path = ClientProgram.path(command[0]) ?? command[0]
    let home = (try? TemporaryFolder.make()) ?? "/tmp"
    defer { if home != "/tmp" { try? Files.remove(home) } }
    let variables = variables(of: client, home: home)
    return await withTaskGroup(of: (isSuccess: Bool, text: String)?.self) { group in
      group.addTask {
        var options = PlatformOptions()
        // What it has started ends with it.
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        do {
          let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(Array(command.dropFirst())),
            environment: .inherit.updating(variables), platformOptions: options, input: .none,
            output: .string(limit: 1 << 16, encoding: UTF8.self), error: .string(limit: 1 << 16, encoding: UTF8.self))
          let text = result.standardOutput + "\n" + result.standardError
          return (result.terminationStatus.isSuccess, text)
        } catch {
          let isTooMuch = (error as? SubprocessError)?.code == .outputLimitExceeded
          return (false, isTooMuch ? "it prints more than 64 KiB" : "it cannot be started")
        }
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(patience))
        return nil
      }
      let first = await group.next() ?? nil
      // A cancelled task ends its process.
      group.cancelAll()
      return first
    }
  }

  /// What its file adds to its environment, where that can be told without a peer.
  private static func variables(of client: ForeignClient, home: String) -> [Environment.Key: String?] {
    var variables: [Environment.Key: String?] = ["HOME": home]
    for (name, text) in client.environment where Template(text).names.allSatisfy({ $0 == "home" }) {
      variables[Environment.Key(stringLiteral: name)] = Template(text).filled { _ in home }
    }
    return variables
  }
}
