import NIOCore
import NIOPosix
import PeerCore
import PeerNode
import SwarmTime
import Testing
import TrackerNode
import Wire

@Suite("Peers and UDP trackers on real sockets", .timeLimit(.minutes(2)))
struct UDPSwarmTests {
  private static func withTracker(
    at host: String, _ transport: TrackerTransport = .udp, speed: Double = 1,
    _ body: (TrackerServer) async throws -> Void
  ) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let tracker = try await TrackerServer.listen(
      host: host, port: 0, settings: TrackerSettings(interval: 30, transport: transport),
      clock: SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: speed), on: group.next()
    ).get()
    let result: Result<Void, any Error>
    do { result = .success(try await body(tracker)) } catch { result = .failure(error) }
    try await tracker.close().get()
    try await group.shutdownGracefully()
    try result.get()
  }

  @Test("A seed and three leechers that meet at a UDP tracker all end with the same file")
  func wholeSwarm() async throws {
    try await Self.withTracker(at: "127.77.21.100") { tracker in
      try await TestSwarm.with(announce: tracker.announceURLs[0]) { swarm in
        try swarm.giveEverything(to: "seed")
        _ = try await swarm.start("seed", at: "127.77.21.1")
        var leechers: [TestPeer] = []
        for index in 2...4 { leechers.append(try await swarm.start("leecher-\(index)", at: "127.77.21.\(index)")) }
        for leecher in leechers { try await leecher.completed() }
        for index in 2...4 { try swarm.expectWhole("leecher-\(index)") }
      }
    }
  }

  @Test("A tier that fails is passed over: a silent UDP tracker after 45 s of the swarm, a refusing HTTP one at once")
  func fallback() async throws {
    // Bound, and never read.
    let silent = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .bind(host: "127.77.22.101", port: 0).get()
    let port = try #require(silent.localAddress?.port)
    try await Self.withTracker(at: "127.77.22.100", speed: 100) { tracker in
      try await TestSwarm.with(speed: 100) { swarm in
        let tiers = [["udp://127.77.22.101:\(port)"], ["http://127.77.22.102:9/announce"], [tracker.announceURLs[0]]]
        try swarm.giveEverything(to: "seed")
        _ = try await swarm.start("seed", at: "127.77.22.1") { $0.trackers = tiers }
        let leecher = try await swarm.start("leecher", at: "127.77.22.2") { $0.trackers = tiers }
        try await leecher.completed()
        try swarm.expectWhole("leecher")
      }
    }
    try await silent.close().get()
  }

  @Test("A tracker to which nothing can be sent takes no other UDP tracker with it")
  func unsendable() async throws {
    try await Self.withTracker(at: "127.77.226.100", speed: 100) { tracker in
      try await TestSwarm.with(speed: 100) { swarm in
        // The kernel sends nothing to the broadcast address from a socket that did not ask for leave.
        let tiers = [["udp://255.255.255.255:9"], [tracker.announceURLs[0]]]
        try swarm.giveEverything(to: "seed")
        _ = try await swarm.start("seed", at: "127.77.226.1") { $0.trackers = tiers }
        let leecher = try await swarm.start("leecher", at: "127.77.226.2") { $0.trackers = tiers }
        try await leecher.completed()
        try swarm.expectWhole("leecher")
      }
    }
  }

  @Test("That nothing can be sent to the only tracker is told at once, and not after two hours of asking again")
  func unsendableAlone() async throws {
    try await TestSwarm.with { swarm in
      let peer = try await swarm.start("peer", at: "127.77.226.3") { $0.trackers = [["udp://255.255.255.255:9"]] }
      try await peer.error(code: "tracker")
    }
  }

  @Test("Of a name's addresses one after the other is asked, until one answers")
  func addresses() async throws {
    try await Self.withTracker(at: "127.77.228.100", speed: 100) { tracker in
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let url = try #require(TrackerURL("udp://tracker.invalid:\(tracker.port)"))
      let source = try #require(PeerAddress(ip: "127.77.228.1", port: 0))
      // To the first nothing can be sent, at the second nobody listens.
      let addresses: [UInt32] = [0xFFFF_FFFF, 0x7F4D_E465, 0x7F4D_E464]
      let response = try await loop.flatSubmit {
        let client = UDPTrackerClient(
          eventLoop: loop, source: source,
          clock: SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: 100), randomSeed: 1
        ) { _ in addresses }
        let bound = NIOLoopBound(client, eventLoop: loop)
        return client.announce(UDPExchangeTests.request, to: url, retries: 8).always { _ in bound.value.close() }
      }.get()
      #expect(response.incomplete == 1)
    }
  }

  @Test("Of a tracker's name that has IPv6 addresses too, the IPv4 one is asked")
  func named() async throws {
    try await Self.withTracker(at: "127.0.0.1") { tracker in
      try await TestSwarm.with(announce: "udp://localhost:\(tracker.port)") { swarm in
        try swarm.giveEverything(to: "seed")
        _ = try await swarm.start("seed", at: "127.77.227.1")
        let leecher = try await swarm.start("leecher", at: "127.77.227.2")
        try await leecher.completed()
        try swarm.expectWhole("leecher")
      }
    }
  }

  @Test("Datagrams from another address than the tracker's, or of another transaction, are not believed")
  func spoofed() async throws {
    try await TestSwarm.with { swarm in
      let truth = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .bind(host: "127.77.23.100", port: 0).get()
      let stranger = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .bind(host: "127.77.23.101", port: 0).get()
      let (ids, told) = AsyncStream.makeStream(of: UInt64.self)
      try await truth.pipeline.addHandler(BesetTracker(stranger: stranger, announced: { told.yield($0) })).get()
      let port = try #require(truth.localAddress?.port)
      _ = try await swarm.start("peer", at: "127.77.23.1") { $0.trackers = [["udp://127.77.23.100:\(port)"]] }
      var iterator = ids.makeAsyncIterator()
      #expect(await iterator.next() == BesetTracker.right)
      try await truth.close().get()
      try await stranger.close().get()
    }
  }
}

/// A tracker whose answers come after false ones: a stranger's to the right question, and its own to none.
private final class BesetTracker: ChannelInboundHandler, Sendable {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  static let right: UInt64 = 42
  private let stranger: any Channel
  private let announced: @Sendable (UInt64) -> Void

  init(stranger: any Channel, announced: @escaping @Sendable (UInt64) -> Void) {
    self.stranger = stranger
    self.announced = announced
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    @Sendable func send(_ answer: UDPTrackerResponse, by channel: any Channel) -> EventLoopFuture<Void> {
      let data = ByteBuffer(bytes: answer.encoded(.ipv4))
      return channel.writeAndFlush(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: data))
    }
    switch try? UDPTrackerRequest(parsing: envelope.data.readableBytesView) {
    case .connect(let transaction):
      let channel = context.channel
      send(.connect(transaction: transaction, connection: 666), by: stranger).whenSuccess {
        _ = send(.connect(transaction: transaction &+ 1, connection: 667), by: channel)
        _ = send(.connect(transaction: transaction, connection: Self.right), by: channel)
      }
    case .announce(let connection, let transaction, _):
      announced(connection)
      _ = send(.announce(transaction: transaction, AnnounceResponse(interval: 60)), by: context.channel)
    default: break
    }
  }
}
