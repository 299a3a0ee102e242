import NIOCore
import NIOPosix

/// The tracker's UDP socket, bound again at its address whenever it closes unasked. NIO closes it over one datagram that
/// the kernel refuses to send (there is no route to that peer, a firewall forbids it), and all the other peers would be
/// left without a tracker. Lives on one event loop.
final class DatagramSocket {
  /// Real time between two attempts to bind it.
  private static let pause = TimeAmount.seconds(1)

  private let core: TrackerCore
  private let loop: any EventLoop
  private var channel: (any Channel)?
  private var isClosed = false

  init(core: TrackerCore, on loop: any EventLoop) {
    self.core = core
    self.loop = loop
  }

  /// - Parameter port: 0 lets the system choose.
  func open(host: String, port: Int) -> EventLoopFuture<any Channel> {
    let opened = bootstrap().bind(host: host, port: port)
    opened.assumeIsolated().whenSuccess { self.keep($0) }
    return opened
  }

  func close() -> EventLoopFuture<Void> {
    isClosed = true
    return channel?.close() ?? loop.makeSucceededFuture(())
  }

  private func keep(_ opened: any Channel) {
    guard !isClosed, let address = opened.localAddress else { return opened.close(promise: nil) }
    channel = opened
    opened.closeFuture.assumeIsolated().whenComplete { _ in self.bindAgain(to: address) }
  }

  private func bindAgain(to address: SocketAddress) {
    guard !isClosed else { return }
    bootstrap().bind(to: address).assumeIsolated().whenComplete { result in
      if case .success(let channel) = result { return self.keep(channel) }
      self.loop.assumeIsolated().scheduleTask(in: Self.pause) { self.bindAgain(to: address) }
    }
  }

  private func bootstrap() -> DatagramBootstrap {
    let core = NIOLoopBound(core, eventLoop: loop)
    return DatagramBootstrap(group: loop)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: DatagramHandler.largestDatagram))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(DatagramHandler(core: core.value))
        }
      }
  }
}
