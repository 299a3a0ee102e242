import NIOCore
import SwarmTime

/// The tracker's UDP socket: a datagram in, at most one out. What the kernel cannot take at once is dropped, since who
/// asked asks again; so nothing grows.
final class DatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  /// The longest question (a scrape of 74 hashes) has 1,496 bytes; options behind an announce (BEP 41) are short.
  static let largestDatagram = 2048

  private let core: TrackerCore

  init(core: TrackerCore) { self.core = core }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    let source = TrackerConnection.plainAddress(envelope.remoteAddress)
    // No answer can go to port 0: the kernel refuses to send it, and NIO would close the socket for that.
    guard !source.isEmpty, envelope.remoteAddress.port != 0,
      let answer = core.answer(datagram: envelope.data.readableBytesView, from: source), !answer.body.isEmpty,
      context.channel.isWritable
    else { return }
    let body = context.channel.allocator.buffer(bytes: answer.body)
    let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: body)
    guard answer.delay > .zero else { return context.write(wrapOutboundOut(reply), promise: nil) }
    let channel = context.channel
    channel.eventLoop.scheduleTask(in: core.realTime(answer.delay)) { channel.writeAndFlush(reply, promise: nil) }
  }

  func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

  /// An ICMP error for a peer that is gone, or a full buffer: no reason to stop serving the others.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
