#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The command line that puts a command on a rung of the ladder, with a lifeline: as soon as the pipe on its standard
/// input closes, everything inside is killed, whatever state it is in.
package struct Enclosure: Sendable, Hashable {
  package var rung: Sandbox.Rung
  /// The program and its arguments.
  package var commandLine: [String]

  /// Throws `LabError` when a program that the rung needs is not installed.
  package init(_ rung: Sandbox.Rung, around command: [String], isRoot: Bool = geteuid() == 0) throws(LabError) {
    self.rung = rung
    switch rung {
    case .bubblewrapUser:
      commandLine =
        [try Self.program("bwrap"), "--unshare-user", "--uid", "0", "--gid", "0"] + Self.namespaces
        + Self.guarded(Self.everythingInTheNamespace, command)
    case .bubblewrapRoot:
      commandLine =
        (isRoot ? [] : [try Self.program("sudo"), "-n", "--"]) + [try Self.program("bwrap")] + Self.namespaces
        + Self.guarded(Self.everythingInTheNamespace, command)
    case .hostLoopback:
      commandLine = Self.guarded(Self.everythingInTheGroup, command)
    }
  }

  /// With `--as-pid-1` the shell is the namespace's init: the kernel ends everything with it. Without it processes
  /// were seen to survive.
  private static let namespaces = [
    "--unshare-net", "--unshare-pid", "--as-pid-1", "--dev-bind", "/", "/", "--proc", "/proc", "--cap-add", "ALL", "--",
  ]

  private static let everythingInTheNamespace = "kill -KILL -1"
  /// The shell leads a session of its own, so group 0 is the run and nothing else.
  private static let everythingInTheGroup = "kill -KILL 0"

  /// The shell keeps the lifeline on descriptor 3 and gives it to nobody but the reader that waits for its end. The
  /// command's exit status comes through.
  private static func guarded(_ killing: String, _ command: [String]) -> [String] {
    let script =
      #"exec 3<&0; "$@" </dev/null 3<&- & p=$!; "#
      + "{ cat <&3; \(killing); } >/dev/null 2>&1 & exec 3<&-; wait $p; exit $?"
    return ["/bin/sh", "-c", script, "sh"] + command
  }

  private static func program(_ name: String) throws(LabError) -> String {
    guard let path = ProgramPath.find(name) else {
      throw LabError(.environment, what: "\(name) is not installed", mend: "install it")
    }
    return path
  }
}
