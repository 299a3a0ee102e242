import Control
import NIOCore
import PeerCore
import PeerNode
import SwarmTime

/// All that a server sends, over all its connections together: each gives a portion in turn, as the token bucket allows.
///
/// Who does not take what it was given is passed over until it does, so that its share goes to the others. The bucket
/// counts every byte of the streams, heads included, and starts empty.
final class Outlet {
  /// What a connection gives in its turn, in bytes.
  static let portion: Int64 = 16 << 10

  private var throttle: Throttle
  /// Connections with something to send and room for it, in the order of their turns.
  private var turns = CircularBuffer<ServedConnection>()
  private var isPumping = false
  private lazy var alarm = Alarm(on: eventLoop) { [unowned self] in pump() }
  private let eventLoop: any EventLoop

  init(_ limit: RateLimit?, on eventLoop: any EventLoop) {
    throttle = Throttle(limit)
    self.eventLoop = eventLoop
  }

  /// From now on something may be sent.
  func start(_ clock: SwarmClock) {
    throttle.start(clock)
    pump()
  }

  /// Nil is unlimited.
  func setLimit(_ limit: RateLimit?) {
    throttle.change(to: limit)
    pump()
  }

  /// The connection has something to send, and room for it.
  func enqueue(_ connection: ServedConnection) {
    guard !connection.isInTurn else { return }
    connection.isInTurn = true
    turns.append(connection)
    pump()
  }

  /// Bytes that a connection gave to the kernel.
  func sent(_ bytes: Int) { throttle.spend(bytes) }

  func close() {
    alarm.cancel()
    turns.removeAll()
  }

  private func pump() {
    // A connection that is given something may say at once that it has room for more.
    guard !isPumping, let clock = throttle.clock else { return }
    isPumping = true
    defer { isPumping = false }
    while let next = turns.first {
      if let later = throttle.wait(for: Self.portion) { return alarm.set(later, clock) }
      turns.removeFirst()
      next.isInTurn = false
      if next.sendPortion() { enqueue(next) }
    }
  }
}

/// Next to the socket: tells the outlet what leaves.
final class OutletMeter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  private let outlet: Outlet

  init(_ outlet: Outlet) { self.outlet = outlet }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    outlet.sent(unwrapOutboundIn(data).readableBytes)
    context.write(data, promise: promise)
  }
}
