public import SwarmTime

/// What the judge knows of a client's choking: data, for the native peer as for others. The judge reads only this.
public struct Profile: Codable, Hashable, Sendable {
  /// Length of a choke round.
  public var period: SwarmDuration
  /// How far off its grid a choke change may lie.
  public var gridTolerance: SwarmDuration
  /// Regular slots; nil where the client sets them itself.
  public var slots: Int?
  public var optimisticSlots: Int
  /// How long an optimistic unchoke lasts.
  public var tenure: SwarmDuration
  /// Slots as a seed; nil where they are `slots + optimisticSlots`.
  public var seedSlots: Int?
  public var rateWindow: SwarmDuration
  public var snubbedAfter: SwarmDuration
  /// Who gets the next optimistic slot.
  public var optimisticChoice: OptimisticChoice
  /// Weight, in a draw, of one never yet unchoked on its connection; others have 1.
  public var newcomerWeight: Int
  public var seedRule: SeedRule
  /// A free slot is given at once to a peer that turns interested.
  public var immediateUnchoke: Bool
  /// Length of a clock that the optimistic slots have to themselves, in no phase with the rounds; nil where they change at
  /// rounds.
  public var optimisticPeriod: SwarmDuration?
  /// How long after an event that asks for a slot, or frees one, the answer may follow between rounds; nil for
  /// `gridTolerance`.
  public var answersWithin: SwarmDuration?
  /// A slot that falls free brings the next round at once, and the grid begins anew with it.
  public var restartsOnVacancy: Bool
  /// Chokes a peer that loses interest at once.
  public var chokesUninterested: Bool
  /// Unchokes peers that want nothing, beyond its slots; if they then want something, the next round sees to it.
  public var unchokesUninterested: Bool
  /// When its first round comes, after its start.
  public var startsAt: SwarmDuration
  public var rateEstimator: RateEstimator
  /// How long what it says may wait behind payload in a buffer of its own, before the kernel has it.
  public var outputBuffer: SwarmDuration

  /// How far checks can follow it.
  public var judged: Judged
  /// It keeps blocks back, by its rule, though its uplink is free.
  public var holdsBack: Bool

  /// What of a client's choking packets can be held against.
  public struct Judged: Codable, Hashable, Sendable {
    public enum Extent: String, Codable, Hashable, Sendable, CaseIterable {
      /// All that the profile says.
      case whole
      /// Its slots and its rounds, but not who gets a slot.
      case slotsAndRounds = "slots-and-rounds"
      /// Its slots alone.
      case slots
      case nothing
    }
    public var extent: Extent
    /// Why no more: a sentence for verdicts. Empty for `whole`.
    public var reason: String

    public init(_ extent: Extent, reason: String = "") {
      self.extent = extent
      self.reason = reason
    }

    /// Why nobody can say whether the right peers have slots; nil where one can.
    public var lackOfRules: String? { extent == .whole ? nil : reason }
    /// Why nobody can say whether it keeps its rounds; nil where one can.
    public var lackOfRounds: String? { extent == .whole || extent == .slotsAndRounds ? nil : reason }
  }

  /// How it takes the rate by which it ranks.
  public enum RateEstimator: String, Codable, Hashable, Sendable, CaseIterable {
    /// Bytes of the last `rateWindow`.
    case window
    /// An average that forgets slowly: what came before `rateWindow` counts, too.
    case decay
    /// Bytes since the round before.
    case lastRound = "last-round"
  }

  public enum OptimisticChoice: String, Codable, Hashable, Sendable, CaseIterable {
    /// By lot, without memory but for `newcomerWeight`.
    case draw
    /// In turn.
    case rotation
    /// Whose last optimistic slot lies longest back; who never had one comes first.
    case longestWaiting = "longest-waiting"
  }

  public enum SeedRule: String, Codable, Hashable, Sendable, CaseIterable {
    /// By last unchoke, newest first, some newly drawn in every third round (mainline 4.0).
    case newestFirst = "newest-first"
    /// Whom it sends to fastest.
    case fastestUpload = "fastest-upload"
    /// Served for long enough, then the next.
    case roundRobin = "round-robin"
    /// Who has next to nothing, or nearly all.
    case antiLeech = "anti-leech"
    /// By lot.
    case draw
  }

  public init(
    period: SwarmDuration, gridTolerance: SwarmDuration, slots: Int?, optimisticSlots: Int, tenure: SwarmDuration,
    seedSlots: Int?, rateWindow: SwarmDuration, snubbedAfter: SwarmDuration,
    optimisticChoice: OptimisticChoice = .draw, newcomerWeight: Int = 3, seedRule: SeedRule = .newestFirst,
    immediateUnchoke: Bool = true, optimisticPeriod: SwarmDuration? = nil, answersWithin: SwarmDuration? = nil,
    restartsOnVacancy: Bool = false, chokesUninterested: Bool = false, startsAt: SwarmDuration = .zero,
    rateEstimator: RateEstimator = .window, outputBuffer: SwarmDuration = .zero,
    unchokesUninterested: Bool = false, judged: Judged = Judged(.whole), holdsBack: Bool = false
  ) {
    self.period = period
    self.gridTolerance = gridTolerance
    self.slots = slots
    self.optimisticSlots = optimisticSlots
    self.tenure = tenure
    self.seedSlots = seedSlots
    self.rateWindow = rateWindow
    self.snubbedAfter = snubbedAfter
    self.optimisticChoice = optimisticChoice
    self.newcomerWeight = newcomerWeight
    self.seedRule = seedRule
    self.immediateUnchoke = immediateUnchoke
    self.optimisticPeriod = optimisticPeriod
    self.answersWithin = answersWithin
    self.restartsOnVacancy = restartsOnVacancy
    self.chokesUninterested = chokesUninterested
    self.startsAt = startsAt
    self.rateEstimator = rateEstimator
    self.outputBuffer = outputBuffer
    self.unchokesUninterested = unchokesUninterested
    self.judged = judged
    self.holdsBack = holdsBack
  }

  /// How long after an event that asks for a slot, or frees one, a change counts as the answer to it.
  public var reaction: SwarmDuration { answersWithin ?? gridTolerance }

  /// The native tit-for-tat, which is the lecture's: four regular slots re-evaluated every 10 s, one optimistic unchoke
  /// every 30 s, payload received over a plain 20 s window. A seed has as many slots in all.
  public static func titForTat(
    slots: Int = 4, optimisticSlots: Int = 1, optimisticChoice: OptimisticChoice = .draw
  ) -> Profile {
    Profile(
      period: .seconds(10), gridTolerance: .milliseconds(500), slots: slots, optimisticSlots: optimisticSlots,
      tenure: .seconds(30), seedSlots: slots + optimisticSlots, rateWindow: .seconds(20), snubbedAfter: .seconds(30),
      optimisticChoice: optimisticChoice)
  }
}
