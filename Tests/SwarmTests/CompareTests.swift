import Foundation
import Testing

/// Settings compared with real processes: broken off, gone on with, and measured by what was before.
@Suite(.serialized) struct CompareTests {
  private static let swarm = SmallSwarm(
    name: "tiny", size: "512 KiB", pieceLength: "32 KiB", leechers: 3, checks: ["completion"])
  private static let vary = ["--vary", "peers.seed.upload=64 KiB/s,512 KiB/s", "--repeat", "6"]

  private static func results(_ folder: String) throws -> [String] {
    try contents(folder + "/results.jsonl").split(separator: "\n").map(String.init)
  }

  @Test("A comparison that was broken off goes on where it was, finds what differs, and is a baseline for the next")
  func compare() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.swarm.text, as: "tiny.swarm.yaml")
    let folder = scratch.path + "/compared"
    let command = ["compare", file] + Self.vary + ["--output", folder]
    let cut = try await Swarmlab.run(command, when: { $0.contains(" 2 of 12 ") }) { kill($0, SIGINT) }
    #expect(cut.code == 130 && cut.output.contains("broken off with "), "\(cut.all)")
    let kept = try Self.results(folder)
    #expect((2..<12).contains(kept.count), "\(cut.all)")
    #expect(Processes.ids(with: scratch.path).isEmpty)

    // Cut off in the middle of a line, as by a power failure.
    try (contents(folder + "/results.jsonl") + "{\"ended\":").write(
      toFile: folder + "/results.jsonl", atomically: false, encoding: .utf8)
    var whole = try await Swarmlab.run(command)
    #expect(whole.code == 0, "\(whole.all)")
    #expect(whole.error.contains("results.jsonl:\(kept.count + 1): is no result of a run"), "\(whole.all)")
    #expect(whole.output.contains("12 runs, of which \(kept.count) are there"), "\(whole.all)")
    let results = try Self.results(folder)
    #expect(Array(results.prefix(kept.count)) == kept)
    // A busy machine is no fault of the comparison: what it left out is made again by the same command.
    for _ in 0..<3 where whole.output.contains("left out, with which the machine") {
      whole = try await Swarmlab.run(command)
    }
    let completion = try #require(whole.lines.first { $0.hasPrefix("  completion, median ") })
    #expect(completion.contains("differs, better (p "), "\(whole.all)")
    for name in ["comparison.json", "runs.csv", "differences.csv", "comparison.html"] {
      #expect(try !contents(folder + "/" + name).isEmpty)
    }
    let runs = try FileManager.default.contentsOfDirectory(atPath: folder + "/runs/tiny")
    let captures = runs.filter { FileManager.default.fileExists(atPath: "\(folder)/runs/tiny/\($0)/capture.pcap") }
    #expect(runs.filter { !$0.hasSuffix(".partial") }.count >= 12, "\(runs)")
    #expect(captures.allSatisfy { $0.hasSuffix(".partial") }, "no capture is kept unless asked for")
    try await baseline(command, folder, scratch.path)
  }

  /// All runs are there, so that nothing runs any more.
  private func baseline(_ command: [String], _ folder: String, _ scratch: String) async throws {
    let before = try contents(folder + "/comparison.json")
    let again = try await Swarmlab.run(command + ["--baseline", folder])
    #expect(again.code == 0 && again.output.contains("metrics are the same within 5 %"), "\(again.all)")
    let changed = again.lines.filter { line in ["  worse", "  better", "  changed"].contains { line.hasPrefix($0) } }
    #expect(changed.isEmpty, "\(again.all)")
    #expect(try contents(folder + "/comparison.json") == before)
    // A past in which everything was twice as fast.
    let seconds = before.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      guard let range = line.range(of: "\"value\": "), let value = Double(line[range.upperBound...]) else {
        return String(line)
      }
      return line[..<range.upperBound] + String(format: "%.6f", value / 2)
    }
    try seconds.joined(separator: "\n").write(toFile: scratch + "/past.json", atomically: false, encoding: .utf8)
    let worse = try await Swarmlab.run(command + ["--baseline", scratch + "/past.json"])
    #expect(worse.code == 1, "\(worse.all)")
    #expect(worse.lines.contains { $0.hasPrefix("  worse    upload=512 KiB/s: completion, median ") }, "\(worse.all)")
    // What is higher now is better, where higher is better.
    #expect(worse.lines.contains { $0.hasPrefix("  better ") && $0.contains("efficiency") }, "\(worse.all)")

    let other = try await Swarmlab.run(command + ["--set", "payload.size=1 MiB"])
    #expect(other.code == 64 && other.error.contains("was run with another plan"), "\(other.all)")
    let seeds = try await Swarmlab.run(command + ["--seed", "9", "--baseline", folder])
    #expect(seeds.code == 64 && seeds.error.contains("shares 2 random seeds"), "\(seeds.all)")
  }

  @Test("Runs are made again where a further setting strikes others, and are there where it is left out again")
  func struckByOthers() async throws {
    let scratch = try Scratch()
    var swarm = SmallSwarm(name: "hurt", size: "1 MiB", leechers: 4, checks: ["completion"])
    swarm.faults = ["{at: 1 s, kill: {peers: leecher-01}}"]
    let file = try scratch.write(swarm.text, as: "hurt.swarm.yaml")
    let folder = scratch.path + "/compared"
    func compare(_ faults: String) async throws -> Swarmlab.Said {
      try await Swarmlab.run("compare", file, "--vary", "faults=\(faults)", "--repeat", "2", "--output", folder)
    }
    let two = try await compare("none,all")
    #expect(two.code == 0 && !two.output.contains("made again, since the settings"), "\(two.all)")
    let first = try Self.results(folder)
    #expect(first.count == 4, "\(two.all)")
    let three = try await compare("none,all,[{at: 1 s, kill: {peers: leecher-02}}]")
    #expect(three.code == 0, "\(three.all)")
    #expect(three.output.contains("4 runs that were there are made again, since the settings"), "\(three.all)")
    let second = try Self.results(folder)
    #expect(second.count == 10 && Array(second.prefix(4)) == first, "\(three.all)")
    let again = try await compare("none,all")
    #expect(again.code == 0 && !again.output.contains("made again, since the settings"), "\(again.all)")
  }

  @Test("A tournament leaves its table, its page and its files")
  func tournament() async throws {
    let scratch = try Scratch()
    var swarm = Self.swarm
    swarm.leechers = 2
    let file = try scratch.write(swarm.text, as: "tiny.swarm.yaml")
    let folder = scratch.path + "/played"
    let said = try await Swarmlab.run(
      "compare", file, "--vary", "peers.leecher.choking.slots=1,4", "--tournament", "--repeat", "2", "--output", folder)
    #expect(said.code == 0, "\(said.all)")
    #expect(said.lines.contains("  1 of the row among 1 of the column"), "\(said.all)")
    let html = try contents(folder + "/tournament.html")
    #expect(html.contains("<title>tiny: tournament</title>") && html.contains("against 4</th>"))
    #expect(html.contains("<h2>Standings</h2>") && html.contains("<h2>All of one against all of another</h2>"))
    for name in ["tournament.json", "runs.csv"] { #expect(try !contents(folder + "/" + name).isEmpty) }
  }

  @Test("All that is wrong with the varied values is said at once, before anything runs")
  func refusals() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.swarm.text, as: "tiny.swarm.yaml")
    let output = ["--output", scratch.path + "/compared"]
    let wrong = try await Swarmlab.run(
      ["compare", file, "--vary", "peers.leecher.count=0,3,many", "--vary", "peers.seed.uplaod=1 MiB/s,2 MiB/s"]
        + output)
    #expect(wrong.code == 64 && wrong.output.isEmpty, "\(wrong.all)")
    for text in ["--vary peers.leecher.count=0: error: ", "--vary peers.leecher.count=many: error: ", "\"upload\""] {
      #expect(wrong.error.contains(text), "\(text) in \(wrong.all)")
    }
    let lines = wrong.error.split(separator: "\n")
    #expect(Set(lines).count == lines.count, "each error once: \(wrong.error)")
    for (arguments, text) in [
      ([], "nothing is varied"), (["--vary", "speed=1"], "one value is no variation"),
      (["--vary", "speed=1,2", "--vary", "speed=3,4"], "is varied twice"),
      (["--vary", "payload.size=1 MiB,2 MiB", "--set", "payload.size=3 MiB"], "--set gives payload.size one value"),
      (Self.vary + ["--repeat", "1"], "--repeat must be at least 2"),
      (Self.vary + ["--metrics", "joy"], "no metric \"joy\""),
      (Self.vary + ["--side-by-side", "0"], "--side-by-side must be"), (Self.vary + ["--resume"], "give one"),
      (Self.vary + ["--baseline", scratch.path + "/none"], "cannot read the file"),
      (Self.vary + ["--baseline", file], "cannot read the file"),
      (Self.vary + ["--seed", "18446744073709551615"], "pass the largest"),
    ] {
      let said = try await Swarmlab.run(["compare", file] + arguments + output)
      #expect(said.code == 64, "\(arguments): \(said.all)")
      #expect(said.error.contains(text), "\(arguments): \(said.all)")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/compared"))
  }
}
