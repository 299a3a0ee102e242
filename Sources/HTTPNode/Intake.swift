import NIOCore
import PeerCore
import PeerNode
import SwarmTime

/// What a client reads, as its token bucket allows: a portion is asked of the kernel once the bucket holds it. What the
/// kernel takes in before it is asked is bounded by the socket's receive buffer.
final class Intake {
  /// Read at once, in bytes.
  static let portion: Int64 = 16 << 10

  private var throttle: Throttle
  private var waiting: ChannelHandlerContext?
  private lazy var alarm = Alarm(on: eventLoop) { [unowned self] in readOn() }
  private let eventLoop: any EventLoop

  init(_ limit: RateLimit?, on eventLoop: any EventLoop) {
    throttle = Throttle(limit)
    self.eventLoop = eventLoop
  }

  func start(_ clock: SwarmClock) {
    throttle.start(clock)
    readOn()
  }

  /// Nil is unlimited.
  func setLimit(_ limit: RateLimit?) {
    throttle.change(to: limit)
    readOn()
  }

  /// The connection is to be read from, once.
  func wants(_ context: ChannelHandlerContext) {
    waiting = context
    readOn()
  }

  func forget(_ context: ChannelHandlerContext) {
    if waiting === context { waiting = nil }
  }

  func received(_ bytes: Int) { throttle.spend(bytes) }

  func close() {
    alarm.cancel()
    waiting = nil
  }

  private func readOn() {
    guard let context = waiting, let clock = throttle.clock else { return }
    if let later = throttle.wait(for: Self.portion) { return alarm.set(later, clock) }
    waiting = nil
    context.read()
  }
}

/// Next to the socket: tells the intake what came.
final class IntakeMeter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let intake: Intake

  init(_ intake: Intake) { self.intake = intake }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    intake.received(unwrapInboundIn(data).readableBytes)
    context.fireChannelRead(data)
  }
}
