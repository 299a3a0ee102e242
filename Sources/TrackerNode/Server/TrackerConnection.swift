import NIOCore
import NIOHTTP1
import SwarmTime

/// One connection: requests in, answers out, for as long as the other side keeps it.
final class TrackerConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// A connection without a request for this long, in real time, is closed.
  static let patience = TimeAmount.minutes(5)
  /// Bytes that the body of a request may have; none is read.
  static let largestBody = 64 << 10

  private let core: TrackerCore
  private let connections: ConnectionSet
  private var source = ""
  private var head: HTTPRequestHead?
  private var bodySize = 0
  private var isBroken = false

  /// - Parameter connections: which are told that this one is in use.
  init(core: TrackerCore, among connections: ConnectionSet) {
    self.core = core
    self.connections = connections
  }

  func handlerAdded(context: ChannelHandlerContext) {
    source = Self.plainAddress(context.remoteAddress)
  }

  /// Without the mark of IPv6 that a listener on [::] puts before an IPv4 peer's; empty for what is no IP address.
  static func plainAddress(_ address: SocketAddress?) -> String {
    let address = address?.ipAddress ?? ""
    return address.hasPrefix("::ffff:") && address.contains(".") ? String(address.dropFirst(7)) : address
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isBroken else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      bodySize = 0
    case .body(let part):
      bodySize += part.readableBytes
      if bodySize > Self.largestBody { refuse("the body is longer than \(Self.largestBody) bytes", context) }
    case .end:
      guard let head else { return }
      self.head = nil
      connections.isUsed(context.channel)
      let answer = core.answer(method: head.method.rawValue, target: head.uri, from: source)
      guard answer.delay > .zero else {
        return write(answer, version: head.version, keepAlive: head.isKeepAlive, context)
      }
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.eventLoop.scheduleTask(in: core.realTime(answer.delay)) {
        let (connection, context) = bound.value
        // Who did not wait for it hears nothing.
        guard context.channel.isActive else { return }
        connection.write(answer, version: head.version, keepAlive: head.isKeepAlive, context)
      }
    }
  }

  /// What cannot be parsed as HTTP; nothing after it on the connection can be understood.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError, !isBroken else { return context.close(promise: nil) }
    refuse("this is no HTTP request: \(error)", context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  /// A client that asks and asks and reads no answers is not listened to for a while.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    context.channel.setOption(.autoRead, value: context.channel.isWritable).whenFailure { _ in }
    context.fireChannelWritabilityChanged()
  }

  private func refuse(_ reason: String, _ context: ChannelHandlerContext) {
    isBroken = true
    write(core.refuse(reason, from: source), version: .http1_1, keepAlive: false, context)
  }

  private func write(
    _ answer: TrackerAnswer, version: HTTPVersion, keepAlive: Bool, _ context: ChannelHandlerContext
  ) {
    var headers = HTTPHeaders()
    headers.add(name: "Content-Type", value: answer.contentType)
    headers.add(name: "Content-Length", value: "\(answer.body.count)")
    if answer.status == 405 { headers.add(name: "Allow", value: "GET") }
    if !keepAlive {
      headers.add(name: "Connection", value: "close")
    } else if version.minor == 0 {
      headers.add(name: "Connection", value: "keep-alive")
    }
    let head = HTTPResponseHead(version: version, status: .init(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let body = context.channel.allocator.buffer(bytes: answer.body)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    let end = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if !keepAlive {
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      end.whenComplete { _ in bound.value.close(promise: nil) }
    }
  }
}
