import Control
import Foundation
import HTTPNode
import NIOCore
import NIOPosix
import PeerCore
import PeerNode
import SwarmTime
import Synchronization
import Testing

/// Servers and clients that say nothing, and too many of them.
@Suite(.timeLimit(.minutes(1))) struct SilenceTests {
  @Test("A server that falls silent is left, and asked again")
  func silentServer() async throws {
    let counter = Counter()
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        counter.count.withLock { $0 += 1 }
        return channel.eventLoop.makeSucceededFuture(())
      }
      .bind(host: "127.85.3.1", port: 0).get()
    let port = try #require(server.localAddress?.port)
    let file = NSTemporaryDirectory() + "http-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let client = try Party.client(file, at: "127.85.3.1:\(port)", speed: 100)
    try await client.join()
    try await until { counter.count.withLock { $0 } >= 2 }
    client.host.obey(.stop)
    _ = try await client.reason()
    try await server.close().get()
  }

  private final class Counter: Sendable { let count = Mutex(0) }

  @Test(
    "A busy server is left alone for as long as it says, within bounds",
    arguments: [
      (nil, 5), ("120", 120), ("0", 5), ("-7", 5), ("99999999999", 3600), ("99999999999999999999", 5),
      ("Wed, 21 Oct 2015 07:28:00 GMT", 5),
    ] as [(String?, Int)])
  func retryAfter(_ field: String?, _ seconds: Int) {
    #expect(RetryAfter.pause(field) == .seconds(seconds))
  }

  @Test("Who connects and says nothing gives way to newcomers, and is sent away in the end")
  func silentClients() async throws {
    let file = NSTemporaryDirectory() + "http-\(UUID().uuidString)"
    defer { for end in [".bin", ".copy"] { try? FileManager.default.removeItem(atPath: file + end) } }
    try Data(repeating: 7, count: 100_000).write(to: URL(filePath: file + ".bin"))
    for isImpatient in [false, true] {
      let server = Party(serving: file + ".bin", at: "127.85.1.1:0", upload: nil) {
        if isImpatient { $0.patience = .milliseconds(100) } else { $0.mostConnections = 2 }
      }
      try await server.join()
      let address = try #require(PeerAddress(server.address))
      var silent: [any Channel] = []
      for _ in 1...3 {
        silent.append(
          try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.85.1.1", port: Int(address.port)).get())
      }
      for channel in isImpatient ? silent[...] : silent.prefix(1) { try await channel.closeFuture.get() }
      let name = try #require(file.split(separator: "/").last)
      let client = try Party.client(file + ".copy", of: server, path: "/\(name).bin", speed: 1)
      try await client.join()
      #expect(try await client.reason() == "completed")
      server.host.obey(.stop)
      _ = try await server.reason()
    }
  }
}
