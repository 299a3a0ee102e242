import Choking
public import PeerCore

/// All misbehaviours by name. Adding one is a file and a line here.
public enum MisbehaviourCatalogue {
  public static let all: [MisbehaviourSpec] = [
    // Rates, pieces and the protocol
    .overSlots,
    .stopShort,
    .skipVerification,
    .overdriveUpload,
    .overdriveDownload,
    .requestWhileChoked,
    .unaskedBlock,
    .lateBitfield,
    .noReject,
    .requestHeldPiece,
    .falseHave,
    .poisoner,
    .silent,
    .lazyUpload,
    .idleUplink,
    .interestFlapper,
    .sequentialPicker,
    .commonFirst,
    .slowReturn,
    .crash,
    // When somebody is unchoked
    .fastRechoke,
    .slowRechoke,
    .slowNewcomer,
    .freeRider,
    .whitewasher,
    .largeView,
    .sybil,
    // Whom the optimistic slot goes to, and for how long
    .noOptimistic,
    .stickyOptimistic,
    .shunned,
    .biasedChoice,
    // Whom the regular slots go to
    .randomChooser,
    .slowestFirst,
    .staleRates,
    .favouritism,
    .notReciprocating,
    .colluders,
    // Choker defects that clients have shipped
    .defectOptimisticCounter,
    .defectRefilledFromTop,
    .defectPoolHead,
    .defectUnorderedPrefix,
    .defectUnchokeOnInterest,
    .defectNoReview,
  ]

  public static func spec(named name: String) -> MisbehaviourSpec? { all.first { $0.name == name } }

  /// A peer that keeps the rules, or one that breaks the named one.
  ///
  /// - Parameters:
  ///   - misbehaving: a name of `all`, and how strongly, in the unit given there.
  ///   - accomplices: who does it together, itself among them; only asked for where several do.
  /// - Throws: `MisbehaviourError` for a name or dose that `all` does not allow, and for what it needs and is not there.
  public static func peer(
    _ configuration: PeerConfiguration, misbehaving: (name: String, dose: Double)?, accomplices: Accomplices? = nil
  ) throws(MisbehaviourError) -> AnyPeer {
    guard let (name, dose) = misbehaving else { return AnyPeer(Peer(configuration)) }
    guard let spec = spec(named: name) else { throw .unknown(name: name) }
    guard spec.allows(dose) else { throw .dose(dose, of: spec) }
    var changed = configuration
    switch spec.making {
    case .choker(let make):
      guard let honest = configuration.choking as? TitForTat else { throw .needsTitForTat(name: name) }
      changed.choking = make(honest, dose)
      return AnyPeer(Peer(changed))
    case .group(let make):
      guard let honest = configuration.choking as? TitForTat else { throw .needsTitForTat(name: name) }
      guard let accomplices else { throw .needsAccomplices(name: name) }
      changed.choking = make(honest, dose, accomplices)
      return AnyPeer(Peer(changed))
    case .setting(let set):
      set(&changed, dose)
      return AnyPeer(Peer(changed))
    case .limits(let scale):
      let limits = scale(dose)
      changed.upload = changed.upload.map { $0.scaled(by: limits.upload) }
      changed.download = changed.download.map { $0.scaled(by: limits.download) }
      return decorate(changed, limits)
    case .rule(let make): return decorate(changed, make(changed, dose))
    }
  }

  private static func decorate(_ configuration: PeerConfiguration, _ rule: some Rule) -> AnyPeer {
    AnyPeer(Decorated(inner: Peer(configuration), rule: rule))
  }
}
