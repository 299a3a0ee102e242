import Control
import Foundation
import HTTPNode
import PeerCore
import PeerNode
import SwarmTime
import Synchronization
import Testing

/// Server and client over real sockets, led as a lab leads them.
@Suite struct TransferTests {
  @Test("Three clients download at once, as fast as the server's limit lets them, and end")
  func download() async throws {
    try await withFolder { folder in
      let bytes = try Self.payload(600_000, in: folder)
      // 600 KB three times, at 3 MB/s of swarm time, of which the bucket had saved up nothing.
      let server = try await Party.server(folder, upload: 3_000_000, speed: 4)
      let clients = try (1...3).map { try Party.client("\(folder)/\($0)", of: server, speed: 4) }
      let begun = SwarmClock.monotonicNanoseconds()
      for client in clients { try await client.join() }
      for client in clients { #expect(try await client.reason() == "completed") }
      let swarmSeconds = 4 * Double(SwarmClock.monotonicNanoseconds() - begun) / 1e9
      #expect(swarmSeconds > 0.59, "faster than its limit: \(swarmSeconds)")
      for number in 1...3 { #expect(try Data(contentsOf: URL(filePath: "\(folder)/\(number)")) == bytes) }
      server.host.obey(.stop)
      #expect(try await server.reason() == "ordered")
    }
  }

  @Test("What is there is not asked for again, and a client's own limit holds")
  func resume() async throws {
    try await withFolder { folder in
      let bytes = try Self.payload(500_000, in: folder)
      try bytes.prefix(200_000).write(to: URL(filePath: "\(folder)/part"))
      let server = try await Party.server(folder, upload: nil, speed: 4)
      let client = try Party.client("\(folder)/part", of: server, download: 1_000_000, speed: 4)
      let begun = SwarmClock.monotonicNanoseconds()
      try await client.join()
      #expect(try await client.reason() == "completed")
      // 300 KB are left, less what its receive buffer takes in.
      #expect(4 * Double(SwarmClock.monotonicNanoseconds() - begun) / 1e9 > 0.16)
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/part")) == bytes)
      // All of it is there.
      let again = try Party.client("\(folder)/part", of: server, speed: 4)
      try await again.join()
      #expect(try await again.reason() == "completed")
    }
  }

  @Test("A server that goes in mid-download leaves the client where it was; another at its place lets it go on")
  func comesBack() async throws {
    try await withFolder { folder in
      // All of it would take 200 s, however late this test is.
      let bytes = try Self.payload(40_000_000, in: folder)
      let first = try await Party.server(folder, upload: 200_000, speed: 1)
      let client = try Party.client("\(folder)/mine", of: first, speed: 50)
      try await client.join()
      try await until { Self.size("\(folder)/mine") > 40_000 }
      first.host.obey(.stop)
      _ = try await first.reason()
      #expect(Self.size("\(folder)/mine") < 40_000_000)
      _ = try await Party.server(folder, upload: nil, speed: 1, at: first.address)
      #expect(try await client.reason() == "completed")
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/mine")) == bytes)
    }
  }

  @Test("A file that is not there, and a place that is taken, are told before anything else")
  func troubles() async throws {
    try await withFolder { folder in
      _ = try Self.payload(10, in: folder)
      let server = try await Party.server(folder, upload: nil, speed: 1)
      let second = Party(serving: "\(folder)/payload.bin", at: server.address, upload: nil)
      #expect(try await second.reason() == "failed")
      #expect(second.errors == ["port-in-use"])
      let third = Party(serving: "\(folder)/none.bin", at: "127.85.1.1:0", upload: nil)
      #expect(try await third.reason() == "failed")
      #expect(third.errors == ["storage"])
      let lost = try Party.client("\(folder)/x", of: server, path: "/other.bin", speed: 1)
      try await lost.join()
      #expect(try await lost.reason() == "failed")
      #expect(lost.errors == ["refused"])
    }
  }

  private static func payload(_ size: Int, in folder: String) throws -> Data {
    var random = RandomSource(seed: 7)
    let bytes = Data((0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    try bytes.write(to: URL(filePath: folder + "/payload.bin"))
    return bytes
  }

  private static func size(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int).flatMap { $0 } ?? 0
  }

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "http-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }
}
