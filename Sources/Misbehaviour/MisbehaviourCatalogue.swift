public import PeerCore
import Choking

/// All misbehaviours by name. Adding one is a file and a line here.
public enum MisbehaviourCatalogue {
  public static let all: [MisbehaviourSpec] = [
    MisbehaviourSpec(
      name: "over-slots", unit: "slots", summary: "Unchokes so many more peers than declared.", doses: [1, 2, 5],
      allowed: 1...1000, isWhole: true, build: .moreSlots),
    MisbehaviourSpec(
      name: "stop-short", unit: "share of all pieces",
      summary: "Never fetches that share of the pieces (at least one), so it never completes.",
      doses: [0.01, 0.1, 0.5], allowed: 0.000001...1, isWhole: false, build: .rule(.stopShort)),
    MisbehaviourSpec(
      name: "skip-verification", unit: "blocks",
      summary: "Keeps zeros for so many of the first blocks it receives, and checks no hash.", doses: [1, 16, 512],
      allowed: 1...1e9, isWhole: true, build: .rule(.skipVerification)),
    MisbehaviourSpec(
      name: "overdrive-upload", unit: "times the declared rate", summary: "Uploads faster than declared.",
      doses: [1.05, 1.2, 2], allowed: 1...1000, isWhole: false, build: .scaledUpload),
    MisbehaviourSpec(
      name: "overdrive-download", unit: "times the declared rate", summary: "Downloads faster than declared.",
      doses: [1.05, 1.2, 2], allowed: 1...1000, isWhole: false, build: .scaledDownload),
    MisbehaviourSpec(
      name: "request-while-choked", unit: "every n-th occasion",
      summary: "Asks for a block 3 s after a choke and every 3 s from then on; an occasion is one such time.",
      doses: [8, 3, 1], allowed: 1...1e6, isWhole: true, build: .rule(.requestWhileChoked)),
    MisbehaviourSpec(
      name: "unasked-block", unit: "every n-th occasion", summary: "Sends a block that it has sent once more.",
      doses: [100, 20, 2], allowed: 1...1e6, isWhole: true, build: .rule(.unaskedBlock)),
    MisbehaviourSpec(
      name: "late-bitfield", unit: "every n-th occasion",
      summary: "Says \"not interested\" before it says what it has; an occasion is a connection.", doses: [4, 2, 1],
      allowed: 1...1e6, isWhole: true, build: .rule(.lateBitfield)),
    MisbehaviourSpec(
      name: "no-reject", unit: "every n-th occasion",
      summary: "Drops a request without the reject that BEP 6 asks for.", doses: [8, 3, 1], allowed: 1...1e6,
      isWhole: true, build: .rule(.noReject)),
    MisbehaviourSpec(
      name: "request-held-piece", unit: "every n-th occasion",
      summary: "Asks, beside a block it wants, for one of a piece that it has announced.", doses: [100, 20, 2],
      allowed: 1...1e6, isWhole: true, build: .rule(.requestHeldPiece)),
    MisbehaviourSpec(
      name: "lazy-upload", unit: "times the declared rate", summary: "Uploads more slowly than declared.",
      doses: [0.5, 0.25, 0.1], allowed: 0.0001...1, isWhole: false, build: .scaledUpload),
  ]

  public static func spec(named name: String) -> MisbehaviourSpec? { all.first { $0.name == name } }

  /// A peer that keeps the rules, or one that breaks the named one.
  ///
  /// - Parameter misbehaving: a name of `all`, and how strongly, in the unit given there.
  /// - Throws: `MisbehaviourError` for a name or dose that `all` does not allow.
  public static func peer(
    _ configuration: PeerConfiguration, misbehaving: (name: String, dose: Double)?
  ) throws(MisbehaviourError) -> AnyPeer {
    guard let (name, dose) = misbehaving else { return AnyPeer(Peer(configuration)) }
    guard let spec = spec(named: name) else { throw .unknown(name: name) }
    guard spec.allowed.contains(dose), !spec.isWhole || dose == dose.rounded() else { throw .dose(dose, of: spec) }
    var changed = configuration
    switch spec.build {
    case .moreSlots:
      guard let honest = configuration.choking as? TitForTat else { throw .needsTitForTat(name: name) }
      changed.choking = OverSlots(honest, more: Int(dose))
      return AnyPeer(Peer(changed))
    case .scaledUpload:
      changed.upload = changed.upload.map { $0.scaled(by: dose) }
      return decorate(changed, ScaledLimits(upload: dose, download: 1))
    case .scaledDownload:
      changed.download = changed.download.map { $0.scaled(by: dose) }
      return decorate(changed, ScaledLimits(upload: 1, download: dose))
    case .rule(let rule): return decorated(configuration, rule, dose)
    }
  }

  private static func decorated(
    _ configuration: PeerConfiguration, _ rule: MisbehaviourSpec.RuleName, _ dose: Double
  ) -> AnyPeer {
    switch rule {
    case .stopShort: decorate(configuration, StopShort(configuration, share: dose))
    case .skipVerification: decorate(configuration, SkipVerification(blocks: Int(dose)))
    case .requestWhileChoked: decorate(configuration, RequestWhileChoked(configuration, every: Int(dose)))
    case .unaskedBlock: decorate(configuration, UnaskedBlock(every: Int(dose)))
    case .lateBitfield: decorate(configuration, LateBitfield(every: Int(dose)))
    case .noReject: decorate(configuration, NoReject(every: Int(dose)))
    case .requestHeldPiece: decorate(configuration, RequestHeldPiece(configuration, every: Int(dose)))
    }
  }

  private static func decorate(_ configuration: PeerConfiguration, _ rule: some Rule) -> AnyPeer {
    AnyPeer(Decorated(inner: Peer(configuration), rule: rule))
  }
}
