import NIOCore
import NIOHTTP1
import NIOPosix
import PeerCore
import Wire

/// Why an announce came to nothing.
enum TrackerFailure: Error, CustomStringConvertible {
  case status(UInt)
  case refused(String)
  case tooLong
  case closed
  case timedOut

  var description: String {
    switch self {
    case .status(let code): "the tracker answered with HTTP status \(code)"
    case .refused(let reason): "the tracker refused: \(reason)"
    case .tooLong: "the tracker's answer is longer than 1 MiB"
    case .closed: "the tracker closed the connection before its answer was whole"
    case .timedOut: "the tracker did not answer in time"
    }
  }
}

/// One announce over HTTP/1.1, on a connection of its own, from the peer's own address.
enum TrackerClient {
  private static var receiveBuffer: AdaptiveRecvByteBufferAllocator {
    AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 16384)
  }

  static func announce(
    _ request: AnnounceRequest, to url: TrackerURL, from source: PeerAddress, timeout: TimeAmount,
    on eventLoop: any EventLoop
  ) -> EventLoopFuture<AnnounceResponse> {
    let answer = eventLoop.makePromise(of: [UInt8].self)
    let connected = connect(to: url, from: source, timeout: timeout, on: eventLoop) {
      AnnounceHandler(target: url.target(query: request.query), host: "\(url.host):\(url.port)", answer: answer)
    }
    connected.whenFailure { answer.fail($0) }
    let deadline = eventLoop.scheduleTask(in: timeout) { answer.fail(TrackerFailure.timedOut) }
    answer.futureResult.whenComplete { _ in
      deadline.cancel()
      connected.whenSuccess { $0.close(promise: nil) }
    }
    return answer.futureResult.flatMapThrowing { body in
      let response = try AnnounceResponse(parsing: body)
      if let reason = response.failureReason { throw TrackerFailure.refused(reason) }
      return response
    }
  }

  private static func connect(
    to url: TrackerURL, from source: PeerAddress, timeout: TimeAmount, on eventLoop: any EventLoop,
    handler: @escaping @Sendable () -> AnnounceHandler
  ) -> EventLoopFuture<any Channel> {
    do {
      let bootstrap = try ClientBootstrap(group: eventLoop)
        .bind(to: PeerAddress(ipv4: source.ipv4, port: 0).socketAddress)
        .connectTimeout(timeout)
        .channelOption(.recvAllocator, value: receiveBuffer)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(handler())
          }
        }
      if let address = PeerAddress(ip: url.host, port: url.port) {
        return try bootstrap.connect(to: address.socketAddress)
      }
      // Names are looked up on a thread of NIO's own.
      return bootstrap.connect(host: url.host, port: Int(url.port))
    } catch {
      return eventLoop.makeFailedFuture(error)
    }
  }
}

/// Sends the request and collects the body.
private final class AnnounceHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private static let longestAnswer = 1 << 20
  private let target: String
  private let host: String
  private let answer: EventLoopPromise<[UInt8]>
  private var body: [UInt8] = []

  init(target: String, host: String, answer: EventLoopPromise<[UInt8]>) {
    self.target = target
    self.host = host
    self.answer = answer
  }

  func channelActive(context: ChannelHandlerContext) {
    let headers: HTTPHeaders = ["Host": host, "User-Agent": "swarm-peer/1", "Connection": "close"]
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      if head.status != .ok { answer.fail(TrackerFailure.status(head.status.code)) }
    case .body(let part):
      guard body.count + part.readableBytes <= Self.longestAnswer else { return answer.fail(TrackerFailure.tooLong) }
      body.append(contentsOf: part.readableBytesView)
    case .end: answer.succeed(body)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { answer.fail(TrackerFailure.closed) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    answer.fail(error)
    context.close(promise: nil)
  }
}
