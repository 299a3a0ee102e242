public import Planning
public import SwarmTime

/// One peer as a choker, as the wire shows it: whom it could serve, whom it unchoked when, and why.
public struct ChokingView: Sendable {
  /// Index in the cast and in the plan.
  public let peer: Int
  public let profile: Profile
  /// While it was incomplete by the wire: from its arrival to its completion, departure or the end; nil for a seed.
  public let leecherSpan: Range<SwarmInstant>?
  /// While it had everything: nil for one that never did.
  public let seedSpan: Range<SwarmInstant>?
  /// Whom it had a conversation with, by index.
  public let partners: [Int]
  /// All chokes and unchokes that it sent, by time, as long as it keeps one grid: who leaves and comes back has another one.
  public let changes: [ChokeChange]
  /// Fitted to the decisions that nothing else explains; nil where there are none.
  public let grid: ChokeGridFit?
  /// How long what it decides may take to the wire.
  public let delay: SwarmDuration
  /// The same of those of `timelyChanges`.
  let timelyDelay: SwarmDuration
  /// The clock of its optimistic slots, for a client that has one; and what happened at its points.
  let optimisticClock: ChokeGridFit?
  let ofOptimisticClock: [ChokeDecision]
  /// Where `grid` holds: all the time, but for a client whose grid begins anew.
  let stretch: Range<SwarmInstant>
  /// When a slot fell free and its grid began anew, by time; empty for a client whose grid never does.
  let restarts: [SwarmInstant]

  private let lines: [Int: Line]

  /// One partner.
  struct Line: Sendable {
    var unchoked: [Span] = []
    var interested: [Span] = []
    var unknown: [Span] = []
    var connected: [Span] = []
  }

  /// `Scene.choking(of:)` keeps it.
  ///
  /// - Returns: nil for a peer without a profile.
  init?(_ scene: Scene, _ peer: Int) {
    guard peer < scene.plan.peers.count, let profile = scene.plan.peers[peer].profile else { return nil }
    self.init(scene, peer, profile: profile)
  }

  /// A peer of the plan, looked at by another profile than its own.
  init(_ scene: Scene, _ peer: Int, profile: Profile) {
    self.peer = peer
    self.profile = profile
    timelyDelay = scene.queueing(peer)
    delay = timelyDelay + profile.outputBuffer
    let lines = Self.lines(of: peer, scene)
    self.lines = lines
    partners = lines.keys.sorted()
    let arrival = scene.arrivals[peer]
    let end = max(arrival, scene.departure(peer))
    let isSeed = scene.plan.peers[peer].role == .seed
    let completion = isSeed ? arrival : scene.holdings.completions[peer].map { min(max($0.at, arrival), end) }
    // Its rounds are known until then.
    let kept = max(arrival, min(end, scene.disturbances.newGrid(of: peer) ?? end))
    leecherSpan = isSeed ? nil : arrival..<min(completion ?? end, kept)
    // Who wants no more than a part becomes no seed. It goes on choking as a leecher, but has no rates left to rank by.
    let isWhole = isSeed || scene.holdings.becameSeed(peer) != nil
    seedSpan = isWhole ? completion.map { $0..<max($0, kept) } : nil
    let causes = ChangeCauses(
      lines: lines, reaction: profile.reaction + timelyDelay, outputBuffer: profile.outputBuffer,
      completion: isSeed ? nil : completion,
      period: profile.period, slots: profile.slots.map { $0 + profile.optimisticSlots },
      restarts: profile.restartsOnVacancy)
    changes = causes.changes().filter { $0.at < kept || kept == end }
    restarts = profile.restartsOnVacancy ? causes.vacancies.map(\.at).sorted() : []
    let clocks = ChokeClocks(
      ChokeDecision.gathered(from: Self.timely(changes, profile), within: profile.gridTolerance), profile: profile,
      tolerance: profile.gridTolerance, restarts: restarts)
    (grid, stretch) = (clocks.grid, clocks.stretch)
    (optimisticClock, ofOptimisticClock) = (clocks.optimistic, clocks.ofOptimisticClock)
  }

  /// Stretches in which the peer had unchoked this partner.
  public func unchoked(_ partner: Int) -> [Span] { lines[partner]?.unchoked ?? [] }
  /// Stretches in which this partner was interested in the peer.
  public func interested(_ partner: Int) -> [Span] { lines[partner]?.interested ?? [] }
  /// Stretches in which the choke of this partner, or its interest, is not known.
  public func unknown(_ partner: Int) -> [Span] { lines[partner]?.unknown ?? [] }
  /// Stretches in which the two had a connection.
  public func connected(_ partner: Int) -> [Span] { lines[partner]?.connected ?? [] }

  public func isUnchoked(_ partner: Int, at time: SwarmInstant) -> Bool { Span.covering(time, in: unchoked(partner)) }
  public func isInterested(_ partner: Int, at time: SwarmInstant) -> Bool {
    Span.covering(time, in: interested(partner))
  }
  public func isUnknown(_ partner: Int, at time: SwarmInstant) -> Bool { Span.covering(time, in: unknown(partner)) }

  /// Changes whose time tells when they were decided, by time. Of a client that holds payload in a buffer of its own these
  /// are unchokes: before a choke there may be payload on its connection, before an unchoke there is none.
  var timelyChanges: [ChokeChange] { Self.timely(changes, profile) }

  private static func timely(_ changes: [ChokeChange], _ profile: Profile) -> [ChokeChange] {
    profile.outputBuffer == .zero ? changes : changes.filter(\.isUnchoke)
  }

  /// Why one round cannot be told from the next; nil where it can.
  var blur: String? {
    guard 2 * (profile.gridTolerance + delay).nanoseconds >= profile.period.nanoseconds else { return nil }
    return
      "what is decided may take \(Wording.seconds(delay)) to the wire, so that one round cannot be told from the next"
  }

  /// Points of the fitted grid within a stretch, where it holds.
  public func rounds(in span: Range<SwarmInstant>) -> [SwarmInstant] {
    let known = span.clamped(to: stretch)
    return grid?.points(from: known.lowerBound, to: known.upperBound) ?? []
  }

  private static func lines(of peer: Int, _ scene: Scene) -> [Int: Line] {
    var lines: [Int: Line] = [:]
    for conversation in scene.conversations where conversation.isOurs && !conversation.isDuplicate {
      guard conversation.first == peer || conversation.second == peer, conversation.first != conversation.second else {
        continue
      }
      let partner = conversation.first == peer ? conversation.second : conversation.first
      lines[partner, default: Line()].connected.append(
        Span(start: conversation.opened, end: conversation.closed, startFrame: 0, isCensored: conversation.isCensored))
    }
    for (partner, line) in lines {
      let unchoke = scene.timelines.unchoke(from: peer, to: partner)
      let interest = scene.timelines.interest(from: partner, to: peer)
      lines[partner] = Line(
        unchoked: unchoke?.on ?? [], interested: interest?.on ?? [],
        unknown: Span.union((unchoke?.unknown ?? []) + (interest?.unknown ?? [])),
        connected: Span.union(line.connected))
    }
    return lines
  }
}

extension Span {
  /// The stretch that covers an instant, its start included.
  static func at(_ time: SwarmInstant, in spans: [Span]) -> Span? {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].start <= time { low = middle + 1 } else { high = middle }
    }
    guard low > 0, time < spans[low - 1].end else { return nil }
    return spans[low - 1]
  }

  static func covering(_ time: SwarmInstant, in spans: [Span]) -> Bool { at(time, in: spans) != nil }
}
