public import NIOCore
import NIOHTTP1
import NIOPosix
public import SwarmTime

/// A tracker that listens.
public final class TrackerServer: Sendable {
  /// Where it listens, with the port that the system chose where 0 was asked for: `127.0.0.1:6969`.
  public let address: String
  public let port: Int
  private let channel: any Channel
  private let connections: NIOLoopBound<ConnectionSet>
  private let core: NIOLoopBound<TrackerCore>

  public var announceURL: String { "http://\(address)/announce" }

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
      let core = NIOLoopBound(TrackerCore(settings, clock: clock, log: log), eventLoop: loop)
      let connections = NIOLoopBound(ConnectionSet(), eventLoop: loop)
      return (core, connections)
    }.flatMap { core, connections in
      ServerBootstrap(group: loop)
        .serverChannelOption(.backlog, value: 1024)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          loop.makeCompletedFuture {
            connections.value.add(channel)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: false)
            try pipeline.addHandler(IdleStateHandler(allTimeout: TrackerConnection.patience))
            try pipeline.addHandler(TrackerConnection(core: core.value))
          }
        }
        .bind(host: host, port: port)
        .map { TrackerServer(channel: $0, core: core, connections: connections) }
    }.flatMapErrorThrowing { throw TrackerError(listeningOn: name, $0) }
  }

  private init(channel: any Channel, core: NIOLoopBound<TrackerCore>, connections: NIOLoopBound<ConnectionSet>) {
    self.channel = channel
    self.core = core
    self.connections = connections
    port = channel.localAddress?.port ?? 0
    let host = channel.localAddress?.ipAddress ?? ""
    address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Sets the swarm's time; peers that are known already are given their patience anew.
  public func setClock(_ clock: SwarmClock) {
    channel.eventLoop.execute { self.core.value.clock = clock }
  }

  /// Stops listening and closes every connection; done when the future is.
  public func close() -> EventLoopFuture<Void> {
    channel.close().recover { _ in }.flatMap { self.connections.value.closeAll(on: self.channel.eventLoop) }
  }
}

/// The connections that are open; lives on the event loop.
private final class ConnectionSet {
  private var channels: [ObjectIdentifier: any Channel] = [:]

  func add(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    channels[id] = channel
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    channel.closeFuture.whenComplete { _ in bound.value.channels[id] = nil }
  }

  func closeAll(on loop: any EventLoop) -> EventLoopFuture<Void> {
    EventLoopFuture.andAllComplete(channels.values.map { $0.close() }, on: loop)
  }
}
