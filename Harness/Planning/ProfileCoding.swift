import SwarmTime

/// In a plan: what a plan of before there was a choice lacks, and what a client has not, is left out.
extension Profile {
  enum CodingKeys: String, CodingKey {
    case period, gridTolerance, slots, optimisticSlots, tenure, seedSlots, rateWindow, snubbedAfter, optimisticChoice
    case newcomerWeight, seedRule, immediateUnchoke
    case optimisticPeriod, answersWithin, restartsOnVacancy, chokesUninterested, startsAt, rateEstimator, outputBuffer
    case unchokesUninterested, judged, holdsBack
  }

  public init(from decoder: any Decoder) throws {
    let from = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      period: try from.decode(SwarmDuration.self, forKey: .period),
      gridTolerance: try from.decode(SwarmDuration.self, forKey: .gridTolerance),
      slots: try from.decodeIfPresent(Int.self, forKey: .slots),
      optimisticSlots: try from.decode(Int.self, forKey: .optimisticSlots),
      tenure: try from.decode(SwarmDuration.self, forKey: .tenure),
      seedSlots: try from.decodeIfPresent(Int.self, forKey: .seedSlots),
      rateWindow: try from.decode(SwarmDuration.self, forKey: .rateWindow),
      snubbedAfter: try from.decode(SwarmDuration.self, forKey: .snubbedAfter),
      optimisticChoice: try from.decode(OptimisticChoice.self, forKey: .optimisticChoice),
      newcomerWeight: try from.decode(Int.self, forKey: .newcomerWeight),
      seedRule: try from.decode(SeedRule.self, forKey: .seedRule),
      immediateUnchoke: try from.decode(Bool.self, forKey: .immediateUnchoke),
      optimisticPeriod: try from.decodeIfPresent(SwarmDuration.self, forKey: .optimisticPeriod),
      answersWithin: try from.decodeIfPresent(SwarmDuration.self, forKey: .answersWithin),
      restartsOnVacancy: try from.decodeIfPresent(Bool.self, forKey: .restartsOnVacancy) ?? false,
      chokesUninterested: try from.decodeIfPresent(Bool.self, forKey: .chokesUninterested) ?? false,
      startsAt: try from.decodeIfPresent(SwarmDuration.self, forKey: .startsAt) ?? .zero,
      rateEstimator: try from.decodeIfPresent(RateEstimator.self, forKey: .rateEstimator) ?? .window,
      outputBuffer: try from.decodeIfPresent(SwarmDuration.self, forKey: .outputBuffer) ?? .zero,
      unchokesUninterested: try from.decodeIfPresent(Bool.self, forKey: .unchokesUninterested) ?? false,
      judged: try from.decodeIfPresent(Judged.self, forKey: .judged) ?? Judged(.whole),
      holdsBack: try from.decodeIfPresent(Bool.self, forKey: .holdsBack) ?? false)
  }

  public func encode(to encoder: any Encoder) throws {
    var into = encoder.container(keyedBy: CodingKeys.self)
    try into.encode(period, forKey: .period)
    try into.encode(gridTolerance, forKey: .gridTolerance)
    try into.encodeIfPresent(slots, forKey: .slots)
    try into.encode(optimisticSlots, forKey: .optimisticSlots)
    try into.encode(tenure, forKey: .tenure)
    try into.encodeIfPresent(seedSlots, forKey: .seedSlots)
    try into.encode(rateWindow, forKey: .rateWindow)
    try into.encode(snubbedAfter, forKey: .snubbedAfter)
    try into.encode(optimisticChoice, forKey: .optimisticChoice)
    try into.encode(newcomerWeight, forKey: .newcomerWeight)
    try into.encode(seedRule, forKey: .seedRule)
    try into.encode(immediateUnchoke, forKey: .immediateUnchoke)
    try into.encodeIfPresent(optimisticPeriod, forKey: .optimisticPeriod)
    try into.encodeIfPresent(answersWithin, forKey: .answersWithin)
    if restartsOnVacancy { try into.encode(true, forKey: .restartsOnVacancy) }
    if chokesUninterested { try into.encode(true, forKey: .chokesUninterested) }
    if startsAt != .zero { try into.encode(startsAt, forKey: .startsAt) }
    if rateEstimator != .window { try into.encode(rateEstimator, forKey: .rateEstimator) }
    if outputBuffer != .zero { try into.encode(outputBuffer, forKey: .outputBuffer) }
    if unchokesUninterested { try into.encode(true, forKey: .unchokesUninterested) }
    if judged != Judged(.whole) { try into.encode(judged, forKey: .judged) }
    if holdsBack { try into.encode(true, forKey: .holdsBack) }
  }
}
