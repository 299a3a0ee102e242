import Dissection
import Foundation
import Testing

/// A real server and clients that download from it.
@Suite(.serialized) struct ClientServerTests {
  private static func text(
    speed: Int = 20, server: String = "upload: 512 KiB/s", more: [String] = [], faults: [String] = []
  ) -> String {
    """
    name: served
    distribution: client-server
    randomSeed: 5
    speed: \(speed)
    payload: {size: 1 MiB, pieceLength: 64 KiB}
    peers:
      server: {role: seed, \(server)}
      client: {count: 3, download: 256 KiB/s}
    \(more.map { "  " + $0 + "\n" }.joined())\
    faults: [\(faults.joined(separator: ", "))]
    until: {complete: all, within: 60 s}
    checks: [completion, integrity, rate-limit, expected-end-state]
    mustDecide: [completion, integrity, rate-limit, expected-end-state]

    """
  }

  private static func run(_ text: String) async throws -> (said: Swarmlab.Said, trace: Trace) {
    let scratch = try Scratch()
    let file = try scratch.write(text, as: "served.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    return (said, try Dissection.trace(ofCapture: folder + "/capture.pcap"))
  }

  @Test("A server that is begun anew is asked for the rest, and nobody is sent anything twice")
  func comesBack() async throws {
    let (said, trace) = try await Self.run(
      Self.text(faults: ["{when: {seedCopies: 1.5}, restart: {peers: server, after: 2 s}}"]))
    #expect(said.output.contains("note: server is begun anew"), "\(said.output)")
    let rests = trace.responses.filter { $0.status == 206 }
    #expect(trace.responses.filter { $0.status == 200 }.count == 3 && rests.count == 3)
    #expect(rests.allSatisfy { $0.begin > 0 && $0.begin + $0.bodyBytes == 1 << 20 && $0.fileBytes == 1 << 20 })
    #expect(trace.connections.allSatisfy { $0.content == .http || $0.a.streamBytes == 0 })
  }

  @Test(
    "Clients and servers of others take part, limited by the kernel",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "needs curl"))
  func others() async throws {
    let curl =
      #"[curl, --silent, --interface, "{address}", --output, "{data}/{payloadName}", "{url}"]"#
    let (_, trace) = try await Self.run(
      Self.text(
        speed: 1, server: "upload: 4 MiB/s",
        more: ["curl: {count: 2, download: 1 MiB/s, client: {command: \(curl)}}"]
      ).replacingOccurrences(of: "256 KiB/s", with: "1 MiB/s"))
    #expect(trace.responses.count == 5 && trace.responses.allSatisfy { $0.bodyBytes == 1 << 20 })
  }
}
