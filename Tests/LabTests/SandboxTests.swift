import Glibc
import Lab
import Testing

@Suite("The sandbox", .enabled(if: sandboxReason == nil, "needs bubblewrap"))
struct SandboxTests {
  // Not everybody has the administrator's programs on PATH.
  private static let look = [
    "/bin/sh", "-c",
    "PATH=$PATH:/usr/sbin:/sbin; "
      + "ip -o link show lo; tc qdisc add dev lo root handle 1: htb && echo shaped; echo \"init $$ $PPID\"; exit 7",
  ]

  @Test("it has a loopback that is up, takes a queue, and hands the command's exit status through")
  func standing() async throws {
    let (termination, output) = await (try Enclosed(Self.look)).finish()
    #expect(termination == .exited(7), "\(output)")
    #expect(output.contains("LOOPBACK,UP"))
    #expect(output.contains("shaped"))
  }

  @Test(
    "it stands for an unprivileged user as well",
    .enabled(if: geteuid() == 0 && ProgramPath.find("setpriv") != nil, "needs root, to become somebody else"))
  func unprivileged() async throws {
    let user = [try #require(ProgramPath.find("setpriv")), "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let (termination, output) = await (try Enclosed(Self.look, before: user)).finish()
    #expect(termination == .exited(7), "\(output)")
    #expect(output.contains("shaped"))
  }

  /// A command that starts a child in its session, one in a session of its own, and one that ignores every signal it
  /// can; all bear the marker.
  private func family(_ marker: String) -> [String] {
    let child = "exec -a \(marker) sleep 1000"
    return [
      "/bin/bash", "-c",
      """
      (\(child)) & setsid /bin/bash -c '\(child)' & (trap '' HUP INT TERM; \(child)) &
      echo up; exec -a \(marker) sleep 1000
      """,
    ]
  }

  @Test("when the lifeline closes, everything inside is killed", arguments: Sandbox.Rung.allCases)
  func lifeline(_ rung: Sandbox.Rung) async throws {
    guard rung != .bubblewrapRoot || geteuid() == 0 else { return }
    let marker = "swarmlab-mark-\(rung.rawValue)-\(getpid())"
    // On the host's loopback a descendant that leaves its session escapes: the table of capabilities says so.
    let command =
      rung == .hostLoopback
      ? ["/bin/bash", "-c", "(exec -a \(marker) sleep 1000) & echo up; exec -a \(marker) sleep 1000"] : family(marker)
    let enclosed = try Enclosed(command, on: rung)
    #expect(await enclosed.hasSaid("up"))
    #expect(!processes(marked: marker).isEmpty)
    enclosed.cutLifeline()
    _ = await enclosed.finish()
    #expect(await processesLeft(marked: marker) == [])
  }

  @Test("when bubblewrap is killed, everything inside is, even a command that was stopped", arguments: [false, true])
  func killed(stopped: Bool) async throws {
    let marker = "swarmlab-mark-killed-\(stopped)-\(getpid())"
    let enclosed = try Enclosed(family(marker))
    let id = try #require(await enclosed.processID())
    #expect(await enclosed.hasSaid("up"))
    // The command itself bears the marker as its name; the shells around it only mention it.
    if stopped { for process in processes(named: marker) { kill(process, SIGSTOP) } }
    kill(id, SIGKILL)
    _ = await enclosed.finish()
    #expect(await processesLeft(marked: marker) == [])
  }

  @Test("a rung that lacks what a swarm needs says what")
  func refusal() {
    #expect(
      Sandbox.refusal(of: .hostLoopback, needs: [.capture, .kernelLimits, .partition])
        == "no kernel limits, no partition here")
    #expect(Sandbox.refusal(of: .bubblewrapUser, needs: Set(Sandbox.Capability.allCases)) == nil)
    #expect(Sandbox.refusal(of: .hostLoopback, needs: Sandbox.needs(of: Plans.small)) == nil)
  }
}
