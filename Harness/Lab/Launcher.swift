import Subprocess
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where a process runs. Everything that the lab starts goes through here, so that a run can be spread over other
/// machines by another launcher.
package protocol Launcher: Sendable {
  /// Starts the process, hands its id to `started`, and returns how it ended. The request's descriptors are closed
  /// here in any case. Throws `LabError` when it cannot be started.
  func run(_ request: LaunchRequest, started: @escaping @Sendable (Int32) -> Void) async throws(LabError) -> Termination
}

/// A process to be started. Descriptors belong to the request and are closed once the child has them.
package struct LaunchRequest: Sendable {
  package enum Company: Sendable {
    /// In the group of its parent.
    case parents
    /// Leads a group of its own, so that its descendants can be signalled with it.
    case ownGroup
    /// Leads a session of its own: signals to the parent's group and the terminal do not reach it.
    case ownSession
  }

  /// The program's path and its arguments.
  package var commandLine: [String]
  package var company: Company
  package var input: Int32
  package var output: Int32
  package var error: Int32
  /// How far it gives way to others: 0 to 19.
  package var niceness: Int32
  /// Added to the environment of the parent.
  package var environment: [String: String]
  /// Nil is the parent's.
  package var workingFolder: String?

  package init(
    commandLine: [String], company: Company, input: Int32, output: Int32, error: Int32, niceness: Int32 = 0,
    environment: [String: String] = [:], workingFolder: String? = nil
  ) {
    self.workingFolder = workingFolder
    self.niceness = niceness
    self.environment = environment
    self.commandLine = commandLine
    self.company = company
    self.input = input
    self.output = output
    self.error = error
  }
}

package enum Termination: Hashable, Sendable {
  case exited(Int32)
  case signalled(Int32)

  package var code: Int32? { if case .exited(let code) = self { code } else { nil } }
  package var signal: Int32? { if case .signalled(let signal) = self { signal } else { nil } }

  /// `exit status 3` or `signal 9`.
  package var description: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signalled(let signal): "signal \(signal)"
    }
  }
}

/// Processes of this machine: no thread for each, ends noticed through one descriptor for each.
package struct LocalLauncher: Launcher {
  package init() {}

  package func run(
    _ request: LaunchRequest, started: @escaping @Sendable (Int32) -> Void
  ) async throws(LabError) -> Termination {
    var options = PlatformOptions()
    switch request.company {
    case .parents: break
    case .ownGroup: options.processGroupID = 0
    case .ownSession: options.createSession = true
    }
    let program = request.commandLine.first ?? ""
    var variables: [Environment.Key: String?] = [:]
    for (name, value) in request.environment { variables[Environment.Key(stringLiteral: name)] = value }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(program)), arguments: Arguments(Array(request.commandLine.dropFirst())),
        environment: request.environment.isEmpty ? .inherit : .inherit.updating(variables),
        workingDirectory: request.workingFolder.map { FilePath($0) }, platformOptions: options,
        input: .fileDescriptor(FileDescriptor(rawValue: request.input), closeAfterSpawningProcess: true),
        output: .fileDescriptor(FileDescriptor(rawValue: request.output), closeAfterSpawningProcess: true),
        error: .fileDescriptor(FileDescriptor(rawValue: request.error), closeAfterSpawningProcess: true)
      ) { execution in
        let id = execution.processIdentifier.value
        Self.give(way: request, id)
        started(id)
      }
      return switch result.terminationStatus {
      case .exited(let code): .exited(code)
      case .signaled(let signal): .signalled(signal)
      }
    } catch {
      throw LabError(
        .usage, what: "cannot be started: \(error)", place: program, expected: "a program that can be executed")
    }
  }

  /// For the whole group where it has one: threads that the process has started meanwhile are in it.
  private static func give(way request: LaunchRequest, _ id: Int32) {
    guard request.niceness > 0 else { return }
    if case .parents = request.company {
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(id), request.niceness)
    } else {
      setpriority(__priority_which_t(PRIO_PGRP.rawValue), id_t(id), request.niceness)
    }
  }
}
