import Planning
import SwarmTime

/// From one round of a contributor to its next: whom its slots were for by tit-for-tat, and what free riders got of it.
///
/// Regular slots are for the **leaders**: partners that surely sent the contributor more than each free rider did
/// (`Rechoke.surelyBeats`), and want something until the next round. While there are as many of them as regular slots,
/// a free rider can hold an optimistic slot alone. A regular slot that no leader claims is for whoever sent anything, and
/// that may be a free rider; among those who sent nothing it is given by lot. That is the rule, and nobody's fault.
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
  /// can hold at all.
  let expected: Double
  let variance: Double
  let most: Double

  /// - Parameters:
  ///   - end: the next round.
  ///   - all: the free riders of the swarm.
  ///   - served: when the contributor had each partner unchoked, and it was interested.
  /// - Returns: nil where no free rider wants anything, where something is not known, where too few others are there to
  ///   fill the regular slots (spare slots are for whoever comes), and where one of them has a slower downlink than the
  ///   contributor's uplink.
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
    guard !riders.isEmpty, others.count >= regular, riders.count + others.count >= slots else { return nil }
    let leaders = others.filter { other in
      riders.allSatisfy { round.surelyBeats(other, $0) }
        && view.interested(other).contains { $0.start <= start && $0.end >= end }
    }

    // A leader that cannot take what its slot has leaves it to whoever else is unchoked: bytes tell nothing of slots then.
    let uplink = scene.plan.peers[view.peer].upload?.bytesPerSecond ?? 0
    let isTaken = leaders.allSatisfy { leader in
      scene.plan.peers[leader].download.map { $0.bytesPerSecond >= uplink } ?? true
    }
    guard isTaken else { return nil }

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

    let unclaimed = max(0, regular - leaders.count)
    let earned = min(unclaimed, riders.count { round.most($0) > 0 })
    let spare = unclaimed - earned
    let lot = Self.optimisticPart(of: riders, besides: others.count - regular, at: start, view)
    let waiting = riders.count + others.count - leaders.count - earned
    let part = spare > 0 ? Double(riders.count - earned) / Double(max(1, waiting)) : 0
    let optimistic = Double(profile.optimisticSlots)
    let tenure = Self.tenureInRounds(profile)
    let can = min(Double(riders.count), optimistic + Double(unclaimed))
    most = can
    expected = min(can, optimistic * lot + Double(earned) + Double(spare) * part)
    variance = optimistic * lot * (1 - lot) * tenure + Double(spare) * part * (1 - part)
  }

  /// Most of the time of an optimistic slot that draws may give to free riders.
  ///
  /// Each draw falls on somebody who waits, by weight. A free rider then keeps the slot for a whole tenure; another may
  /// earn a regular slot, and free it, at the very next round. So riders count for a tenure each and others for one:
  /// there the bound of the fluid models (mu / (k + 1) * N_c / (N_c + N_f), all picks alike) is too strict for small
  /// swarms: of 12 that give and one that does not, 7 and one wait, not 12 and one. Whoever was first unchoked within
  /// the last tenure, or never, may have been drawn with the weight of a newcomer.
  private static func optimisticPart(
    of riders: [Int], besides waiting: Int, at start: SwarmInstant, _ view: ChokingView
  ) -> Double {
    let newcomer = Double(max(1, view.profile.newcomerWeight))
    let weight = riders.reduce(0.0) { sum, rider in
      let isOld = view.unchoked(rider).contains { $0.start < start - view.profile.tenure }
      return sum + (isOld ? 1 : newcomer)
    }
    let ofRiders = weight * tenureInRounds(view.profile)
    return ofRiders / (ofRiders + Double(max(0, waiting)))
  }

  /// Rounds for which an optimistic slot is kept.
  static func tenureInRounds(_ profile: Profile) -> Double {
    max(1, Double(profile.tenure.nanoseconds) / Double(max(1, profile.period.nanoseconds)))
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
