import Foundation
import Testing

/// One run of first-swarm, which several tests look at.
private actor FirstSwarm {
  static let shared = FirstSwarm()
  struct Result: Sendable {
    var said: Swarmlab.Said
    var folder: String
  }

  private var scratch: Scratch?
  private var run: Task<Result, any Error>?

  func result() async throws -> (said: Swarmlab.Said, folder: String) {
    if run == nil {
      let place = try Scratch()
      let runs = place.runs
      scratch = consume place
      run = Task {
        let said = try await Swarmlab.runUntilDecided(
          "run", Swarmlab.topology("first-swarm"), "--output", runs, "--set", "capture.keep=full")
        return Result(said: said, folder: said.lines.last ?? "")
      }
    }
    let result = try #require(try await run?.value)
    return (result.said, result.folder)
  }
}

@Suite(.serialized) struct FirstSwarmTests {
  @Test func `first-swarm passes, and says so with a verdict for each check and its folder`() async throws {
    let (said, folder) = try await FirstSwarm.shared.result()
    #expect(said.code == 0, "\(said.all)")
    for check in ["completion", "integrity", "rate-limit"] {
      #expect(said.lines.contains { $0.contains("pass") && $0.contains(" \(check) ") }, "\(said.all)")
    }
    #expect(!said.output.contains("\u{1B}["), "escape sequences where no terminal is")
    let expected = [
      "plan.yaml", "record.jsonl", "capture.pcap", "metrics.json", "verdicts.json", "run.json", "junit.xml",
      "report.html", "intervals.csv", "peers",
    ]
    for name in expected { #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)") }
    let latest = URL(fileURLWithPath: folder).deletingLastPathComponent().deletingLastPathComponent().path + "/latest"
    #expect(try contents(latest + "/verdicts.json") == contents(folder + "/verdicts.json"))
  }

  @Test func `A replay of its capture gives the same verdicts and metrics byte for byte`() async throws {
    let (_, folder) = try await FirstSwarm.shared.result()
    let scratch = try Scratch()
    let said = try await Swarmlab.run("replay", folder + "/capture.pcap", "--output", scratch.path + "/replayed")
    #expect(said.code == 0, "\(said.all)")
    for name in ["verdicts.json", "metrics.json", "intervals.csv", "plan.yaml", "record.jsonl"] {
      #expect(try contents(scratch.path + "/replayed/" + name) == contents(folder + "/" + name), "\(name)")
    }
  }

  @Test func `A scrubbed copy is small and gives the same verdicts and metrics byte for byte`() async throws {
    let (_, folder) = try await FirstSwarm.shared.result()
    let scratch = try Scratch()
    let copy = scratch.path + "/capture.pcap.gz"
    let said = try await Swarmlab.run("scrub", folder + "/capture.pcap", copy)
    #expect(said.code == 0, "\(said.all)")
    for name in ["plan.yaml", "record.jsonl"] {
      try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: scratch.path + "/" + name)
    }
    let size = try #require(try FileManager.default.attributesOfItem(atPath: copy)[.size] as? Int)
    #expect(size < 8 << 20, "\(size) bytes of 128 MiB")
    let replayed = try await Swarmlab.run("replay", copy, "--output", scratch.path + "/replayed")
    #expect(replayed.code == 0, "\(replayed.all)")
    for name in ["verdicts.json", "metrics.json"] {
      #expect(try contents(scratch.path + "/replayed/" + name) == contents(folder + "/" + name), "\(name)")
    }
    let again = try await Swarmlab.run("scrub", folder + "/capture.pcap", copy)
    #expect(again.code == 64, "what is there is not written over: \(again.all)")
  }

  @Test func `Each leecher received the payload and its duplicates, to the byte`() async throws {
    let (_, folder) = try await FirstSwarm.shared.result()
    func rows(_ table: String) async throws -> [[String: Any]] {
      let said = try await Swarmlab.run("account", folder, "--of", table, "--format", "jsonl")
      #expect(said.code == 0, "\(said.all)")
      return try said.lines.map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
    }
    func sum(_ rows: [[String: Any]], _ key: String) -> Int { rows.reduce(0) { $0 + ($1[key] as? Int ?? 0) } }
    let size = 16 << 20
    let peers = try await rows("peers")
    #expect(peers.count == 9)
    for peer in peers where peer["group"] as? String == "leecher" {
      #expect(sum([peer], "payloadReceived") - sum([peer], "duplicateBytes") == size, "\(peer)")
      #expect(sum([peer], "piecesGot") == 64 && sum([peer], "piecesBrought") == 0, "\(peer)")
    }
    #expect(sum(peers, "payloadSent") == sum(peers, "payloadReceived"))
    let connections = try await rows("connections")
    #expect(sum(connections, "payload") == sum(peers, "payloadSent"))
    let pairs = try await rows("pairs")
    #expect(sum(pairs, "payload") == sum(peers, "payloadSent"))
    let pieces = try await rows("pieces").filter { $0["peer"] as? String != "seed" }
    #expect(pieces.count == 8 * 64)
    #expect(pieces.allSatisfy { sum([$0], "received") == 256 << 10 })
    #expect(sum(pieces, "duplicate") == sum(peers, "duplicateBytes"))
  }

  @Test func `Two peers talk over one connection, and seeds that have parted stay apart`() async throws {
    let (_, folder) = try await FirstSwarm.shared.result()
    let connected = try FileManager.default.contentsOfDirectory(atPath: folder + "/peers").map { peer in
      try contents("\(folder)/peers/\(peer)/events.jsonl").components(separatedBy: #""event":"connected""#).count - 1
    }
    // 36 pairs, told by both ends; a few dial each other at once.
    let connections = connected.reduce(0, +) / 2
    #expect((36...45).contains(connections), "\(connections) connections")
  }

  @Test func `The capture begins before the swarm does: every stream is seen from its SYN`() async throws {
    let (_, folder) = try await FirstSwarm.shared.result()
    let said = try await Swarmlab.run("replay", folder + "/capture.pcap")
    let counts = try #require(said.output.firstMatch(of: /(\d+) streams \((\d+) from their SYN\)/))
    #expect(counts.1 == counts.2)
    #expect(counts.1 != "0")
  }

  @Test func `Its report can be rendered again`() async throws {
    let (_, folder) = try await FirstSwarm.shared.result()
    let before = try contents(folder + "/verdicts.json")
    let said = try await Swarmlab.run("report", folder)
    #expect(said.code == 0, "\(said.all)")
    #expect(said.lines.last == folder + "/report.html")
    #expect(try contents(folder + "/verdicts.json") == before)
  }

  @Test(.enabled(if: TShark.path != nil, "tshark is not installed"))
  func `tshark counts the same messages of each kind in each direction of each stream`() async throws {
    let (_, folder) = try await FirstSwarm.shared.result()
    try await TShark.compare(capture: folder + "/capture.pcap", metrics: folder + "/metrics.json")
  }

  /// The figures are of the whole capture, tshark's of the scrubbed one. At speed 1 in little: what is different there is
  /// how the bytes lie in frames.
  @Test(
    "tshark counts the same in scrubbed captures, at speed 1 too",
    .enabled(if: TShark.path != nil, "tshark is not installed"), arguments: [("1", "6 MiB"), ("10", "16 MiB")])
  func tsharkElsewhere(speed: String, size: String) async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.runUntilDecided(
      "run", Swarmlab.topology("first-swarm"), "--output", scratch.runs, "--speed", speed, "--set",
      "capture.keep=scrubbed", "--set", "payload.size=\(size)")
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    try await TShark.compare(capture: folder + "/capture.pcap.gz", metrics: folder + "/metrics.json")
  }
}
