import SwarmTime

/// What the judge may expect of a native peer, by its choking algorithm. Where packets do not show what an algorithm goes
/// by, the profile says so, and checks say it on.
extension Profile {
  /// - Returns: nil for an algorithm that is not known here.
  static func native(_ choking: ChokingPlan) -> Profile? {
    let name = choking.algorithm
    let slots = choking.slots
    func profile(
      of extent: Judged.Extent, period: SwarmDuration = .seconds(10), slots: Int?, optimistic: Int = 0,
      seed: Int? = nil, tenure: SwarmDuration = .seconds(30), rule: SeedRule = .newestFirst, because reason: String
    ) -> Profile {
      Profile(
        period: period, gridTolerance: .milliseconds(500), slots: slots, optimisticSlots: optimistic, tenure: tenure,
        seedSlots: slots.map { seed ?? $0 + optimistic }, rateWindow: .seconds(20), snubbedAfter: .seconds(30),
        newcomerWeight: 1, seedRule: rule, immediateUnchoke: false, chokesUninterested: true,
        judged: Judged(extent, reason: "\(name) \(reason)"))
    }
    func without(_ what: String) -> Profile {
      profile(of: .nothing, slots: nil, because: "has no fixed number of slots: \(what)")
    }
    switch name {
    case "tit-for-tat":
      return .titForTat(
        slots: slots, optimisticSlots: choking.optimisticSlots, optimisticChoice: choking.optimisticChoice)
    case "mainline-3.4", "mainline-4.0":
      let isOld = name == "mainline-3.4"
      var listed = profile(
        of: .slots, slots: slots, optimistic: 1, seed: isOld ? slots + 1 : slots,
        rule: isOld ? .fastestUpload : .newestFirst,
        because: "goes by a list that packets do not show, and at changes of interest as well as at rounds")
      listed.chokesUninterested = false
      listed.unchokesUninterested = true
      return listed
    case "libtorrent-fixed-slots":
      var fixed = profile(
        of: .slotsAndRounds, period: .seconds(15), slots: slots, optimistic: choking.optimisticSlots,
        rule: choking.seedRule ?? .roundRobin,
        because: "ranks by what came since its last round, whose very moment packets do not show")
      fixed.rateEstimator = .lastRound
      fixed.optimisticChoice = .longestWaiting
      fixed.immediateUnchoke = true
      return fixed
    case "libtorrent-rate-based":
      return profile(
        of: .slotsAndRounds, period: .seconds(15), slots: nil, rule: choking.seedRule ?? .roundRobin,
        because: "has as many slots as its upload rates justify")
    case "transmission":
      var liberal = profile(
        of: .slotsAndRounds, slots: slots, optimistic: 1, tenure: .seconds(50), rule: .fastestUpload,
        because: "ranks by the last 2 s before a moment that packets do not show")
      liberal.chokesUninterested = false
      liberal.unchokesUninterested = true
      return liberal
    case "rakshasa":
      return profile(
        of: .slots, period: .seconds(30), slots: slots, rule: .draw,
        because: "gives its slots by lot, at rounds and between them")
    case "aria2":
      return profile(
        of: .slotsAndRounds, slots: slots, optimistic: 1,
        because: "serves only who sent a block within 30 s, of which packets do not tell for sure")
    case "birds":
      return profile(
        of: .slotsAndRounds, slots: slots, optimistic: choking.optimisticSlots,
        because: "serves those whose rate is nearest to its own, not the fastest")
    case "loyal-when-needed":
      return profile(
        of: .slotsAndRounds, slots: slots, because: "serves those that have sent for longest, not the fastest")
    case "round-robin":
      return profile(
        of: .slotsAndRounds, slots: slots, tenure: .seconds(10), rule: .roundRobin,
        because: "gives its slots in turn, whatever anybody sends")
    case "random":
      return profile(
        of: .slotsAndRounds, slots: slots, tenure: .seconds(10), rule: .draw,
        because: "gives its slots by lot, whatever anybody sends")
    case "anacrolix": return without("it unchokes whoever is no more than 100 KiB in debt")
    case "bit-tyrant": return without("it unchokes as many as its estimates let it pay for").holdingBack
    case "prop-share": return without("it unchokes whoever sent something, and a stranger")
    case "fair-torrent": return without("everybody is unchoked, and each block goes to whom most is owed")
    case "block-level": return without("everybody is unchoked, and nobody is sent much more than it sent").holdingBack
    case "unchoke-everybody": return without("everybody is unchoked")
    default: return nil
    }
  }

  private var holdingBack: Profile {
    var profile = self
    profile.holdsBack = true
    return profile
  }
}
