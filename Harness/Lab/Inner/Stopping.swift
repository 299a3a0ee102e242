import Control
import Planning
import Recording
import SwarmTime

/// Ending a run: peers are asked first and all at once, native ones then told by signal, then killed, others killed once
/// their time is over; the tracker goes last, so that it hears them leave. A native swarm is over within four seconds.
extension RunLogic {
  mutating func end(_ reason: EndReason, _ now: Int64) {
    guard phase != .stopping, phase != .finished else { return }
    endReason = reason
    setPhase(.stopping)
    let at = clock?.instant(monotonicNanoseconds: now) ?? .init(nanoseconds: 0)
    actions.append(.record(.ended(reason: reason.rawValue)))
    actions.append(.tell(.ended(reason: reason, at: at)))
    actions.append(.tell(.phase(.stopping)))
    for fault in faults.waiting {
      actions.append(
        .tell(.note("fault \(fault.id) (\(fault.kind.rawValue)) did not happen: what it waited for was not seen")))
    }
    for (fault, struck) in inForce where fault.kind == .pause || fault.kind == .trackerError {
      // A stopped process hears no order, and nobody can take leave of a tracker that does not listen.
      for name in struck { actions.append(.goOn(name)) }
      if fault.kind == .trackerError { actions.append(.order(Self.tracker, .fail(nil))) }
    }
    for name in names where name != Self.tracker && people[name]?.isAlive == true { stop(name, now) }
    stopSteps = [(now + 1_500_000_000, .terminatePeers), (now + 3_000_000_000, .killPeers)]
    goOnStopping(now)
  }

  /// Ends the run at once: nothing that follows could be judged.
  mutating func fail(_ error: LabError, _ now: Int64) {
    guard self.error == nil, phase != .finished else { return }
    self.error = error
    if phase == .stopping { return }
    end(.failed, now)
    for name in names where people[name]?.isAlive == true {
      people[name]?.isStopping = true
      actions.append(.kill(name))
    }
  }

  mutating func stop(_ name: String, _ now: Int64) {
    people[name]?.isStopping = true
    if error != nil {
      actions.append(.kill(name))
      return
    }
    actions.append(.record(.stopOrdered(process: name)))
    if isCommand(name) {
      askToStop(name, now)
    } else {
      actions.append(takesOrders(name) ? .order(name, .stop) : .terminate(name))
    }
  }

  mutating func goOnStopping(_ now: Int64) {
    for due in stopSteps where due.at <= now {
      let trackerOnly = due.step == .terminateTracker || due.step == .killTracker
      for name in names
      where people[name]?.isAlive == true && (name == Self.tracker) == trackerOnly && !isCommand(name) {
        let isGentle = due.step == .terminatePeers || due.step == .terminateTracker
        actions.append(isGentle ? .terminate(name) : .kill(name))
      }
    }
    stopSteps.removeAll { $0.at <= now }
    let isPeerLeft = names.contains { $0 != Self.tracker && isUnderWay($0) }
    if isPeerLeft { return }
    if isUnderWay(Self.tracker) {
      guard people[Self.tracker]?.isAlive == true, people[Self.tracker]?.isStopping == false else { return }
      stop(Self.tracker, now)
      stopSteps = [(now + 500_000_000, .terminateTracker), (now + 1_000_000_000, .killTracker)]
    } else {
      setPhase(.finished)
      actions.append(.finished(endReason ?? .failed, error))
    }
  }

  /// Started, or being started, and not gone.
  private func isUnderWay(_ name: String) -> Bool {
    guard let person = people[name] else { return false }
    return person.isSpawning && !person.isGone
  }
}
