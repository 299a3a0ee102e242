package import NIOCore
import NIOPosix
package import PeerCore
package import SwarmTime
package import Wire

/// Announces over UDP, one at a time, from one socket on the peer's own address. Lives on one event loop.
package final class UDPTrackerClient {
  private struct Running {
    var exchange: UDPExchange
    let target: SocketAddress
    let promise: EventLoopPromise<AnnounceResponse>
  }

  /// What a machine under load may need for an answer, in real time: no swarm is so fast that asking again sooner helps.
  private static let leastRealWait: Int64 = 250_000_000
  /// How often an address is asked again while its tracker's name has others, which are asked then.
  private static let retriesBeforeNext = 1

  private let eventLoop: any EventLoop
  private let source: PeerAddress
  private let clock: SwarmClock
  private let lookUp: @Sendable (String) throws -> [UInt32]
  private var random: RandomSource
  private var socket: EventLoopFuture<any Channel>?
  private var isClosed = false
  private var connections: [SocketAddress: UDPExchange.Connection] = [:]
  private var running: Running?
  private var timer: Scheduled<Void>?

  /// - Parameter lookUp: the IPv4 addresses of a name; may take its time.
  package init(
    eventLoop: any EventLoop, source: PeerAddress, clock: SwarmClock, randomSeed: UInt64,
    lookUp: @escaping @Sendable (String) throws -> [UInt32] = { try ipv4Addresses(of: $0) }
  ) {
    self.eventLoop = eventLoop
    self.source = source
    self.clock = clock
    self.lookUp = lookUp
    random = RandomSource(seed: randomSeed)
  }

  /// Asks the addresses of the tracker's name, one after the other, until one answers.
  ///
  /// - Parameter retries: as in `UDPExchange`, of the last address; the others are asked again once.
  /// - Returns: a future that fails with `TrackerFailure`, or with what NIO says of a socket or a name.
  package func announce(
    _ request: AnnounceRequest, to tracker: TrackerURL, retries: Int
  ) -> EventLoopFuture<AnnounceResponse> {
    let promise = eventLoop.makePromise(of: AnnounceResponse.self)
    resolve(tracker).assumeIsolated().whenComplete { result in
      switch result {
      case .success(let targets): self.tell(request, targets[...], retries, promise)
      case .failure(let error): promise.fail(error)
      }
    }
    return promise.futureResult
  }

  package func close() {
    isClosed = true
    socket?.whenSuccess { $0.close(promise: nil) }
    socket = nil
    end(.failure(.closed))
  }

  // MARK: The exchange

  /// Asks the first of `targets` and, if it stays silent or nothing can be sent to it, the others.
  private func tell(
    _ request: AnnounceRequest, _ targets: ArraySlice<SocketAddress>, _ retries: Int,
    _ promise: EventLoopPromise<AnnounceResponse>
  ) {
    guard !isClosed, let target = targets.first else { return promise.fail(TrackerFailure.closed) }
    let others = targets.dropFirst()
    let patience = others.isEmpty ? retries : min(retries, Self.retriesBeforeNext)
    openSocket().assumeIsolated().flatMap { self.ask(request, target, $0, patience) }.whenComplete { result in
      if !others.isEmpty, case .failure(let failure as TrackerFailure) = result,
        failure == .timedOut || failure == .unsendable
      {
        return self.tell(request, others, retries, promise)
      }
      promise.completeWith(result)
    }
  }

  private func ask(
    _ request: AnnounceRequest, _ target: SocketAddress, _ channel: any Channel, _ retries: Int
  ) -> EventLoopFuture<AnnounceResponse> {
    end(.failure(.closed))
    guard !isClosed, channel.isActive else { return eventLoop.makeFailedFuture(TrackerFailure.closed) }
    var exchange = UDPExchange(
      request, connection: connections[target], retries: retries,
      leastWait: SwarmDuration(nanoseconds: Int64(Double(Self.leastRealWait) * clock.speed)),
      random: RandomSource(seed: random.next()))
    let first = exchange.begin(at: clock.now())
    let promise = eventLoop.makePromise(of: AnnounceResponse.self)
    running = Running(exchange: exchange, target: target, promise: promise)
    perform(.send(first))
    return promise.futureResult
  }

  fileprivate func received(_ datagram: ByteBuffer, from address: SocketAddress) {
    guard address == running?.target, let step = running?.exchange.take(datagram.readableBytesView, at: clock.now())
    else { return }
    perform(step)
  }

  private func perform(_ step: UDPExchange.Step) {
    guard let running else { return }
    connections[running.target] = running.exchange.connection
    switch step {
    case .wait: break
    case .send(let bytes):
      socket?.whenSuccess { channel in
        let data = channel.allocator.buffer(bytes: bytes)
        // One that does not leave is asked again like one that is lost, unless it costs the socket.
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: running.target, data: data), promise: nil)
      }
      setTimer(running.exchange.due)
    case .done(let response): end(.success(response))
    case .failed(let failure): end(.failure(failure))
    }
  }

  private func setTimer(_ due: SwarmInstant) {
    timer?.cancel()
    let wait = clock.realNanoseconds(due - clock.now())
    timer = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(max(0, wait))) { [weak self] in
      guard let self, let step = running?.exchange.timeout(at: clock.now()) else { return }
      perform(step)
    }
  }

  private func end(_ result: Result<AnnounceResponse, TrackerFailure>) {
    timer?.cancel()
    timer = nil
    let ended = running
    running = nil
    ended?.promise.completeWith(result.mapError { $0 as any Error })
  }

  // MARK: Socket and name

  /// Opened by the first announce, and again by the next one after it failed or was closed: NIO closes it when a
  /// datagram cannot be sent for want of a route, say, which may be there again by then. To the announce under way no
  /// answer can come any more.
  private func openSocket() -> EventLoopFuture<any Channel> {
    if let socket { return socket }
    let client = NIOLoopBound(self, eventLoop: eventLoop)
    let source = source
    let eventLoop = eventLoop
    let opened = eventLoop.makeCompletedFuture {
      try PeerAddress(ipv4: source.ipv4, port: 0).socketAddress
    }.flatMap { address in
      DatagramBootstrap(group: eventLoop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(UDPTrackerHandler(client.value))
          }
        }
        .bind(to: address)
    }
    socket = opened
    opened.flatMap { $0.closeFuture }.assumeIsolated().whenComplete { [weak self] _ in
      guard let self, self.socket === opened else { return }
      self.socket = nil
      end(.failure(.unsendable))
    }
    return opened
  }

  private func resolve(_ tracker: TrackerURL) -> EventLoopFuture<[SocketAddress]> {
    if let address = PeerAddress(ip: tracker.host, port: tracker.port) {
      return eventLoop.makeCompletedFuture { try [address.socketAddress] }
    }
    let lookUp = lookUp
    // Not on the worker: pieces would wait there for a slow answer.
    return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
      try lookUp(tracker.host).map { try PeerAddress(ipv4: $0, port: tracker.port).socketAddress }
    }
  }
}

private final class UDPTrackerHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private weak var client: UDPTrackerClient?

  init(_ client: UDPTrackerClient) { self.client = client }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    client?.received(envelope.data, from: envelope.remoteAddress)
  }

  /// An ICMP error says what the silence will say too.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
