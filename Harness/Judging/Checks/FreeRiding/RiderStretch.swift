import Planning
import SwarmTime

/// From one round of a contributor to its next: whom its slots were for by tit-for-tat, and what free riders got of it.
///
/// Regular slots are for the **leaders**: partners that surely sent the contributor more than each free rider did
/// (`Rechoke.surelyBeats`), and want something until the next round. While there are as many of them as regular slots,
/// a free rider can hold an optimistic slot alone, and only then is anything counted. A regular slot that no leader claims is
/// for whoever sent a little; among those who sent nothing, who has it keeps it. Either may be a free rider, by the rule.
struct RiderStretch {
  let start: SwarmInstant
  let end: SwarmInstant
  let contributor: Int
  /// Free riders that wanted something in it, and who was ahead of them all; by index.
  let riders: [Int]
  let leaders: [Int]
  /// Payload bytes that the contributor delivered: to these riders, and to all.
  let toRiders: Int64
  let toAll: Int64
  /// Nanoseconds for which these riders were served, unchoked and interested, all together.
  let heldByRiders: Int64
  /// Who of the riders got most of it.
  let favourite: Int
  /// Regular and optimistic slots, all of which had takers.
  let slots: Int
  /// Of these, what riders may be expected to hold at most, the variance of that (in slots times rounds), and what they
  /// can hold at all: optimistic slots.
  let expected: Double
  let variance: Double
  let most: Double

  /// - Parameters:
  ///   - end: the next round.
  ///   - all: the free riders of the swarm.
  ///   - served: when the contributor had each partner unchoked, and it was interested.
  /// - Returns: nil where no free rider wants anything, where something is not known, where leaders do not claim all regular
  ///   slots, and where another than a rider gave its slot up before the next round: what falls free is filled from the
  ///   choked, who may all be riders.
  init?(
    _ round: Rechoke, until end: SwarmInstant, riders all: Set<Int>, served: [Int: [Span]], _ view: ChokingView,
    _ scene: Scene
  ) {
    let profile = view.profile
    let start = round.at
    guard let regular = profile.slots, profile.period > .zero, start < end else { return nil }
    let isKnown = view.partners.allSatisfy { partner in
      !view.unknown(partner).contains { $0.start <= end && $0.end >= start }
    }
    guard isKnown else { return nil }
    let riders = view.partners.filter { partner in
      all.contains(partner) && view.interested(partner).contains { $0.start < end && $0.end > start }
    }
    let others = (round.unchoked + round.choked).filter { !all.contains($0) }.sorted()
    let slots = regular + profile.optimisticSlots
    guard !riders.isEmpty, riders.count + others.count >= slots else { return nil }
    let leaders = others.filter { other in
      riders.allSatisfy { round.surelyBeats(other, $0) }
        && view.interested(other).contains { $0.start <= start && $0.end >= end }
    }
    let margin = profile.gridTolerance + view.delay
    let isKept = round.unchoked.allSatisfy { partner in
      all.contains(partner)
        || !(served[partner] ?? []).contains { $0.end > start + margin && $0.end < end - margin }
    }
    guard leaders.count >= regular, isKept else { return nil }

    self.start = start
    self.end = end
    contributor = view.peer
    self.riders = riders
    self.leaders = leaders
    self.slots = slots
    func bytes(_ partner: Int) -> Int64 {
      scene.deliveries.bytes(from: view.peer, to: partner, after: start, through: end)
    }
    toAll = view.partners.reduce(0) { $0 + bytes($1) }
    toRiders = riders.reduce(0) { $0 + bytes($1) }
    func held(_ partner: Int) -> Int64 {
      Span.length(Span.intersection(served[partner] ?? [], [Span(start: start, end: end, startFrame: 0)]))
    }
    heldByRiders = riders.reduce(0) { $0 + held($1) }
    var best = riders[0]
    for rider in riders where bytes(rider) > bytes(best) { best = rider }
    favourite = best

    let lot = Self.optimisticPart(of: riders, besides: others.count - regular, at: start, view)
    let optimistic = Double(profile.optimisticSlots)
    most = min(Double(riders.count), optimistic)
    expected = min(most, optimistic * lot)
    variance = optimistic * lot * (1 - lot) * Self.tenureInRounds(profile)
  }

  /// Most of the time of an optimistic slot that draws may give to free riders.
  ///
  /// Each draw falls on somebody who waits, by weight. A free rider then keeps the slot for a whole tenure; another may
  /// earn a regular slot, and free it, at the very next round. So riders count for a tenure each and others for one:
  /// there the bound of the fluid models (mu / (k + 1) * N_c / (N_c + N_f), all picks alike) is too strict for small
  /// swarms: of 12 that give and one that does not, 7 and one wait, not 12 and one. Whoever was first unchoked on its
  /// connection within the last tenure, or never, may have been drawn with the weight of a newcomer.
  private static func optimisticPart(
    of riders: [Int], besides waiting: Int, at start: SwarmInstant, _ view: ChokingView
  ) -> Double {
    let newcomer = Double(max(1, view.profile.newcomerWeight))
    let weight = riders.reduce(0.0) { sum, rider in
      let connected = view.connected(rider).last { $0.start <= start }?.start ?? start
      let isOld = view.unchoked(rider).contains { $0.start >= connected && $0.start < start - view.profile.tenure }
      return sum + (isOld ? 1 : newcomer)
    }
    let ofRiders = weight * tenureInRounds(view.profile)
    return ofRiders / (ofRiders + Double(max(0, waiting)))
  }

  /// Rounds for which an optimistic slot is kept at most: one that is drawn between two rounds is looked at only at rounds.
  static func tenureInRounds(_ profile: Profile) -> Double {
    1 + max(1, Double(profile.tenure.nanoseconds) / Double(max(1, profile.period.nanoseconds)))
  }

  func evidence(_ view: ChokingView?, _ scene: Scene) -> Evidence {
    let names = scene.cast.names
    let unchoke = view?.unchoked(favourite).last { $0.start < end }
    let ahead = leaders.prefix(Self.quoted).map { names[$0] }.joined(separator: ", ")
    let more = leaders.count > Self.quoted ? " and \(leaders.count - Self.quoted) more" : ""
    let who =
      leaders.isEmpty ? "nobody that gives was ahead" : "\(ahead)\(more), which had given more, wanted its slots"
    return Evidence(
      t: start, frame: unchoke.flatMap { $0.startFrame > 0 ? Int($0.startFrame) : nil },
      peers: [names[contributor], names[favourite]],
      text: "to the next round \(names[contributor]) sent \(Wording.bytes(toRiders)) of \(Wording.bytes(toAll)) to "
        + "\(Wording.count(riders.count, "free rider")), most of it to \(names[favourite]); \(who)")
  }

  private static let quoted = 4
}
