import Glibc
import NIOCore
import NIOPosix
import PeerCore
import SwarmTime
import Wire

/// Announces over UDP, one at a time, from one socket on the peer's own address. Lives on one event loop.
final class UDPTrackerClient {
  private struct Running {
    var exchange: UDPExchange
    let tracker: TrackerURL
    let target: SocketAddress
    let promise: EventLoopPromise<AnnounceResponse>
  }

  /// What a machine under load may need for an answer, in real time: no swarm is so fast that asking again sooner helps.
  private static let leastRealWait: Int64 = 250_000_000

  private let eventLoop: any EventLoop
  private let source: PeerAddress
  private let clock: SwarmClock
  private var random: RandomSource
  private var socket: EventLoopFuture<any Channel>?
  private var connections: [TrackerURL: UDPExchange.Connection] = [:]
  private var running: Running?
  private var timer: Scheduled<Void>?

  init(eventLoop: any EventLoop, source: PeerAddress, clock: SwarmClock, randomSeed: UInt64) {
    self.eventLoop = eventLoop
    self.source = source
    self.clock = clock
    random = RandomSource(seed: randomSeed)
  }

  /// - Parameter retries: as in `UDPExchange`.
  /// - Returns: a future that fails with `TrackerFailure`, or with what NIO says of a socket or a name.
  func announce(_ request: AnnounceRequest, to tracker: TrackerURL, retries: Int) -> EventLoopFuture<AnnounceResponse> {
    let promise = eventLoop.makePromise(of: AnnounceResponse.self)
    let opened = openSocket()
    resolve(tracker).and(opened).assumeIsolated().whenComplete { result in
      switch result {
      case .success(let (target, channel)): self.begin(request, tracker, target, channel, retries, promise)
      case .failure(let error): promise.fail(error)
      }
    }
    return promise.futureResult
  }

  func close() {
    socket?.whenSuccess { $0.close(promise: nil) }
    socket = nil
    end(.failure(.closed))
  }

  // MARK: The exchange

  private func begin(
    _ request: AnnounceRequest, _ tracker: TrackerURL, _ target: SocketAddress, _ channel: any Channel, _ retries: Int,
    _ promise: EventLoopPromise<AnnounceResponse>
  ) {
    end(.failure(.closed))
    guard channel.isActive else { return promise.fail(TrackerFailure.closed) }
    var exchange = UDPExchange(
      request, connection: connections[tracker], retries: retries,
      leastWait: SwarmDuration(nanoseconds: Int64(Double(Self.leastRealWait) * clock.speed)),
      random: RandomSource(seed: random.next()))
    let first = exchange.begin(at: clock.now())
    running = Running(exchange: exchange, tracker: tracker, target: target, promise: promise)
    perform(.send(first))
  }

  fileprivate func received(_ datagram: ByteBuffer, from address: SocketAddress) {
    guard address == running?.target, let step = running?.exchange.take(datagram.readableBytesView, at: clock.now())
    else { return }
    perform(step)
  }

  private func perform(_ step: UDPExchange.Step) {
    guard let running else { return }
    connections[running.tracker] = running.exchange.connection
    switch step {
    case .wait: break
    case .send(let bytes):
      socket?.whenSuccess { channel in
        let data = channel.allocator.buffer(bytes: bytes)
        // One that does not leave is asked again like one that is lost.
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
  /// datagram cannot be sent for want of a route, say, which may be there again by then.
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
      if let self, self.socket === opened { self.socket = nil }
    }
    return opened
  }

  private func resolve(_ tracker: TrackerURL) -> EventLoopFuture<SocketAddress> {
    if let address = PeerAddress(ip: tracker.host, port: tracker.port) {
      return eventLoop.makeCompletedFuture { try address.socketAddress }
    }
    // Not on the worker: pieces would wait there for a slow answer.
    return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
      try ipv4Address(of: tracker.host, port: tracker.port).socketAddress
    }
  }
}

/// Of IPv4 alone, since the socket is; a name may have IPv6 addresses before.
private func ipv4Address(of host: String, port: UInt16) throws -> PeerAddress {
  var hints = addrinfo()
  hints.ai_family = AF_INET
  hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
  var list: UnsafeMutablePointer<addrinfo>?
  guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else {
    throw TrackerFailure.unknown(host)
  }
  defer { freeaddrinfo(first) }
  var digits = [CChar](repeating: 0, count: Int(NI_MAXHOST))
  let status = getnameinfo(
    first.pointee.ai_addr, first.pointee.ai_addrlen, &digits, socklen_t(digits.count), nil, 0, NI_NUMERICHOST)
  let text = String(decoding: digits.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  guard status == 0, let address = PeerAddress(ip: text, port: port) else {
    throw TrackerFailure.unknown(host)
  }
  return address
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
