import Foundation
import PacketCapture
import Subprocess
import Testing

@Suite(.serialized) struct RunningTests {
  /// Long enough to be interrupted: most of it is a slow seed.
  private let long = SmallSwarm(
    name: "long", speed: 10, size: "16 MiB", pieceLength: "256 KiB", seed: "upload: 256 KiB/s",
    until: "{complete: all, within: 300 s}")

  private static func isProgress(_ line: String) -> Bool { line.contains("% of the pieces") }

  @Test(
    "An interrupt stops the run, and leaves a partial folder with a report",
    arguments: [
      (SIGINT, Int32(130)), (SIGTERM, Int32(143)), (SIGHUP, Int32(129)),
    ])
  func interrupt(signal: Int32, status: Int32) async throws {
    let scratch = try Scratch()
    let file = try scratch.write(long.text, as: "long.swarm.yaml")
    let said = try await Swarmlab.run(["run", file, "--output", scratch.runs], when: Self.isProgress) { id in
      kill(id, signal)
    }
    #expect(said.code == status, "\(said.all)")
    let folder = try #require(try scratch.folders(of: "long").first)
    #expect(folder.hasSuffix(".partial"))
    for name in ["report.html", "verdicts.json", "run.json", "capture.pcap"] {
      #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
    }
    #expect(said.lines.last == folder)
    #expect(!FileManager.default.fileExists(atPath: scratch.runs + "/latest"))
    #expect(Processes.ids(with: scratch.path).isEmpty)
  }

  @Test func `A second interrupt ends it at once, and nothing stays`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(long.text, as: "long.swarm.yaml")
    let path = scratch.path
    let said = try await Swarmlab.run(["run", file, "--output", scratch.runs], when: Self.isProgress) { id in
      kill(id, SIGINT)
      kill(id, SIGTERM)
    }
    #expect(said.code == 130 || said.code == 143, "\(said.all)")
    let isGone = try await Processes.wait(within: 2) { Processes.ids(with: path).isEmpty }
    #expect(isGone)
    let folders = try scratch.folders(of: "long")
    #expect(folders.count == 1 && folders.allSatisfy { $0.hasSuffix(".partial") }, "\(said.all)")
    let left = try FileManager.default.contentsOfDirectory(atPath: try #require(folders.first))
    #expect(Set(left).isSuperset(of: ["plan.yaml", "record.jsonl", "capture.pcap"]), "\(left)")
    #expect(Set(left).isDisjoint(with: ["lab.sock", "payload"]), "\(left)")
  }

  @Test func `When the outer process is killed nothing is left within two seconds but a capture that can be read`()
    async throws
  {
    let scratch = try Scratch()
    var swarm = long
    swarm.keep = "scrubbed"
    let file = try scratch.write(swarm.text, as: "long.swarm.yaml")
    let path = scratch.path
    let said = try await Swarmlab.run(["run", file, "--output", scratch.runs], when: Self.isProgress) { id in
      #expect(Processes.ids(with: "swarm-peer", path).count >= 5)
      kill(id, SIGKILL)
      let isGone = try await Processes.wait(within: 2) { Processes.ids(with: path).isEmpty }
      #expect(isGone)
    }
    #expect(said.status == .signaled(SIGKILL))
    let reader = try CaptureReader(path: try #require(try scratch.folders(of: "long").first) + "/capture.pcap")
    // Its last frame may be broken off.
    do { while try reader.next() != nil {} } catch { #expect(error.kind == .truncated) }
  }

  @Test func `A peer that is killed fails the run, which names it`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(long.text, as: "long.swarm.yaml")
    let path = scratch.path
    // Who dies in its first second ends the run at once, as a client that does not work: wait for pieces.
    let said = try await Swarmlab.run(
      ["run", file, "--output", scratch.runs, "--set", "until.within=40 s"],
      when: { Self.isProgress($0) && !$0.contains(": 0 %") }
    ) { _ in
      let victims = Processes.ids(with: "swarm-peer", path, "leecher-03")
      #expect(victims.count == 1)
      for victim in victims { kill(victim, SIGKILL) }
    }
    #expect(said.code == 1, "\(said.all)")
    #expect(said.output.contains("leecher-03 died of signal 9"), "\(said.all)")
    #expect(said.output.contains("peers/leecher-03/stderr.log"), "\(said.all)")
  }

  @Test func `A hard limit of real time ends the run with 124`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(long.text, as: "long.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs, "--timeout", "2 s")
    #expect(said.code == 124, "\(said.all)")
    #expect(said.output.contains("the run reached its hard limit of real time"), "\(said.all)")
    #expect(!said.output.contains("FAIL"), "\(said.all)")
    #expect(Processes.ids(with: scratch.path).isEmpty)
  }

  @Test func `Two runs at once do not disturb each other`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let runs = scratch.runs
    async let one = Swarmlab.runUntilDecided("run", file, "--output", runs)
    async let two = Swarmlab.runUntilDecided("run", file, "--output", runs)
    for said in try await [one, two] { #expect(said.code == 0, "\(said.all)") }
    #expect(try scratch.folders(of: "small").count >= 2)
  }

  @Test func `Repeats have seeds of their own and are judged together`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs, "--repeat", "2")
    #expect(said.code == 0, "\(said.all)")
    #expect(said.output.contains("random seed 5") && said.output.contains("random seed 6"))
    #expect(said.output.contains("2 runs together"))
  }

  @Test func `A client that does not exist exits 64 and leaves nothing`() async throws {
    let scratch = try Scratch()
    var swarm = SmallSwarm()
    swarm.speed = 1
    swarm.more = ["mine: {client: {command: [/nowhere/client, \"{torrent}\"]}}"]
    let file = try scratch.write(swarm.text, as: "small.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 64, "\(said.all)")
    #expect(said.error.contains("/nowhere/client"), "\(said.all)")
    #expect(!FileManager.default.fileExists(atPath: scratch.runs + "/small"))
  }

  @Test("A capture is kept as the topology says, with the same verdicts", arguments: ["full", "scrubbed", "none"])
  func keep(keep: String) async throws {
    let scratch = try Scratch()
    var swarm = SmallSwarm()
    swarm.keep = keep
    let file = try scratch.write(swarm.text, as: "small.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    let kept = ["capture.pcap", "capture.pcap.gz"].filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
    #expect(kept == (["full": ["capture.pcap"], "scrubbed": ["capture.pcap.gz"]][keep] ?? []))
    guard let capture = kept.first else { return }
    let replayed = try await Swarmlab.run("replay", "\(folder)/\(capture)", "--output", scratch.path + "/again")
    #expect(replayed.code == 0, "\(replayed.all)")
    for name in ["verdicts.json", "metrics.json"] {
      #expect(try contents("\(scratch.path)/again/\(name)") == contents("\(folder)/\(name)"), "\(name)")
    }
  }
}
