import Foundation
import Hostility
import Subprocess
import SystemPackage
import Testing

/// What happens to a run from outside: its reader goes, its disk fills, somebody's folder stands in its way.
@Suite(.serialized) struct UnluckyTests {
  /// Runs a shell command line in which `$0` is the program.
  private func shell(_ line: String, _ arguments: String...) async throws -> Swarmlab.Said {
    let result = try await Subprocess.run(
      .path("/bin/sh"), arguments: Arguments(["-c", line, try Swarmlab.folder + "/swarmlab"] + arguments),
      environment: .inherit.updating(["GITHUB_ACTIONS": nil]), output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20))
    return Swarmlab.Said(
      status: result.terminationStatus, output: result.standardOutput, error: result.standardError)
  }

  @Test func `A reader that goes away does not end the run`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let said = try await shell(
      #"{ "$0" run "$1" --output "$2"; echo "status $?" >&2; } | head -n 1"#, file, scratch.runs)
    #expect(said.lines.count == 1, "\(said.all)")
    #expect(said.error.contains("status 0") || said.error.contains("status 2"), "\(said.all)")
    let folder = try #require(try scratch.folders(of: "small").first)
    #expect(!folder.hasSuffix(".running") && !folder.hasSuffix(".partial"))
    #expect(FileManager.default.fileExists(atPath: folder + "/verdicts.json"))
  }

  @Test func `Who ignores a hang-up from the start is not ended by one`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let said = try await shell(
      #"trap '' HUP; "$0" run "$1" --output "$2" & p=$!; sleep 0.7; kill -HUP $p; wait $p; echo "status $?""#, file,
      scratch.runs)
    #expect(said.lines.last == "status 0" || said.lines.last == "status 2", "\(said.all)")
  }

  @Test(
    "A disk without room for the copies and the capture of them is refused before anything runs",
    .enabled(if: geteuid() == 0, "a file system of a few mebibytes needs root"))
  func smallDisk() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm(size: "4 MiB").text, as: "small.swarm.yaml")
    // The payload and its copies fit; the capture of them does not.
    let said = try await shell(
      #"unshare -m sh -c 'mkdir -p "$2" && mount -t tmpfs -o size=24m none "$2" && { "$0" run "$1" --output "$2"; "#
        + #"echo "status $?"; grep -c joined "$2"/small/*/record.jsonl; }' "$0" "$1" "$2""#, file, scratch.runs)
    #expect(said.output.contains("status 75"), "\(said.all)")
    #expect(said.error.contains("MiB free, and the run may take"), "\(said.all)")
    #expect(said.error.contains("4 copies of the payload 16 MiB, the capture up to"), "\(said.all)")
    #expect(!said.lines.contains { Int($0).map { $0 > 0 } ?? false }, "\(said.all)")
  }

  @Test(
    "A disk that somebody fills in mid-run loses nothing that was written",
    .enabled(if: geteuid() == 0, "a file system of a few mebibytes needs root"))
  func fullDisk() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      SmallSwarm(name: "long", speed: 10, size: "4 MiB", seed: "upload: 256 KiB/s", until: "{time: 60 s}").text,
      as: "long.swarm.yaml")
    let said = try await shell(
      #"unshare -m sh -c 'mkdir -p "$2" && mount -t tmpfs -o size=64m none "$2" || exit 1; "#
        + #""$0" run "$1" --output "$2" & run=$!; "#
        + #"timeout 60 sh -c "until grep -qs joined \"$2\"/long/*/record.jsonl; do sleep 0.05; done"; "#
        + #"cat /dev/zero > "$2/filler" 2>/dev/null; "#
        + #"wait $run; echo "status $?"; ls "$2"/long/*' "$0" "$1" "$2""#, file, scratch.runs)
    #expect(said.output.contains("status 75"), "\(said.all)")
    #expect(said.error.contains("No space left on device"), "\(said.all)")
    // The capture or the record, whichever needs room first.
    #expect(said.error.contains("to mend it: "), "\(said.all)")
    #expect(said.error.contains("what there is of the run lies in \(scratch.runs)/long/"), "\(said.all)")
    for name in ["record.jsonl", "plan.yaml", "capture.pcap"] { #expect(said.lines.contains(name), "\(said.all)") }
    #expect(!said.lines.contains("payload") && !said.lines.contains("lab.sock"), "\(said.all)")
  }

  @Test(
    "A port that somebody else has, where there is no sandbox, exits 75 and leaves nothing",
    .enabled(if: geteuid() == 0, "a capture on the host's loopback needs root"))
  func takenPort() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let squatter = try Squatter("127.64.2.1", 7000)
    // Without bubblewrap in its PATH it takes the last rung, whose lifeline is held by `cat`.
    let programs = scratch.path + "/programs"
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: programs + "/cat", withDestinationPath: "/bin/cat")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs, environment: ["PATH": programs])
    withExtendedLifetime(squatter) {}
    #expect(said.code == 75, "\(said.all)")
    #expect(said.error.contains("swarmlab: leecher-02: another program has 127.64.2.1:7000, where it is to listen"))
    #expect(said.error.contains("to mend it: end that program, which `ss -lntup 'sport = :7000'` shows"), "\(said.all)")
    #expect(!FileManager.default.fileExists(atPath: scratch.runs + "/small"))
    #expect(Processes.ids(with: scratch.path).isEmpty)
  }

  @Test func `A folder where the link to the latest run belongs stays, and the run is kept and judged`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    try FileManager.default.createDirectory(atPath: scratch.runs + "/latest", withIntermediateDirectories: true)
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    #expect(said.error.contains("a folder stands where its link belongs"), "\(said.all)")
    #expect(said.error.contains("to mend it: move that folder away"), "\(said.all)")
    let folder = try #require(said.lines.last)
    #expect(FileManager.default.fileExists(atPath: folder + "/verdicts.json"))
  }

  @Test func `A script whose interpreter is missing exits 64 before anything starts`() async throws {
    let scratch = try Scratch()
    let script = try scratch.write("#!/nowhere/python3\nprint()\n", as: "mine")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    var swarm = SmallSwarm()
    swarm.speed = 1
    swarm.more = ["mine: {client: {command: [\(script), \"{torrent}\"]}}"]
    let file = try scratch.write(swarm.text, as: "small.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 64, "\(said.all)")
    let trouble = "\(script) is a script for /nowhere/python3, which is not here"
    #expect(said.error.hasPrefix("\(file):10:28: error: peers.mine.client.command: \(trouble)"), "\(said.all)")
    let validated = try await Swarmlab.run("validate", file)
    #expect(validated.code == 0 && validated.error.contains(": warning: peers.mine.client.command: \(trouble)"))
    #expect(!FileManager.default.fileExists(atPath: scratch.runs + "/small"))
  }

  @Test func `Random seeds that would pass the largest are refused before the first run`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let said = try await Swarmlab.run(
      "run", file, "--output", scratch.runs, "--seed", "18446744073709551614", "--repeat", "3")
    #expect(said.code == 64, "\(said.all)")
    #expect(said.error.contains("3 random seeds from 18446744073709551614 pass the largest"), "\(said.all)")
    #expect(!FileManager.default.fileExists(atPath: scratch.runs))
  }

  @Test(
    "A limit of real time says its unit",
    arguments: [
      ("1", "has no unit"), ("soon", "is no length of time"), ("3 parsecs", "has an unknown unit"),
      ("0 s", "is out of range"),
    ])
  func timeout(text: String, trouble: String) async throws {
    let said = try await Swarmlab.run("run", "x", "--timeout", text)
    #expect(said.code == 64, "\(said.all)")
    #expect(said.error.contains("\"\(text)\" \(trouble)"), "\(said.all)")
    #expect(trouble == "is out of range" || said.error.contains("(ms, s, min or h), such as 90 s"), "\(said.all)")
  }

  @Test("A plan that nothing can be reckoned with is refused at its line", arguments: ["0", "1e309"])
  func planSpeed(speed: String) async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let plan = try await Swarmlab.run("explain", file, "--yaml").output
    _ = try scratch.write(plan.replacingOccurrences(of: "speed: 20", with: "speed: \(speed)"), as: "plan.yaml")
    let capture = try scratch.write("", as: "capture.pcap")
    let said = try await Swarmlab.run("replay", capture)
    #expect(said.code == 64, "\(said.all)")
    #expect(said.error.contains("\(scratch.path)/plan.yaml:5: "), "\(said.all)")
    #expect(said.error.contains("speed: \(speed == "0" ? "0.0" : "inf") is out of range"), "\(said.all)")
  }
}
