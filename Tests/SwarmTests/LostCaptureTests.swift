import Foundation
import Subprocess
import Testing

/// A capture that sees nothing any more from the middle of a run on.
@Suite(.serialized) struct LostCaptureTests {
  /// A client that takes the lab's own capturing socket (pidfd_getfd(2), of number 438 everywhere) and filters all away.
  /// The kernel counts nothing as dropped then, so that only the end of the capture can tell.
  private static let thief = #"""
    import ctypes, os, signal, socket, struct, sys

    def taken(process, descriptor):
        own = os.pidfd_open(process)
        number = ctypes.CDLL(None, use_errno=True).syscall(438, own, descriptor, 0)
        if number < 0:
            sys.exit(os.strerror(ctypes.get_errno()))
        return number

    def link(path):
        try:
            return os.readlink(path)
        except OSError:
            return None

    def deafen():
        rings = ["socket:[%s]" % line.split()[-1] for line in open("/proc/net/packet").readlines()[1:]]
        deafened = 0
        for lab in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = open(f"/proc/{lab}/cmdline", "rb").read().split(b"\0")
            except OSError:
                continue
            if not words[0].endswith(b"/swarmlab") or b"lab" not in words:
                continue
            for descriptor in os.listdir(f"/proc/{lab}/fd"):
                if link(f"/proc/{lab}/fd/{descriptor}") not in rings:
                    continue
                ring = socket.socket(fileno=taken(int(lab), int(descriptor)))
                nothing = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))
                ring.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HP", 1, ctypes.addressof(nothing)))
                deafened += 1
        print("deafened", deafened)
        if deafened != 1:
            sys.exit("expected one capture")

    if sys.argv[1] == "try":
        taken(os.getpid(), 1)
    else:
        listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
        deafen()
        sys.stdout.flush()
        signal.pause()

    """#

  /// Whether such a client can run here: some containers forbid the call.
  static func canTake() async -> Bool {
    do {
      let scratch = try Scratch()
      let script = try scratch.write(thief, as: "thief.py")
      let result = try await Subprocess.run(
        .name("python3"), arguments: [script, "try"], output: .string(limit: 4096), error: .string(limit: 4096))
      return result.terminationStatus == .exited(0)
    } catch {
      return false
    }
  }

  @Test(
    "What a capture that has gone deaf did not see passes nothing",
    .enabled("needs python3 from 3.9 on, and pidfd_getfd(2)") { await LostCaptureTests.canTake() })
  func deaf() async throws {
    let scratch = try Scratch()
    let script = try scratch.write(Self.thief, as: "thief.py")
    let command = #"[python3, \#(script), "{address}", "{port}", "{torrent}"]"#
    let swarm = SmallSwarm(
      speed: 1, until: "{time: 8 s}", checks: ["rate-limit", "upload-slots", "protocol-conformance"],
      more: ["thief: {arrive: {at: 3 s}, client: {command: \(command)}}"])
    let file = try scratch.write(swarm.text, as: "small.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 2, "\(said.all)")
    let folder = try #require(said.lines.last)
    #expect(try contents("\(folder)/peers/thief/stdout.log") == "deafened 1\n")
    #expect(said.output.contains("the capture could not be drained past its sentinel"), "\(said.all)")
    #expect(said.output.contains("the capture was cut short"), "\(said.all)")
    #expect(try !contents("\(folder)/verdicts.json").contains(#""pass""#))
  }
}
