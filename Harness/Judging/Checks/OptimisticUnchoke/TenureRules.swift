import Planning
import SwarmTime

/// What a profile allows an optimistic unchoke to do.
struct TenureRules: Sendable {
  var slots: Int
  var optimisticSlots: Int
  /// It may end from then on, and must at the first round from then on. A client's timer may be early by a second of the
  /// round (as the native one's), and the wire shows when it began half a second more or less.
  var mayEndAfter: SwarmDuration
  var mustEndAfter: SwarmDuration
  /// The one who has just ended cannot be chosen again while others wait.
  var isInTurn: Bool
  /// Whether rates at the rounds tell who can be regular.
  var ranks: Bool

  private static let timerSlack = SwarmDuration.seconds(1)
  private static let doubt = SwarmDuration.milliseconds(500)

  init(_ profile: Profile, slots: Int, delay: SwarmDuration, isOnGrid: Bool) {
    self.slots = slots
    optimisticSlots = profile.optimisticSlots
    mayEndAfter = profile.tenure - Self.timerSlack - Self.doubt - delay
    let late = isOnGrid ? delay : delay + profile.period
    mustEndAfter = profile.tenure - Self.timerSlack + Self.doubt + late
    isInTurn = profile.optimisticChoice != .draw
    ranks = isOnGrid && profile.rateEstimator != .decay
  }
}

/// One who holds an optimistic slot, and the earliest and latest that it may have got it.
struct Holder: Hashable, Sendable {
  var partner: Int
  var from: SwarmInstant
  var to: SwarmInstant

  init(_ partner: Int, from: SwarmInstant, to: SwarmInstant) {
    self.partner = partner
    self.from = from
    self.to = to
  }

  func mayEnd(at time: SwarmInstant, _ rules: TenureRules) -> Bool { time - from >= rules.mayEndAfter }
  func mustEnd(at time: SwarmInstant, _ rules: TenureRules) -> Bool { time - to >= rules.mustEndAfter }
}

/// How much has to be supposed to explain what was seen: rounds that nothing explains, and the logarithm of a likelihood
/// ratio, of a choker that is loath to change against one that draws as its profile says.
struct Suspicion: Hashable, Comparable, Sendable {
  var unexplained = 0
  var logarithm = 0.0

  static func < (a: Suspicion, b: Suspicion) -> Bool {
    a.unexplained != b.unexplained ? a.unexplained < b.unexplained : a.logarithm < b.logarithm
  }
}
