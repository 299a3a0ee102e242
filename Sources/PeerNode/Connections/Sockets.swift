import NIOCore
import NIOPosix
import PeerCore

/// How sockets of the peer wire are opened: always from the peer's own address, with small buffers of our own.
enum Sockets {
  /// A choke must never wait behind much payload, so little is queued above the kernel.
  static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 32 * 1024, high: 64 * 1024)
  /// A quiet connection holds 1 KiB, a busy one 128 KiB: seven of eight blocks lie whole in one read.
  private static var receiveBuffer: AdaptiveRecvByteBufferAllocator {
    AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 131072)
  }

  /// Opens the listening socket; every accepted connection gets a handler from `accept`, on the event loop.
  static func listen(
    at address: PeerAddress, on eventLoop: any EventLoop, accept: @escaping @Sendable (any Channel) throws -> Void
  ) -> EventLoopFuture<any Channel> {
    eventLoop.makeCompletedFuture { try address.socketAddress }.flatMap { address in
      ServerBootstrap(group: eventLoop)
        .serverChannelOption(.backlog, value: 256)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.writeBufferWaterMark, value: waterMark)
        .childChannelOption(.recvAllocator, value: receiveBuffer)
        .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try accept(channel) } }
        .bind(to: address)
    }
  }

  /// Dials from `source` (any port), without which the kernel would take 127.0.0.1.
  static func dial(
    _ address: PeerAddress, from source: PeerAddress, timeout: TimeAmount, on eventLoop: any EventLoop,
    open: @escaping @Sendable (any Channel) throws -> Void
  ) -> EventLoopFuture<any Channel> {
    eventLoop.makeCompletedFuture {
      try (to: address.socketAddress, from: PeerAddress(ipv4: source.ipv4, port: 0).socketAddress)
    }.flatMap { ends in
      ClientBootstrap(group: eventLoop)
        .bind(to: ends.from)
        .connectTimeout(timeout)
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelOption(.writeBufferWaterMark, value: waterMark)
        .channelOption(.recvAllocator, value: receiveBuffer)
        .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try open(channel) } }
        .connect(to: ends.to)
    }
  }
}
