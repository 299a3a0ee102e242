import Planning
import SwarmTime

/// What packets show of one round of a choker: whom it served before and after, who waited, and who outranks whom.
struct SightedRound: Sendable {
  /// Somebody who surely waited: interested for a second, and choked until this round.
  struct Waiting: Hashable, Sendable {
    var partner: Int
    /// Its weight in a draw: the profile's for one never yet unchoked on its connection, else 1.
    var weight: Int
    /// At least as many others as there are slots surely outrank it: if it is unchoked now, then not for its rate.
    var isOutranked: Bool
  }

  /// The moment of its first change; the fitted point where it changed nothing.
  var at: SwarmInstant
  /// Of its first change; nil where it changed nothing.
  var frame: Int?
  /// Nothing but the round can have changed anything: no slot fell free, nobody turned interested and all is known.
  var isClean: Bool
  /// Unchoked and interested just before and just after, by index.
  var before: [Int]
  var after: [Int]
  /// By index.
  var waiting: [Waiting]
  /// Interested for a second before and throughout.
  var interested: Set<Int>
  /// For each of `after`: who, of those that surely want a slot, surely outranks it.
  var outrankers: [[Int]]
  /// How many surely can hold a regular slot: interested, and not snubbing.
  var eligible: Int
  /// When the next round comes, or the peer's time as a leecher ends.
  var until: SwarmInstant

  var waitingWeight: Int { waiting.reduce(0) { $0 + $1.weight } }
}

/// Derives the rounds of one peer, while it is a leecher, and what happened between them.
struct RoundSight {
  let view: ChokingView
  let scene: Scene
  let slots: Int
  /// Whether the grid is known; if not, its points are supposed, and rates at them prove nothing.
  let isOnGrid: Bool
  let rounds: [SightedRound]
  /// Changes off the grid.
  let between: [ChokeChange]

  /// Interest this old has reached the peer; a round so long before the end of the leecher's time is one of a leecher.
  private static let settled = SwarmDuration.seconds(1)

  init(_ view: ChokingView, _ scene: Scene, slots: Int, span: Range<SwarmInstant>) {
    self.view = view
    self.scene = scene
    self.slots = slots
    isOnGrid = view.grid != nil
    let end = span.upperBound - Self.settled - view.delay
    let period = view.profile.period
    let tolerance = view.profile.gridTolerance
    let points =
      isOnGrid
      ? view.rounds(in: span)
      : ChokeGridFit([span.lowerBound], period: period, tolerance: tolerance)?
        .points(from: span.lowerBound, to: span.upperBound) ?? []
    let reach = tolerance + view.delay
    let sighting = Sighting(view, scene, slots: slots)
    var rounds: [SightedRound] = []
    var between: [ChokeChange] = []
    var place = 0
    for (number, point) in points.enumerated() where point + reach < end {
      let window = (point - tolerance)...(point + reach)
      var own: [ChokeChange] = []
      while place < view.changes.count, view.changes[place].at <= window.upperBound {
        let change = view.changes[place]
        place += 1
        guard span.contains(change.at) else { continue }
        if window.contains(change.at) { own.append(change) } else { between.append(change) }
      }
      let next = number + 1 < points.count ? points[number + 1] : end
      rounds.append(sighting.round(at: point, window: window, own, until: min(next, end)))
    }
    between += view.changes[place...].filter { span.contains($0.at) && $0.at < end }
    self.rounds = rounds
    self.between = between
  }

  /// Who is unchoked and interested, by index.
  func served(at time: SwarmInstant) -> [Int] {
    view.partners.filter { view.isUnchoked($0, at: time) && view.isInterested($0, at: time) }
  }
}

/// Looks at one moment of a choker.
private struct Sighting {
  let view: ChokingView
  let scene: Scene
  let slots: Int
  /// When somebody who was unchoked lost interest or left.
  private let losses: [SwarmInstant]

  private static let settled = SwarmDuration.seconds(1)
  /// As `Ranking`: a rate may be off by a tenth, and by 64 KiB in the window.
  private static let doubt: Int64 = 65536
  /// A window kept in bins of half a second is up to half a second shorter than it says.
  private static let bin = SwarmDuration.milliseconds(500)

  init(_ view: ChokingView, _ scene: Scene, slots: Int) {
    self.view = view
    self.scene = scene
    self.slots = slots
    var losses: [SwarmInstant] = []
    for partner in view.partners {
      let unchoked = view.unchoked(partner)
      for span in Span.intersection(unchoked, view.interested(partner)) {
        let isChoke = unchoked.contains { $0.end == span.end && $0.endFrame > 0 && $0.endFrame == span.endFrame }
        if !isChoke { losses.append(span.end) }
      }
    }
    self.losses = losses.sorted()
  }

  func served(at time: SwarmInstant) -> [Int] {
    view.partners.filter { view.isUnchoked($0, at: time) && view.isInterested($0, at: time) }
  }

  func round(
    at point: SwarmInstant, window: ClosedRange<SwarmInstant>, _ changes: [ChokeChange], until: SwarmInstant
  ) -> SightedRound {
    let tolerance = view.profile.gridTolerance
    let earlier = window.lowerBound - tolerance - view.delay
    let at = changes.first?.at ?? point
    let isClean =
      changes.allSatisfy { $0.cause == .grid }
      && !losses.contains { earlier <= $0 && $0 <= window.upperBound }
      && !view.partners.contains { partner in
        view.unknown(partner).contains { $0.start <= window.upperBound && $0.end > earlier - Self.settled }
      }
    let start = SwarmInstant(nanoseconds: window.lowerBound.nanoseconds - 1)
    let before = served(at: start)
    let after = served(at: window.upperBound)
    // The decision fell before its first packet, or, if it sent none, anywhere near the point.
    let first = (changes.isEmpty ? window.lowerBound : at) - view.delay
    let standings = view.partners.compactMap { standing($0, first, changes.isEmpty ? window.upperBound : at) }
    let eligible = standings.filter { $0.isSettled && !$0.maySnub }
    let waiting = standings.compactMap { one -> SightedRound.Waiting? in
      guard one.isSettled, !view.isUnchoked(one.partner, at: start), !before.contains(one.partner),
        let weight = weight(of: one.partner, at: start)
      else { return nil }
      let outranked = eligible.lazy.filter { $0.outranks(one) }.count >= slots
      return SightedRound.Waiting(partner: one.partner, weight: weight, isOutranked: outranked)
    }
    let outrankers = after.map { partner -> [Int] in
      guard let one = standings.first(where: { $0.partner == partner }) else { return [] }
      return eligible.filter { $0.outranks(one) }.map(\.partner)
    }
    return SightedRound(
      at: at, frame: changes.first.map { Int($0.frame) }, isClean: isClean, before: before, after: after,
      waiting: waiting, interested: Set(standings.filter(\.isSettled).map(\.partner)), outrankers: outrankers,
      eligible: eligible.count, until: until)
  }

  /// What a partner had brought, for every moment at which the decision may have been made.
  private struct Standing {
    var partner: Int
    var least: Int64
    var most: Int64
    var maySnub: Bool
    var isSettled: Bool

    func outranks(_ other: Standing) -> Bool { 10 * least > 11 * other.most + 10 * Sighting.doubt }
  }

  /// - Returns: nil for one that was not interested.
  private func standing(_ partner: Int, _ first: SwarmInstant, _ last: SwarmInstant) -> Standing? {
    guard let interest = Span.at(last, in: view.interested(partner)) ?? Span.at(first, in: view.interested(partner))
    else { return nil }
    let opened = Span.at(first, in: view.connected(partner))?.start ?? first
    let early = first - Ranking.slack
    let window = view.profile.rateWindow
    let brought = scene.deliveries.pair(from: partner, to: view.peer)
    return Standing(
      partner: partner,
      least: brought?.newBytes(after: max(last - window + Self.bin, opened), through: early) ?? 0,
      most: brought?.bytes(after: early - window, through: last) ?? 0,
      maySnub: maySnub(partner, at: last), isSettled: interest.start <= first - Self.settled && interest.end > last)
  }

  /// It had the peer unchoked all the while and brought nothing; whether it was asked for anything is not looked at.
  private func maySnub(_ partner: Int, at time: SwarmInstant) -> Bool {
    let since = time - view.profile.snubbedAfter + Self.settled + view.delay
    guard let open = Span.at(time, in: scene.timelines.unchoke(from: partner, to: view.peer)?.on ?? []),
      open.start <= since
    else { return false }
    return scene.deliveries.bytes(from: partner, to: view.peer, after: since, through: time) == 0
  }

  private func weight(of partner: Int, at time: SwarmInstant) -> Int? {
    guard let opened = Span.at(time, in: view.connected(partner))?.start else { return nil }
    let wasUnchoked = view.unchoked(partner).contains { $0.end > opened && $0.start <= time }
    return wasUnchoked ? 1 : view.profile.newcomerWeight
  }
}
