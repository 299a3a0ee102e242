import NIOCore
import NIOPosix
import Synchronization

/// A TCP server that answers each request with bytes that a test has prepared, and closes.
final class CannedTracker: Sendable {
  let port: Int
  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let targets: Targets

  final class Targets: Sendable {
    let all = Mutex<[String]>([])
  }

  /// Targets of the requests so far.
  var asked: [String] { targets.all.withLock { $0 } }

  /// - Parameters:
  ///   - answer: the whole answer, head included, by the request's target.
  ///   - heard: told of each request's target and the address from which it came.
  static func with(
    _ answer: @escaping @Sendable (String) -> String, heard: @escaping @Sendable (String, String) -> Void = { _, _ in },
    _ body: (CannedTracker) async throws -> Void
  ) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let targets = Targets()
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(CannedAnswer(answer, targets, heard))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let tracker = CannedTracker(channel, group, targets)
    let result: Result<Void, any Error>
    do { result = .success(try await body(tracker)) } catch { result = .failure(error) }
    try await channel.close().get()
    try await group.shutdownGracefully()
    try result.get()
  }

  private init(_ channel: any Channel, _ group: MultiThreadedEventLoopGroup, _ targets: Targets) {
    self.channel = channel
    self.group = group
    self.targets = targets
    port = channel.localAddress?.port ?? 0
  }
}

private final class CannedAnswer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let answer: @Sendable (String) -> String
  private let targets: CannedTracker.Targets
  private let heard: @Sendable (String, String) -> Void
  private var request = ""

  init(
    _ answer: @escaping @Sendable (String) -> String, _ targets: CannedTracker.Targets,
    _ heard: @escaping @Sendable (String, String) -> Void
  ) {
    self.answer = answer
    self.targets = targets
    self.heard = heard
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    request += String(buffer: unwrapInboundIn(data))
    guard request.hasSuffix("\r\n\r\n") else { return }
    let target = String(request.split(separator: " ").dropFirst().first ?? "")
    targets.all.withLock { $0.append(target) }
    heard(target, context.remoteAddress?.ipAddress ?? "")
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer(target))))
      .whenComplete { _ in bound.value.close(promise: nil) }
  }
}
