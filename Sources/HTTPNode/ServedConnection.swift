import NIOCore
package import NIOHTTP1

/// One connection of the server: requests in, the file or a part of it out, for as long as the other side keeps it.
final class ServedConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let file: ServedFile
  private let outlet: Outlet
  private var context: ChannelHandlerContext?
  /// What is still to be sent of the answer under way.
  private var left: Range<Int64> = 0..<0
  private var keepsAlive = true
  /// Waits for its turn.
  var isInTurn = false
  var isAnswering: Bool { !left.isEmpty }

  init(_ file: ServedFile, _ outlet: Outlet) {
    self.file = file
    self.outlet = outlet
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // No request that we answer has a body.
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    keepsAlive = head.isKeepAlive
    let answer = FileAnswer(to: head, name: file.name, size: file.size)
    context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
    left = answer.body
    guard left.isEmpty else {
      context.flush()
      return outlet.enqueue(self)
    }
    finish(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, !left.isEmpty { outlet.enqueue(self) }
    context.fireChannelWritabilityChanged()
  }

  /// Of one that waits for its turn the silence is our own.
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
    if !isInTurn { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  /// - Returns: whether there is more to send, and room for it.
  func sendPortion() -> Bool {
    guard let context, context.channel.isActive, !left.isEmpty else { return false }
    let part = left.lowerBound..<min(left.upperBound, left.lowerBound + Outlet.portion)
    var buffer = context.channel.allocator.buffer(capacity: Int(Outlet.portion))
    guard file.read(part, into: &buffer) else {
      // The answer's length is promised: an end without it says that it is not whole.
      context.close(promise: nil)
      return false
    }
    left = part.upperBound..<left.upperBound
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    if left.isEmpty { finish(context) }
    return !left.isEmpty && context.channel.isWritable
  }

  private func finish(_ context: ChannelHandlerContext) {
    let end = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    guard !keepsAlive else { return }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    end.whenComplete { _ in bound.value.close(promise: nil) }
  }
}

/// What a request is answered with: a pure function of its head.
package struct FileAnswer {
  package var head: HTTPResponseHead
  /// Bytes of the file that follow.
  package var body: Range<Int64> = 0..<0

  package init(to request: HTTPRequestHead, name: String, size: Int64) {
    var headers = HTTPHeaders([("Accept-Ranges", "bytes")])
    let range = ByteRange(request.headers.first(name: "Range"), size: size)
    let status: HTTPResponseStatus
    switch (request.method, Self.path(request.uri) == "/\(name)", range) {
    case (_, false, _): status = .notFound
    case (.HEAD, true, _), (.GET, true, .whole):
      status = .ok
      if request.method == .GET { body = 0..<size }
    case (.GET, true, .part(let part)):
      status = .partialContent
      body = part
      headers.add(name: "Content-Range", value: "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)")
    case (.GET, true, .unsatisfiable):
      status = .rangeNotSatisfiable
      headers.add(name: "Content-Range", value: "bytes */\(size)")
    default:
      status = .methodNotAllowed
      headers.add(name: "Allow", value: "GET, HEAD")
    }
    // The answer to HEAD says what GET would bring.
    let length = request.method == .HEAD && status == .ok ? size : Int64(body.count)
    if status == .ok || status == .partialContent {
      headers.add(name: "Content-Type", value: "application/octet-stream")
    }
    headers.add(name: "Content-Length", value: "\(length)")
    if !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
    head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
  }

  /// Up to the query, with `%20` and the like as the bytes that they stand for; what is no such code stays as it is.
  private static func path(_ uri: String) -> String {
    var rest = Array(uri.utf8.prefix { $0 != UInt8(ascii: "?") })[...]
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      let code = digits.utf8.count == 2 && !digits.hasPrefix("+") ? UInt8(digits, radix: 16) : nil
      if byte == UInt8(ascii: "%"), let code {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
