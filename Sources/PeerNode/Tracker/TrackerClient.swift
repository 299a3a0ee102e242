package import NIOCore
import NIOHTTP1
import NIOPosix
package import PeerCore
package import Wire

/// One announce over HTTP/1.1, on a connection of its own, from the peer's own address.
package enum TrackerClient {
  private static let mostRedirects = 5
  private static var receiveBuffer: AdaptiveRecvByteBufferAllocator {
    AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 16384)
  }

  /// - Parameter timeout: for the whole, redirects included.
  package static func announce(
    _ request: AnnounceRequest, to url: TrackerURL, from source: PeerAddress, timeout: TimeAmount,
    on eventLoop: any EventLoop
  ) -> EventLoopFuture<AnnounceResponse> {
    let deadline = NIODeadline.now() + timeout
    return get(url, request.query, redirects: mostRedirects, source, deadline, eventLoop).flatMapThrowing { answer in
      let response: AnnounceResponse
      do { response = try AnnounceResponse(parsing: answer.body) } catch {
        // Behind an error's status there may be anything.
        guard answer.status == .ok else { throw TrackerFailure.status(answer.status.code) }
        throw error
      }
      if let reason = response.failureReason { throw TrackerFailure.refused(reason) }
      guard answer.status == .ok else { throw TrackerFailure.status(answer.status.code) }
      return response
    }
  }

  private static func get(
    _ url: TrackerURL, _ query: String, redirects: Int, _ source: PeerAddress, _ deadline: NIODeadline,
    _ eventLoop: any EventLoop
  ) -> EventLoopFuture<HTTPAnswer> {
    let answer = eventLoop.makePromise(of: HTTPAnswer.self)
    let timeout = max(.nanoseconds(1), deadline - .now())
    let connected = connect(to: url, from: source, timeout: timeout, on: eventLoop) {
      AnswerReader(target: url.target(query: query), host: "\(url.host):\(url.port)", answer: answer)
    }
    connected.whenFailure { answer.fail($0) }
    let alarm = eventLoop.scheduleTask(deadline: deadline) { answer.fail(TrackerFailure.timedOut) }
    answer.futureResult.whenComplete { _ in
      alarm.cancel()
      connected.whenSuccess { $0.close(promise: nil) }
    }
    return answer.futureResult.flatMap { answer in
      guard answer.isRedirect else { return eventLoop.makeSucceededFuture(answer) }
      guard redirects > 0, let other = url.redirected(to: answer.location) else {
        return eventLoop.makeFailedFuture(TrackerFailure.redirect(answer.location))
      }
      return get(other, query, redirects: redirects - 1, source, deadline, eventLoop)
    }
  }

  private static func connect(
    to url: TrackerURL, from source: PeerAddress, timeout: TimeAmount, on eventLoop: any EventLoop,
    handler: @escaping @Sendable () -> AnswerReader
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

private struct HTTPAnswer: Sendable {
  var status: HTTPResponseStatus
  /// Where a redirect leads; empty if it does not say.
  var location: String
  var body: [UInt8] = []

  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status.code) }
}

/// Sends the request and collects the body, however it is framed: by its length, in chunks, or to the connection's end.
private final class AnswerReader: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private static let longestAnswer = 1 << 20
  private let target: String
  private let host: String
  private let promise: EventLoopPromise<HTTPAnswer>
  private var answer: HTTPAnswer?

  init(target: String, host: String, answer: EventLoopPromise<HTTPAnswer>) {
    self.target = target
    self.host = host
    promise = answer
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
      let encoding = head.headers.first(name: "Content-Encoding") ?? "identity"
      guard encoding.lowercased() == "identity" else { return promise.fail(TrackerFailure.encoded(encoding)) }
      answer = HTTPAnswer(status: head.status, location: head.headers.first(name: "Location") ?? "")
    case .body(let part):
      guard let size = answer?.body.count, size + part.readableBytes <= Self.longestAnswer else {
        return promise.fail(TrackerFailure.tooLong)
      }
      answer?.body.append(contentsOf: part.readableBytesView)
    case .end: if let answer { promise.succeed(answer) }
    }
  }

  func channelInactive(context: ChannelHandlerContext) { promise.fail(TrackerFailure.closed) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }
}
