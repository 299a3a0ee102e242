public import SwarmTime

/// PropShare (Levin, LaCurts, Spring and Bhattacharjee, SIGCOMM 2008, section 5): the uplink is divided in proportion to
/// what each sent.
///
/// - Each round (10 s) all interested peers that sent us payload in the last one are unchoked, and share nine tenths of
///   the uplink in proportion to it.
/// - One tenth is for a stranger, an interested peer that sent nothing in it, chosen by lot for the round. (The paper's share
///   for strangers was not verified; a tenth is customary in courses.)
/// - Where nobody sent anything, four strangers share the uplink equally.
/// - What one leaves of its share goes to the others. Between rounds only strangers' places that fell free are filled.
/// - As a seed: five slots by `TitForTat`'s rule, served in turn.
public struct PropShare: ChokingAlgorithm {
  static let strangersAtFirst = 4
  /// To whom it sent nothing in proportion, one part in so many.
  static let strangersPart: Int64 = 10

  public init() {}

  public func unchoked(among peers: [Snapshot], at moment: ChokeMoment, random: inout RandomSource) -> Unchoking {
    if moment.isSeed { return TitForTat().unchoked(among: peers, at: moment, random: &random) }
    var givers = peers.indices.filter { peers[$0].isInterested && peers[$0].receivedThisRound > 0 }
    var strangers: [Int] = []
    if !moment.isRound {
      givers = peers.kept.regular
      strangers = peers.kept.optimistic
    }
    let total = givers.reduce(Int64(0)) { $0 + peers[$1].receivedThisRound }
    var pool = peers.indices.filter {
      peers[$0].isInterested && !givers.contains($0) && !strangers.contains($0)
    }
    var drawn: [Int] = []
    while strangers.count < (givers.isEmpty ? Self.strangersAtFirst : 1), !pool.isEmpty {
      drawn.append(pool.remove(at: random.below(pool.count)))
      strangers += drawn.suffix(1)
    }
    var memos = peers.map { moment.isRound ? Memo() : $0.memo ?? Memo() }
    if moment.isRound { for place in givers { memos[place].ours = peers[place].receivedThisRound } }
    // In a vacancy the shares of the round hold on, and so does that of strangers.
    let all = moment.isRound ? total : givers.reduce(Int64(0)) { $0 + memos[$1].ours }
    for place in strangers { memos[place].ours = max(1, all / (Self.strangersPart - 1) / Int64(strangers.count)) }
    return Unchoking(regular: givers, optimistic: strangers, drawn: drawn, memos: memos)
  }

  /// Who has least of its share yet.
  public func turn(of claim: UploadClaim, at now: SwarmInstant) -> UploadTurn {
    guard !claim.isSeed else { return .inTurn }
    let share = Double(max(1, claim.memo?.ours ?? 1))
    return .ranked(Int64(min(Double(claim.sentThisRound) / share * 1e6, 1e18)))
  }
}

extension ChokingSpec {
  static let propShare = Self(
    "prop-share", "PropShare: uplink in proportion to what each sent in the last round, a tenth to strangers.",
    takes: []
  ) { _ in PropShare() }
}
