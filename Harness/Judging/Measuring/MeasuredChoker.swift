import Dissection
import Planning
import SwarmTime

/// One peer's choking, for `ChokingMeasure`.
struct MeasuredChoker {
  struct Grant {
    /// Until a choke ended it while its receiver was interested; nil where something else did, or nothing.
    var length: SwarmDuration?
    /// Others that were interested and choked.
    var waiting: Int
    var isLongestWaiting: Bool
  }

  let isSeed: Bool
  /// Decisions that no event explains, by time: cut where a slot fell free, since a grid may begin anew there.
  private(set) var unexplained: [[SwarmInstant]] = []
  private(set) var most = 0
  private(set) var unchokedTime: Int64 = 0
  private(set) var servedTime: Int64 = 0
  private(set) var losses = 0
  private(set) var lossesChoked = 0
  private(set) var grants: [Grant] = []
  private(set) var firstUnchoke: SwarmDuration?
  /// Nanoseconds with so many unchoked and interested, while more were interested.
  private var timeBySlots: [Int: Int64] = [:]

  private static let answer = SwarmDuration.seconds(1)
  /// What one round says may lie a second apart: so many at once for longer than that are no slip.
  private static let lasting = SwarmDuration.milliseconds(1200)

  /// All that is supposed of a client whose profile nobody knows: answers within a second and a half, slots unknown.
  private static let ignorance = Profile(
    period: .seconds(10), gridTolerance: .milliseconds(500), slots: nil, optimisticSlots: 0, tenure: .seconds(30),
    seedSlots: nil, rateWindow: .seconds(20), snubbedAfter: .seconds(30), answersWithin: .milliseconds(1500),
    restartsOnVacancy: true)

  init(_ scene: Scene, _ peer: Int) {
    let view = ChokingView(scene, peer, profile: Self.ignorance)
    isSeed = view.leecherSpan == nil
    var next = 0
    // A choke may wait behind payload on its connection, an unchoke has none before it.
    let unchokes = view.changes.filter(\.isUnchoke)
    for decision in ChokeDecision.gathered(from: unchokes, within: .milliseconds(1100)) {
      let isAnew = next < view.restarts.count && view.restarts[next] <= decision.at
      while next < view.restarts.count, view.restarts[next] <= decision.at { next += 1 }
      if isAnew || unexplained.isEmpty { unexplained.append([]) }
      unexplained[unexplained.count - 1].append(decision.at)
    }
    let start = view.leecherSpan?.lowerBound ?? view.seedSpan?.lowerBound ?? .zero
    firstUnchoke = view.changes.first { $0.isUnchoke }.map { $0.at - start }
    for partner in view.partners {
      let served = Span.intersection(view.unchoked(partner), view.interested(partner))
      unchokedTime += view.unchoked(partner).reduce(0) { $0 + ($1.end - $1.start).nanoseconds }
      servedTime += served.reduce(0) { $0 + ($1.end - $1.start).nanoseconds }
      for interest in view.interested(partner) where interest.endFrame > 0 {
        guard let span = Span.at(interest.end, in: view.unchoked(partner)) else { continue }
        losses += 1
        if span.endFrame > 0, span.end - interest.end <= Self.answer { lossesChoked += 1 }
      }
    }
    sweep(view)
    if let life = view.leecherSpan { findGrants(view, scene, life) }
  }

  /// Slots in use over time.
  private mutating func sweep(_ view: ChokingView) {
    var changes: [(at: SwarmInstant, served: Int, interested: Int)] = []
    for partner in view.partners {
      for span in Span.intersection(view.unchoked(partner), view.interested(partner)) {
        changes.append((span.start, 1, 0))
        changes.append((span.end, -1, 0))
      }
      for span in view.interested(partner) {
        changes.append((span.start, 0, 1))
        changes.append((span.end, 0, -1))
      }
    }
    changes.sort { ($0.at, $0.served, $0.interested) < ($1.at, $1.served, $1.interested) }
    var (served, interested) = (0, 0)
    // When at least so many began to be served without a break.
    var since: [SwarmInstant] = []
    for (place, change) in changes.enumerated() {
      served += change.served
      interested += change.interested
      while since.count > served {
        if change.at - since.removeLast() >= Self.lasting { most = max(most, since.count + 1) }
      }
      while since.count < served { since.append(change.at) }
      guard place + 1 < changes.count, interested > served else { continue }
      timeBySlots[served, default: 0] += (changes[place + 1].at - change.at).nanoseconds
    }
  }

  static func usual(_ chokers: [MeasuredChoker]) -> Int? {
    var times: [Int: Int64] = [:]
    for choker in chokers { times.merge(choker.timeBySlots, uniquingKeysWith: +) }
    return times.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.first?.key
  }

  /// Unchokes of partners of which nothing had come for 20 s, between its first unchokes and its completion, while others
  /// waited, and not in answer to an Interested.
  private mutating func findGrants(_ view: ChokingView, _ scene: Scene, _ life: Range<SwarmInstant>) {
    let settled = life.lowerBound + .seconds(20)
    for change in view.changes where change.isUnchoke && change.cause == .grid {
      guard settled < change.at, change.at < life.upperBound,
        let span = Span.at(change.at, in: view.unchoked(change.partner)),
        scene.deliveries.bytes(
          from: change.partner, to: view.peer, after: change.at - .seconds(20), through: change.at)
          <= Ranking.bytesOfDoubt
      else { continue }
      let before = SwarmInstant(nanoseconds: change.at.nanoseconds - 1)
      let others = view.partners.filter {
        $0 != change.partner && view.isInterested($0, at: before) && !view.isUnchoked($0, at: before)
      }
      let isChoked =
        span.endFrame > 0 && span.end < life.upperBound
        && view.isInterested(
          change.partner, at: SwarmInstant(nanoseconds: span.end.nanoseconds - 1))
      let own = Self.lastUnchoke(of: change.partner, before: change.at, view)
      grants.append(
        Grant(
          length: isChoked ? span.end - span.start : nil, waiting: others.count,
          isLongestWaiting: others.allSatisfy { own <= Self.lastUnchoke(of: $0, before: change.at, view) }))
    }
  }

  private static func lastUnchoke(of partner: Int, before time: SwarmInstant, _ view: ChokingView) -> SwarmInstant {
    view.unchoked(partner).last { $0.start < time }?.start ?? .distantPast
  }
}
