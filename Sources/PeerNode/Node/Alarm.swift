package import NIOCore
package import SwarmTime

/// The one timer of a process, on the swarm's clock. Rings at the set instant or a little earlier, never much later.
package final class Alarm {
  private let eventLoop: NIOIsolatedEventLoop
  private let ring: () -> Void
  private var pending: (at: NIODeadline, task: Scheduled<Void>)?

  package init(on eventLoop: any EventLoop, ring: @escaping () -> Void) {
    self.eventLoop = eventLoop.assumeIsolated()
    self.ring = ring
  }

  /// An earlier instant than the one that is set replaces it. A later one does not: ringing too early costs one look at
  /// the clock, while setting anew costs as much each time a deadline moves.
  package func set(_ instant: SwarmInstant, _ clock: SwarmClock) {
    let real = clock.zeroMonotonicNanoseconds + clock.realNanoseconds(instant - .zero)
    let at = NIODeadline.uptimeNanoseconds(UInt64(max(0, real)))
    if let pending {
      guard at < pending.at else { return }
      pending.task.cancel()
    }
    let task = eventLoop.scheduleTask(deadline: at) { [weak self] in
      guard let self else { return }
      pending = nil
      ring()
    }
    pending = (at, task)
  }

  package func cancel() {
    pending?.task.cancel()
    pending = nil
  }
}
