import Foundation
import Subprocess
import SwarmTime
import Testing

/// The harness itself under fault: many runs are ended at once, the lab stands still, the tracker dies, a client prints
/// rubbish.
@Suite(.serialized) struct HarnessFaultTests {
  /// Far longer than anybody lets it live; one of its peers has a file system of its own, which is mounted.
  private static let long = SmallSwarm(
    name: "long", speed: 10, seed: "upload: 16 KiB/s", until: "{complete: all, within: 300 s}",
    faults: ["{at: 2 s, fullDisk: {peers: leecher-01, for: 5 s}}"])

  // MARK: Ten at once

  /// How a run is ended: a signal, so long after its first line.
  private struct Ending: Sendable {
    var starts: Duration
    var after: Duration
    var signal: Int32
  }

  /// The moments are drawn, and no event of the runs': the signals come while one is being prepared, another runs.
  @Test func `Ten runs side by side, ended at moments drawn by lot, leave nothing, and the next one works`()
    async throws
  {
    let scratch = try Scratch()
    let file = try scratch.write(Self.long.text, as: "long.swarm.yaml")
    let (path, runs) = (scratch.path, scratch.runs)
    var random = RandomSource(seed: 10)
    let signals = [SIGINT, SIGTERM, SIGKILL]
    let endings = (0..<10).map { _ in
      Ending(
        starts: .milliseconds(random.below(1000)), after: .milliseconds(random.below(3000)),
        signal: signals[random.below(signals.count)])
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for ending in endings { group.addTask { try await Self.run(file, runs, until: ending) } }
      try await group.waitForAll()
    }
    let isGone = try await Processes.wait(within: 30) { Processes.ids(with: path).isEmpty }
    #expect(isGone, "processes \(Processes.ids(with: path))")
    let mounts = FileManager.default.contents(atPath: "/proc/self/mountinfo") ?? Data()
    #expect(!mounts.isEmpty && !String(decoding: mounts, as: UTF8.self).contains(path))
    // Who was killed could not even give its folder another name; who was told to end has cleared it, copies and all.
    let folders = try scratch.folders(of: "long")
    let unfinished = folders.filter { $0.hasSuffix(".running") }
    #expect(unfinished.count <= endings.count(where: { $0.signal == SIGKILL }), "\(folders)")
    for folder in folders where !unfinished.contains(folder) {
      #expect(folder.hasSuffix(".partial"), "\(folder)")
      let left = Self.remains(in: folder)
      #expect(left.isEmpty, "\(folder): \(left)")
    }
    #expect(!FileManager.default.fileExists(atPath: runs + "/latest"))

    let small = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", small, "--output", runs)
    #expect(said.code == 0, "\(said.all)")
  }

  private static func run(_ file: String, _ runs: String, until ending: Ending) async throws {
    try await Task.sleep(for: ending.starts)
    let said = try await Swarmlab.run(["run", file, "--output", runs], when: { _ in true }) { id in
      try await Task.sleep(for: ending.after)
      kill(id, ending.signal)
    }
    if ending.signal == SIGKILL {
      #expect(said.status == .signaled(SIGKILL), "\(ending): \(said.all)")
    } else {
      #expect(said.code == 128 + ending.signal, "\(ending): \(said.all)")
    }
  }

  /// The order socket, and folders in which peers keep what they fetch.
  private static func remains(in folder: String) -> [String] {
    let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return all.filter { $0 == "lab.sock" || $0.hasSuffix("/data") }
  }

  @Test(arguments: ["SIGINT", "--timeout"])
  func `A lab that cannot stop when it is told to is killed, and what it would have cleared is`(
    _ by: String
  ) async throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.long.text, as: "long.swarm.yaml")
    let path = scratch.path
    let isInterrupted = by == "SIGINT"
    let said = try await Swarmlab.run(
      ["run", file, "--output", scratch.runs] + (isInterrupted ? [] : ["--timeout", "8 s"]),
      when: { $0.contains("% of the pieces") }
    ) { id in
      // The shells and bubblewrap name it as well, but not first.
      let labs = Processes.ids(with: "swarmlab lab", path).filter { lab in
        let line = FileManager.default.contents(atPath: "/proc/\(lab)/cmdline") ?? Data()
        return line.prefix { $0 != 0 }.suffix(9).elementsEqual("/swarmlab".utf8)
      }
      #expect(labs.count == 1)
      for lab in labs { kill(lab, SIGSTOP) }
      if isInterrupted { kill(id, SIGINT) }
    }
    #expect(said.code == (isInterrupted ? 130 : 124), "\(said.all)")
    let folder = try #require(try scratch.folders(of: "long").first)
    #expect(folder.hasSuffix(".partial"))
    #expect(Self.remains(in: folder) == [])
    #expect(FileManager.default.fileExists(atPath: folder + "/capture.pcap"))
    #expect(Processes.ids(with: path).isEmpty)
  }

  // MARK: The tracker

  @Test func `A tracker that is killed ends the run, which says so and passes nothing`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.long.text, as: "long.swarm.yaml")
    let path = scratch.path
    let said = try await Swarmlab.run(
      ["run", file, "--output", scratch.runs], when: { $0.contains("% of the pieces") && !$0.contains(": 0 %") }
    ) { _ in
      let trackers = Processes.ids(with: "swarm-tracker", path)
      #expect(trackers.count == 1)
      for tracker in trackers { kill(tracker, SIGKILL) }
    }
    #expect(said.code == 70, "\(said.all)")
    #expect(said.output.contains("tracker: ended with signal 9, "), "\(said.all)")
    #expect(said.output.contains("see its log, tracker/stderr.log"), "\(said.all)")
    let folder = try #require(try scratch.folders(of: "long").first)
    #expect(folder.hasSuffix(".partial"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/verdicts.json"))
    #expect(Processes.ids(with: path).isEmpty)
  }

  // MARK: A client that prints rubbish

  /// Bytes that are no text, orders to a terminal, and what a native peer says once it is complete.
  private static let rubbish = #"""
    #!/bin/sh
    head -c 3000000 /dev/urandom
    head -c 300000 /dev/zero >&2
    printf '{"type":"completed"}\n{"completed":{}}\n\033[2Jcleared\n'
    printf '\n\033[2J\033]0;mine\007last words\n' >&2

    """#

  private func swarm(of client: String, _ scratch: borrowing Scratch) throws -> String {
    let script = try scratch.write(Self.rubbish + client, as: "mine")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    let arguments = ["torrent", "data", "address", "port", "tracker"].map { "\"{\($0)}\"" }.joined(separator: ", ")
    let swarm = SmallSwarm(
      speed: 1, size: "1 MiB", leechers: 1, checks: ["completion", "integrity"],
      more: ["mine: {client: {command: [\(script), \(arguments)]}}"])
    return try scratch.write(swarm.text, as: "small.swarm.yaml")
  }

  @Test func `A client that prints rubbish is judged by what it does`() async throws {
    let scratch = try Scratch()
    let peer = try Swarmlab.folder + "/swarm-peer"
    let file = try swarm(
      of: #"exec \#(peer) --torrent "$1" --data "$2" --listen "$3:$4" --tracker "$5"\#n"#, scratch)
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    for (log, least) in [("stdout.log", 3_000_000), ("stderr.log", 300_000)] {
      let bytes = FileManager.default.contents(atPath: "\(folder)/peers/mine/\(log)")?.count ?? 0
      #expect(bytes > least, "\(log): \(bytes)")
    }
  }

  @Test func `The last words of one that dies of it are told without what a terminal would obey`() async throws {
    let scratch = try Scratch()
    let file = try swarm(of: "exit 3\n", scratch)
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 64, "\(said.all)")
    #expect(said.error.contains("mine: ended with exit status 3, "), "\(said.all)")
    #expect(said.error.contains(#"\u{1B}[2J\u{1B}]0;mine\u{7}last words"#), "\(said.all)")
    #expect(!said.all.unicodeScalars.contains { $0 == "\u{0}" || $0 == "\u{1B}" || $0 == "\u{7}" })
    #expect(Processes.ids(with: scratch.path).isEmpty)
  }
}
