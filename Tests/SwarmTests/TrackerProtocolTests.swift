import Dissection
import Foundation
import Subprocess
import SystemPackage
import Testing

/// The same swarm by way of other trackers.
@Suite(.serialized) struct TrackerProtocolTests {
  /// Runs first-swarm with another tracker section. Returns the run folder.
  private static func run(_ tracker: String, in scratch: borrowing Scratch) async throws -> String {
    let said = try await Swarmlab.runUntilDecided(
      "run", Swarmlab.topology("first-swarm"), "--output", scratch.runs, "--set", "tracker=\(tracker)")
    #expect(said.code == 0, "\(said.all)")
    return try #require(said.lines.last)
  }

  /// Check and status of each verdict, in order.
  private static func verdicts(_ folder: String) throws -> [String] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/verdicts.json"))
    let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let verdicts = try #require(json?["verdicts"] as? [[String: Any]])
    return Set(verdicts.map { "\($0["check"] ?? "") \($0["status"] ?? "")" }).sorted()
  }

  private static let passes = ["completion", "integrity", "protocol-conformance", "rate-limit", "upload-slots"]
    .map { $0 + " pass" }

  @Test(
    "Over UDP, and over both, the verdicts are those of HTTP, and the announces those of tshark's datagrams",
    arguments: ["udp", "both"])
  func overUDP(_ transport: String) async throws {
    let scratch = try Scratch()
    let folder = try await Self.run("{protocol: \(transport), announceInterval: 30 s}", in: scratch)
    #expect(try Self.verdicts(folder) == Self.passes)
    // Who speaks UDP stays with it.
    let announces = try Dissection.trace(ofCapture: folder + "/capture.pcap").announces
    #expect(announces.allSatisfy { $0.connection == -1 })
    #expect(Set(announces.filter { $0.event == "started" }.map(\.source)).count == 9)
    let completed = announces.filter { $0.event == "completed" }
    #expect(Set(completed.map(\.source)).count == 8 && completed.allSatisfy { $0.left == 0 })
    guard TShark.path != nil else { return }
    let ours = announces.map { "\($0.frame) \($0.source) \($0.left) \($0.event)" }
    #expect(try await ours == Self.announcesByTShark(folder + "/capture.pcap"))
  }

  /// tshark 4.0 has no dissector for BEP 15, so its datagrams are read by hand: action at 8, left at 64, event at 80.
  private static func announcesByTShark(_ capture: String) async throws -> [String] {
    let fields = ["frame.number", "ip.src", "udp.payload"]
    let result = try await Subprocess.run(
      .path(FilePath(#require(TShark.path))),
      arguments: Arguments(
        ["-n", "-r", capture, "-Y", "udp.dstport == 6969", "-T", "fields"] + fields.flatMap { ["-e", $0] }),
      output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
    return result.standardOutput.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\t")
      guard parts.count == 3 else { return nil }
      let digits = Array(parts[2])
      func number(_ range: Range<Int>) -> Int? {
        Int(String(digits[2 * range.lowerBound..<2 * range.upperBound]), radix: 16)
      }
      guard digits.count >= 196, number(8..<12) == 1, let left = number(64..<72), let event = number(80..<84) else {
        return nil
      }
      return "\(parts[0]) \(parts[1]) \(left) \(["", "completed", "started", "stopped"][event])"
    }
  }

  static let hasOpentracker = FileManager.default.isExecutableFile(atPath: "/usr/bin/opentracker")

  @Test(
    "A swarm completes by way of opentracker, which says nothing of later peers to earlier ones",
    .enabled(if: hasOpentracker, "opentracker is not installed"), arguments: ["http", "udp"])
  func opentracker(_ transport: String) async throws {
    let scratch = try Scratch()
    let folder = try await Self.run("{program: opentracker, protocol: \(transport)}", in: scratch)
    #expect(try Self.verdicts(folder) == Self.passes)
    #expect(try contents(folder + "/plan.yaml").contains("program: opentracker"))
    // Its answers name no interval that a peer of this run lives to see.
    let announces = try Dissection.trace(ofCapture: folder + "/capture.pcap").announces
    #expect(Set(announces.filter { $0.event == "started" }.map(\.source)).count == 9)
    #expect(announces.allSatisfy { ($0.connection == -1) == (transport == "udp") })
  }
}
