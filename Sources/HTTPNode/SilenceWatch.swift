import NIOCore

/// Next to the socket: closes a connection on which nothing comes for too long although it is read from. While a limit
/// forbids reading, what comes is not known, and the silence is our own.
final class SilenceWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer

  private let longest: TimeAmount
  private var end: Scheduled<Void>?

  init(longest: TimeAmount) { self.longest = longest }

  func read(context: ChannelHandlerContext) {
    end?.cancel()
    end = context.eventLoop.assumeIsolated().scheduleTask(in: longest) { context.close(promise: nil) }
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    stopWatching()
    context.fireChannelRead(data)
  }

  func channelInactive(context: ChannelHandlerContext) {
    stopWatching()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stopWatching() }

  private func stopWatching() {
    end?.cancel()
    end = nil
  }
}
