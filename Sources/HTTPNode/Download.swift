import NIOCore
import NIOHTTP1
import PeerNode

/// One connection of the client: asks once, from where the file stops, and reads as the intake allows.
final class Download: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let client: FileClient
  private let offset: Int64
  private var isWhole = false
  private var isDone = false

  init(_ client: FileClient, from offset: Int64) {
    self.client = client
    self.offset = offset
  }

  func channelActive(context: ChannelHandlerContext) {
    var headers = HTTPHeaders([("Host", client.settings.server.text), ("Accept", "*/*")])
    if offset > 0 { headers.add(name: "Range", value: "bytes=\(offset)-") }
    headers.add(name: "Connection", value: "close")
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: client.settings.path, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    client.intake.wants(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDone else { return }
    switch unwrapInboundIn(data) {
    case .head(let head): take(head, context)
    case .body(let bytes):
      if !client.received(bytes) { isDone = true }
    case .end:
      isDone = true
      if isWhole { client.isWhole() } else { context.close(promise: nil) }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    client.intake.wants(context)
    context.fireChannelReadComplete()
  }

  /// Of an answer that ends before its length the decoder says so first.
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelInactive(context: ChannelHandlerContext) {
    client.intake.forget(context)
    isDone = true
    client.isOver()
    context.fireChannelInactive()
  }

  private func take(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) {
    switch head.status {
    case .ok where offset == 0: isWhole = true
    case .partialContent where head.headers.first(name: "Content-Range")?.hasPrefix("bytes \(offset)-") == true:
      // What is missing behind a shorter part is asked for by the next connection.
      isWhole = ByteRange.reachesEnd(contentRange: head.headers.first(name: "Content-Range") ?? "")
    // Busy for now: asked again later, like one that does not answer.
    case .serviceUnavailable:
      isDone = true
      client.isPutOff(retryAfter: head.headers.first(name: "Retry-After"))
      context.close(promise: nil)
    // All of it is here already.
    case .rangeNotSatisfiable where head.headers.first(name: "Content-Range") == "bytes */\(offset)":
      isDone = true
      client.isWhole()
    default:
      isDone = true
      client.isRefused("answered with \(head.status.code) \(head.status.reasonPhrase)")
    }
  }
}
