import Control
import NIOCore
import NIOPosix
import PeerCore
import PeerNode
import Testing
import Wire

/// Who changes its address politely takes leave of the tracker there.
@Suite("A polite change of address", .timeLimit(.minutes(1)))
struct FarewellTests {
  /// An announce as the tracker got it.
  private struct Heard: Hashable, Sendable {
    var event: AnnounceRequest.Event?
    var from: String
    var peerID: [UInt8]
  }

  private static let newID = "-SL0001-anotherpeer1"

  /// Rebinds a peer that has announced itself, and looks at the announces that this leads to.
  ///
  /// - Parameter network: the first three numbers of its addresses.
  private func move(
    _ swarm: TestSwarm, in network: String, tracker: String, _ announces: AsyncStream<Heard>
  ) async throws {
    let old = try swarm.settings("mover", at: "\(network).1").peerID
    let mover = try await swarm.start("mover", at: "\(network).1") { $0.trackers = [[tracker]] }
    var heard = announces.makeAsyncIterator()
    #expect(await heard.next() == Heard(event: .started, from: "\(network).1", peerID: old))
    mover.host.obey(.rebind(address: "\(network).2:7411", mode: "polite", peerID: Self.newID))
    // One goes out from the old address and one from the new: which comes first is the machine's affair.
    let both = [await heard.next(), await heard.next()]
    #expect(
      Set(both) == [
        Heard(event: .stopped, from: "\(network).1", peerID: old),
        Heard(event: .started, from: "\(network).2", peerID: Array(Self.newID.utf8)),
      ])
  }

  /// Both orders are there before the first socket is open.
  @Test("One that moves on before it is there is reached at the last address, and at no other")
  func onwards() async throws {
    try await TestSwarm.with { swarm in
      let mover = try await swarm.start("mover", at: "127.77.33.1", joins: false)
      for place in 2...3 {
        mover.host.obey(.rebind(address: "127.77.33.\(place):7411", mode: "polite", peerID: nil))
      }
      try await mover.report { $0 == .listening(address: "127.77.33.3:7411") }
      @Sendable func connect(_ host: String) async throws -> any Channel {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(host: host, port: 7411).get()
      }
      // The peer, which is in no swarm, may close it first.
      let reached = try await connect("127.77.33.3")
      reached.close(promise: nil)
      try await reached.closeFuture.get()
      await #expect(throws: (any Error).self) { try await connect("127.77.33.2") }
    }
  }

  @Test("It is told to a tracker over HTTP")
  func http() async throws {
    let (announces, told) = AsyncStream.makeStream(of: Heard.self)
    try await CannedTracker.with { _ in
      "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n\(TrackerAnswerTests.body)"
    } heard: { target, source in
      let query = target.split(separator: "?").last ?? ""
      // Where the machine is slow, regular announces come between.
      guard let request = try? AnnounceRequest(query: query), request.event != nil else { return }
      told.yield(Heard(event: request.event, from: source, peerID: request.peerID))
    } _: { tracker in
      try await TestSwarm.with {
        try await move($0, in: "127.77.31", tracker: "http://127.0.0.1:\(tracker.port)/announce", announces)
      }
    }
  }

  @Test("It is told to a tracker over UDP, through the socket at the old address")
  func udp() async throws {
    let (announces, told) = AsyncStream.makeStream(of: Heard.self)
    let channel = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .bind(host: "127.77.32.100", port: 0).get()
    let tracker = ListeningTracker {
      if $0.event != nil { told.yield(Heard(event: $0.event, from: $1, peerID: $0.peerID)) }
    }
    try await channel.pipeline.addHandler(tracker).get()
    let port = try #require(channel.localAddress?.port)
    try await TestSwarm.with { try await move($0, in: "127.77.32", tracker: "udp://127.77.32.100:\(port)", announces) }
    try await channel.close().get()
  }
}

/// Answers every announce, and tells of it.
private final class ListeningTracker: ChannelInboundHandler, Sendable {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let announced: @Sendable (AnnounceRequest, String) -> Void

  init(announced: @escaping @Sendable (AnnounceRequest, String) -> Void) { self.announced = announced }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    func answer(_ answer: UDPTrackerResponse) {
      let data = ByteBuffer(bytes: answer.encoded(.ipv4))
      context.channel.writeAndFlush(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: data), promise: nil)
    }
    switch try? UDPTrackerRequest(parsing: envelope.data.readableBytesView) {
    case .connect(let transaction): answer(.connect(transaction: transaction, connection: 42))
    case .announce(_, let transaction, let request):
      announced(request, envelope.remoteAddress.ipAddress ?? "")
      answer(.announce(transaction: transaction, AnnounceResponse(interval: 60)))
    default: break
    }
  }
}
