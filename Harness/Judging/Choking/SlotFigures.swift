import Planning
import SwarmTime

/// Regular and optimistic unchokes of one leecher, told apart: times in nanoseconds, summed over its partners.
public struct SlotFigures: Hashable, Sendable {
  public var regularTime: Int64
  public var optimisticTime: Int64
  /// Time of which nobody can tell.
  public var eitherTime: Int64
  /// Unchokes by what they come to (`SlotLabel.Kind`).
  public var regular = 0
  public var optimistic = 0
  public var both = 0
  public var either = 0
  /// Of its optimistic unchokes: how many surely were, how many of these had surely earned a regular slot, and what came
  /// of those.
  public var grants = 0
  public var earned = 0
  public var reciprocated = 0
  public var refused = 0

  init(_ kinds: SlotKinds, _ tally: GrantTally) {
    regularTime = kinds.time(.regular)
    optimisticTime = kinds.time(.optimistic)
    eitherTime = kinds.time(.either)
    for unchoke in kinds.unchokes {
      switch unchoke.label.kind {
      case .regular: regular += 1
      case .optimistic: optimistic += 1
      case .both: both += 1
      case .either: either += 1
      }
    }
    grants = tally.grants.count
    earned = tally.earned
    reciprocated = tally.reciprocated
    refused = tally.refused
  }

  var json: CanonicalJSON {
    .object([
      "regularTime": .integer(regularTime),
      "optimisticTime": .integer(optimisticTime),
      "eitherTime": .integer(eitherTime),
      "regular": .integer(Int64(regular)),
      "optimistic": .integer(Int64(optimistic)),
      "both": .integer(Int64(both)),
      "either": .integer(Int64(either)),
      "grants": .integer(Int64(grants)),
      "earned": .integer(Int64(earned)),
      "reciprocated": .integer(Int64(reciprocated)),
      "refused": .integer(Int64(refused)),
    ])
  }
}

/// What came of all optimistic unchokes of a swarm.
public struct ReciprocationFigures: Hashable, Sendable {
  public var grants: Int
  public var earned: Int
  public var reciprocated: Int
  public var refused: Int
  /// reciprocated / (reciprocated + refused).
  public var share: Fixed?
  /// Median nanoseconds from the unchoke to the round at which its receiver had earned a regular slot.
  public var medianTime: Int64?

  init(_ tally: GrantTally) {
    grants = tally.grants.count
    earned = tally.earned
    reciprocated = tally.reciprocated
    refused = tally.refused
    share = Fixed(Int64(tally.reciprocated), over: Int64(tally.told))
    medianTime = tally.medianTime
  }

  var json: CanonicalJSON {
    .object([
      "grants": .integer(Int64(grants)),
      "earned": .integer(Int64(earned)),
      "reciprocated": .integer(Int64(reciprocated)),
      "refused": .integer(Int64(refused)),
      "share": CanonicalJSON(share),
      "medianTime": CanonicalJSON(medianTime),
    ])
  }
}

/// How much a class of leechers serves its own (Legout 2007): regular-unchoke time to the own class over that to all.
public struct ClusteringFigures: Hashable, Sendable {
  /// The group of the plan; empty for all together.
  public var group: String
  /// Nanoseconds of surely regular unchokes to leechers of the own class, and to all leechers.
  public var ownTime: Int64
  public var allTime: Int64
  /// ownTime / allTime; 1 is perfect clustering.
  public var index: Fixed?
  /// What a choice by lot among the interested would give: the own class's share of the time in which leechers were
  /// interested, for each chooser, weighted by its `allTime`.
  public var random: Fixed?

  var json: CanonicalJSON {
    .object([
      "group": .text(group),
      "ownTime": .integer(ownTime),
      "allTime": .integer(allTime),
      "index": CanonicalJSON(index),
      "random": CanonicalJSON(random),
    ])
  }
}

/// One leecher's choking as metrics, `intervals.csv` and pictures need it.
struct LeecherSlots: Sendable {
  let view: ChokingView
  let kinds: SlotKinds
  let tally: GrantTally

  /// - Returns: nil for seeds, and for peers without a profile.
  init?(_ scene: Scene, _ peer: Int) {
    guard let view = scene.choking(of: peer), view.leecherSpan != nil else { return nil }
    let rechokes = try? scene.rechokes(of: peer)
    self.view = view
    kinds = SlotKinds(view, rechokes)
    var tally = GrantTally()
    if let rechokes { for grant in OptimisticGrant.all(rechokes, scene) { tally.add(grant) } }
    self.tally = tally
  }

  var figures: SlotFigures { SlotFigures(kinds, tally) }
}

/// Clustering of all classes, over the leechers' choking.
struct Clustering {
  private struct Sums {
    var own: Int64 = 0
    var all: Int64 = 0
    /// Milliseconds of `all` times the share by lot, in millionths.
    var lot: Int64 = 0
  }

  private var byGroup: [String: Sums] = [:]
  private let groups: [String]

  /// - Parameter leechers: by place in the plan.
  init(_ leechers: [LeecherSlots?], _ scene: Scene) {
    let plan = scene.plan
    var groups: [String] = []
    for peer in plan.peers where peer.role == .leecher && !groups.contains(peer.group) { groups.append(peer.group) }
    self.groups = groups
    for (place, slots) in leechers.enumerated() {
      guard let slots, let life = slots.view.leecherSpan else { continue }
      let group = plan.peers[place].group
      func isLeecher(_ partner: Int) -> Bool {
        partner < plan.peers.count && plan.peers[partner].role == .leecher
      }
      var (own, all) = (Int64(0), Int64(0))
      for stretch in slots.kinds.stretches where stretch.kind == .regular && isLeecher(stretch.partner) {
        all += stretch.length.nanoseconds
        if plan.peers[stretch.partner].group == group { own += stretch.length.nanoseconds }
      }
      var (ownInterest, allInterest) = (Int64(0), Int64(0))
      for partner in slots.view.partners where isLeecher(partner) {
        let time = slots.view.interested(partner).reduce(Int64(0)) {
          $0 + max(0, (min($1.end, life.upperBound) - $1.start).nanoseconds)
        }
        allInterest += time
        if plan.peers[partner].group == group { ownInterest += time }
      }
      let share = Fixed(ownInterest, over: allInterest) ?? Fixed(millionths: 0)
      byGroup[group, default: Sums()].own += own
      byGroup[group, default: Sums()].all += all
      byGroup[group, default: Sums()].lot += share.millionths * (all / 1_000_000)
    }
  }

  /// One for each class in the plan's order, then one for all together; empty with fewer than two classes.
  var figures: [ClusteringFigures] {
    guard groups.count > 1 else { return [] }
    var whole = Sums()
    var figures: [ClusteringFigures] = []
    for group in groups {
      let sums = byGroup[group] ?? Sums()
      figures.append(Self.figures(group, sums))
      whole.own += sums.own
      whole.all += sums.all
      whole.lot += sums.lot
    }
    return figures + [Self.figures("", whole)]
  }

  private static func figures(_ group: String, _ sums: Sums) -> ClusteringFigures {
    let milliseconds = sums.all / 1_000_000
    return ClusteringFigures(
      group: group, ownTime: sums.own, allTime: sums.all, index: Fixed(sums.own, over: sums.all),
      random: milliseconds > 0 ? Fixed(millionths: sums.lot / milliseconds) : nil)
  }
}
