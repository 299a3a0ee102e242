extension NativeClient {
  /// A choking algorithm of our peer.
  public struct ChokingAlgorithm: Hashable, Sendable {
    public var name: String
    public var summary: String
    /// Keys of `choking` that it makes use of, besides `algorithm`.
    public var parameters: Set<String>

    fileprivate init(_ name: String, _ summary: String, _ parameters: Set<String>) {
      self.name = name
      self.summary = summary
      self.parameters = parameters
    }
  }

  public static let chokingAlgorithms: [ChokingAlgorithm] = [
    .init(
      "tit-for-tat", "The lecture's: the best senders, and one more by lot for 30 s.",
      ["slots", "optimisticSlots", "optimisticChoice"]),
    .init("mainline-3.4", "Mainline 3.4: a list that rotates; a seed serves the fastest.", ["slots"]),
    .init("mainline-4.0", "Mainline 4.0: the same, but a seed serves all equally long.", ["slots"]),
    .init(
      "libtorrent-fixed-slots", "libtorrent's default: rounds of 15 s, a seed rule of three.",
      ["slots", "optimisticSlots", "seedRule"]),
    .init(
      "libtorrent-rate-based", "libtorrent's other: as many slots as upload rates justify.", ["seedRule"]),
    .init("transmission", "Transmission's: rates over 2 s, optimistic slots of 50 s.", ["slots"]),
    .init("rakshasa", "rTorrent's: an eighth of the unchoked are exchanged every 30 s, by lot.", ["slots"]),
    .init("aria2", "aria2's: the best senders of the last 30 s, and one by lot for three rounds.", ["slots"]),
    .init(
      "anacrolix", "anacrolix/torrent's: whoever is no more than 100 KiB in debt; a seed unchokes everybody.", []),
    .init("bit-tyrant", "BitTyrant: to each what it takes to be reciprocated, the best bargains first.", []),
    .init(
      "prop-share", "PropShare: uplink in proportion to what each sent in the last round, a tenth to strangers.", []),
    .init("fair-torrent", "FairTorrent: everybody is unchoked, and each block goes to whom most is owed.", []),
    .init(
      "block-level", "Block-level tit-for-tat: nobody is sent more than two blocks beyond what it sent.", []),
    .init(
      "birds", "Birds: regular slots to those whose rate is nearest to our own.", ["slots", "optimisticSlots"]),
    .init(
      "loyal-when-needed",
      "Slots to those that have sent in most rounds on end, to strangers where some are left.", ["slots"]),
    .init("round-robin", "Slots in turn, every round to others, whatever they send.", ["slots"]),
    .init("random", "Slots by lot, every round anew, whatever they send.", ["slots"]),
    .init("unchoke-everybody", "No slots: all who are interested are served in turn.", []),
  ]

  public static let chokingNames = chokingAlgorithms.map(\.name)
  /// How `tit-for-tat` chooses whom to unchoke optimistically.
  public static let optimisticChoices = ["draw", "rotation", "longest-waiting"]
  /// Whom a seed of libtorrent's algorithms serves.
  public static let seedRules = ["round-robin", "fastest-upload", "anti-leech"]

  /// Misbehaviours that are ways of choking by `tit-for-tat`, and of nothing else.
  public static let misbehavioursOfTitForTat: Set<String> = [
    "over-slots", "slow-newcomer", "free-rider", "sybil", "no-optimistic", "sticky-optimistic", "shunned",
    "biased-choice", "random-chooser", "slowest-first", "stale-rates", "favouritism", "not-reciprocating", "colluders",
    "defect-optimistic-counter", "defect-refilled-from-top", "defect-pool-head", "defect-unordered-prefix",
    "defect-unchoke-on-interest", "defect-no-review",
  ]

  public static func chokingAlgorithm(named name: String) -> ChokingAlgorithm? {
    chokingAlgorithms.first { $0.name == name }
  }
}
