public import Control
public import NIOCore
import NIOHTTP1
import NIOPosix
public import SwarmTime

/// A tracker that listens.
public final class TrackerServer: Sendable {
  /// Where it listens, with the port that the system chose where 0 was asked for: `127.0.0.1:6969`.
  public let address: String
  public let port: Int
  private let transport: TrackerTransport
  /// For HTTP; a UDP socket may be on the same port.
  private let listener: (any Channel)?
  private let datagrams: NIOLoopBound<DatagramSocket>
  private let loop: any EventLoop
  private let connections: NIOLoopBound<ConnectionSet>
  private let core: NIOLoopBound<TrackerCore>

  /// One for each protocol, UDP first.
  public var announceURLs: [String] {
    (transport.includesUDP ? ["udp://\(address)/announce"] : [])
      + (transport.includesHTTP ? ["http://\(address)/announce"] : [])
  }

  /// Listens, on one event loop.
  ///
  /// - Parameters:
  ///   - port: 0 lets the system choose.
  ///   - clock: the swarm's time; may be set anew by `setClock`.
  /// - Returns: a future that fails with `TrackerError`.
  public static func listen(
    host: String, port: Int, settings: TrackerSettings, clock: SwarmClock, log: EventLog? = nil,
    on loop: any EventLoop
  ) -> EventLoopFuture<TrackerServer> {
    let name = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    return loop.submit {
      let core = TrackerCore(settings, clock: clock, log: log)
      return Shared(
        core: NIOLoopBound(core, eventLoop: loop),
        connections: NIOLoopBound(ConnectionSet(most: settings.mostConnections), eventLoop: loop),
        datagrams: NIOLoopBound(DatagramSocket(core: core, on: loop), eventLoop: loop))
    }.flatMap { shared in
      open(settings.transport, host: host, port: port, shared, on: loop).map {
        TrackerServer($0, settings.transport, shared, on: loop)
      }
    }.flatMapErrorThrowing { throw TrackerError(listeningOn: name, $0) }
  }

  private static func open(
    _ transport: TrackerTransport, host: String, port: Int, _ shared: Shared, on loop: any EventLoop
  ) -> EventLoopFuture<Opened> {
    guard transport.includesHTTP else {
      return shared.datagrams.value.open(host: host, port: port).map { Opened(listener: nil, at: $0.localAddress) }
    }
    let listener = listen(host: host, port: port, core: shared.core, connections: shared.connections, on: loop)
    guard transport.includesUDP else { return listener.map { Opened(listener: $0, at: $0.localAddress) } }
    return listener.flatMap { listener in
      // The port that the system chose, where it was asked to choose.
      shared.datagrams.value.open(host: host, port: listener.localAddress?.port ?? port)
        .map { _ in Opened(listener: listener, at: listener.localAddress) }
        .flatMapError { error in
          listener.close().recover { _ in }.flatMapThrowing { throw error }
        }
    }
  }

  private static func listen(
    host: String, port: Int, core: NIOLoopBound<TrackerCore>, connections: NIOLoopBound<ConnectionSet>,
    on loop: any EventLoop
  ) -> EventLoopFuture<any Channel> {
    ServerBootstrap(group: loop)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        loop.makeCompletedFuture {
          let connection = TrackerConnection(core: core.value, among: connections.value)
          connections.value.add(channel, from: TrackerConnection.plainAddress(channel.remoteAddress))
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true, withErrorHandling: false, withOutboundHeaderValidation: true,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
          try pipeline.addHandler(IdleStateHandler(allTimeout: TrackerConnection.patience))
          try pipeline.addHandler(connection)
        }
      }
      .bind(host: host, port: port)
  }

  /// Of a request's head. A scrape of two hundred torrents has 14 KiB; the usual limit, 2 MiB, is too much of each of some
  /// thousand strangers.
  private static var limits: NIOHTTPDecoderLimitConfiguration {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 16 << 10
    limits.maxHeaderListSize = 32 << 10
    limits.maxHeaderFieldCount = 64
    return limits
  }

  private init(_ opened: Opened, _ transport: TrackerTransport, _ shared: Shared, on loop: any EventLoop) {
    self.transport = transport
    self.loop = loop
    listener = opened.listener
    core = shared.core
    connections = shared.connections
    datagrams = shared.datagrams
    let local = opened.address
    port = local?.port ?? 0
    let host = local?.ipAddress ?? ""
    address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Sets the swarm's time; peers that are known already are given their patience anew. Done when the future is: what
  /// arrives before may still be answered by the old clock.
  @discardableResult public func setClock(_ clock: SwarmClock) -> EventLoopFuture<Void> {
    loop.submit { self.core.value.clock = clock }
  }

  /// Fails in this way from now on; nil is in none. Done when the future is.
  @discardableResult public func fail(_ trouble: TrackerTrouble?) -> EventLoopFuture<Void> {
    loop.submit { self.core.value.trouble = trouble }
  }

  /// Stops listening and closes every connection; done when the future is.
  public func close() -> EventLoopFuture<Void> {
    loop.flatSubmit {
      let closing = [self.listener?.close(), self.datagrams.value.close()].compactMap { $0 }
      return EventLoopFuture.andAllComplete(closing, on: self.loop)
        .flatMap { self.connections.value.closeAll(on: self.loop) }
    }
  }

  /// What lives on the event loop.
  private struct Shared: Sendable {
    let core: NIOLoopBound<TrackerCore>
    let connections: NIOLoopBound<ConnectionSet>
    let datagrams: NIOLoopBound<DatagramSocket>
  }

  /// What listens, and where.
  private struct Opened: Sendable {
    let listener: (any Channel)?
    let address: SocketAddress?

    init(listener: (any Channel)?, at address: SocketAddress?) {
      self.listener = listener
      self.address = address
    }
  }
}
