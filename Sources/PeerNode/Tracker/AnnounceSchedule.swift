package import SwarmTime
package import Wire

/// When the tracker is told what; the rules alone, without sockets. All times are swarm time.
///
/// One announce at a time: `started`, then `completed`, then `stopped`, each until it was answered, and between them at
/// the interval that the tracker asks for; sooner, but for its minimum interval, when peers are lacking.
package struct AnnounceSchedule {
  package struct Announce: Hashable {
    /// nil for a regular one.
    package var event: AnnounceRequest.Event?
    package init(event: AnnounceRequest.Event?) { self.event = event }
  }

  /// An early announce comes no sooner than this after the last one, whatever the tracker allows.
  static let leastInterval = SwarmDuration.seconds(5)
  private static let longestBackoff = SwarmDuration.seconds(300)

  /// Events that are still to be told, in order.
  private var events: [AnnounceRequest.Event] = []
  private var inFlight: Announce?
  private var isIn = false
  private var hasToldStarted = false
  private var failures = 0
  private var lastAnnounce = SwarmInstant.distantPast
  private var minInterval = Self.leastInterval
  private(set) package var due: SwarmInstant?

  package init() {}

  /// Everything was told, and nothing is on its way.
  package var isIdle: Bool { inFlight == nil && events.isEmpty }

  package mutating func join(at now: SwarmInstant) {
    self = AnnounceSchedule()
    isIn = true
    events = [.started]
    due = now
  }

  package mutating func completed(at now: SwarmInstant) { tell(.completed, now) }

  /// Says goodbye; not to a tracker that never heard of us.
  package mutating func leave(at now: SwarmInstant) {
    isIn = false
    if hasToldStarted || inFlight != nil {
      events.removeAll { $0 == .started }
      tell(.stopped, now)
    } else {
      events = []
      due = nil
    }
  }

  private mutating func tell(_ event: AnnounceRequest.Event, _ now: SwarmInstant) {
    events.append(event)
    if inFlight == nil { due = failures > 0 && event != .stopped ? due : now }
  }

  /// The peer has another address: the tracker hears of it at once, whatever was on its way from the old one. A peer with
  /// another peer id is a newcomer to the tracker.
  package mutating func moved(asNewPeer isNew: Bool, at now: SwarmInstant) {
    guard isIn else { return }
    inFlight = nil
    failures = 0
    if isNew || !hasToldStarted { events = [.started] + events.filter { $0 != .started } }
    if isNew { hasToldStarted = false }
    due = now
  }

  package mutating func wantPeers(at now: SwarmInstant) {
    guard isIn, inFlight == nil, failures == 0, let regular = due else { return }
    due = min(regular, max(now, lastAnnounce + minInterval))
  }

  /// The announce that is due now.
  package mutating func take(at now: SwarmInstant) -> Announce? {
    guard inFlight == nil, let due, due <= now else { return nil }
    self.due = nil
    let announce = Announce(event: events.first)
    inFlight = announce
    lastAnnounce = now
    return announce
  }

  /// - Parameters: what the tracker asked for, in swarm seconds.
  package mutating func answered(interval: Int, minInterval: Int?, at now: SwarmInstant) {
    guard let told = inFlight else { return }
    inFlight = nil
    failures = 0
    if told.event == .started { hasToldStarted = true }
    if told.event != nil, events.first == told.event { events.removeFirst() }
    let asked = max(Self.leastInterval, .seconds(min(interval, 86400)))
    self.minInterval = max(Self.leastInterval, .seconds(min(minInterval ?? 0, 86400)))
    due = !events.isEmpty ? now : isIn ? now + asked : nil
  }

  /// Tried again after 5 s, then 10, 20 … 300; a goodbye is tried once.
  package mutating func failed(at now: SwarmInstant) {
    guard let told = inFlight else { return }
    inFlight = nil
    guard isIn else {
      // On the way out nothing is tried twice, and a tracker that did not hear the start needs no goodbye.
      events = told.event == .started ? [] : events.filter { $0 != told.event }
      due = events.isEmpty ? nil : now
      return
    }
    let backoff = min(Self.longestBackoff, Self.leastInterval * (1 << min(failures, 6)))
    failures += 1
    due = now + backoff
  }
}
