import Control
import NIOCore
import SwarmTime

/// Service, clock and log, all on one event loop: what the connections share.
final class TrackerCore {
  private var service: TrackerService
  private let log: EventLog?
  /// In which way it is to fail, by order.
  var trouble: TrackerTrouble?
  var clock: SwarmClock {
    didSet { service.table.restart(at: clock.now()) }
  }

  init(_ settings: TrackerSettings, clock: SwarmClock, log: EventLog?) {
    service = TrackerService(settings)
    self.clock = clock
    self.log = log
  }

  func answer(method: String, target: String, from source: String) -> TrackerAnswer {
    let now = clock.now()
    var answer: TrackerAnswer
    if let failure = trouble?.answer {
      service.noteRefusal()
      answer = failure
    } else {
      answer = service.answer(method: method, target: target, from: source, at: now)
      answer.delay = trouble?.delay ?? .zero
    }
    log?.write(answer, from: source, at: now)
    return answer
  }

  /// nil where a datagram gets no answer.
  func answer(datagram: some RandomAccessCollection<UInt8>, from source: String) -> TrackerAnswer? {
    let now = clock.now()
    var answer: TrackerAnswer?
    if let failure = trouble?.answer(toDatagram: Array(datagram.prefix(16))) {
      service.noteRefusal()
      answer = failure
    } else {
      answer = service.answer(datagram: datagram, from: source, at: now)
      answer?.delay = trouble?.delay ?? .zero
    }
    if let answer { log?.write(answer, from: source, over: "udp", at: now) }
    return answer
  }

  /// Real time of a swarm duration.
  func realTime(_ duration: SwarmDuration) -> TimeAmount { .nanoseconds(clock.realNanoseconds(duration)) }

  /// For a request that is no HTTP.
  func refuse(_ reason: String, from source: String) -> TrackerAnswer {
    let answer = service.refuse(reason)
    log?.write(answer, from: source, at: clock.now())
    return answer
  }
}
