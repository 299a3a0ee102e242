/// What our own peer offers to a topology: data, so that the lab needs nothing of the peer. A test holds it equal to the
/// peer's own catalogues.
public enum NativeClient {
  public static let chokingAlgorithms = ["tit-for-tat"]
  /// How `tit-for-tat` chooses whom to unchoke optimistically.
  public static let optimisticChoices = ["draw", "rotation", "longest-waiting"]

  /// A rule that a native peer can be told to break.
  public struct Misbehaviour: Hashable, Sendable {
    public var name: String
    /// What a dose counts.
    public var unit: String
    /// Three, from mild to strong.
    public var doses: [Double]
    public var range: ClosedRange<Double>
    /// Whether a dose is a whole number.
    public var isWhole: Bool
    public var summary: String
    /// Which declared rate is not kept; nil for a misbehaviour of another sort. One of rates can also be put in force
    /// from outside, by the kernel, on a client of any kind.
    public var scales: ScaledLimit?
    /// Whether a dose is the share of that rate that stays unused, not what the rate is multiplied by.
    public var leavesUnused = false

    /// By what the declared rate is multiplied.
    public func factor(ofDose dose: Double) -> Double { leavesUnused ? 1 - dose : dose }
  }

  public enum ScaledLimit: Hashable, Sendable { case upload, download }

  public static func misbehaviour(named name: String) -> Misbehaviour? { misbehaviours.first { $0.name == name } }
}

/// A part of a command line that the lab fills in for each peer: `{torrent}`.
public struct ClientPlaceholder: Hashable, Sendable {
  public var name: String
  public var meaning: String

  public static let all: [ClientPlaceholder] = [
    .init(name: "torrent", meaning: "path of the .torrent file"),
    .init(name: "data", meaning: "the peer's own folder for the payload"),
    .init(name: "address", meaning: "the peer's own address, to listen on and to connect from"),
    .init(name: "port", meaning: "port to listen on"),
    .init(name: "tracker", meaning: "announce URL, which the .torrent file holds too"),
    .init(name: "name", meaning: "the peer's name"),
    .init(name: "peerID", meaning: "twenty characters of a peer id"),
    .init(name: "randomSeed", meaning: "the peer's own random seed"),
    .init(name: "upload", meaning: "upload limit in bytes per second, 0 for none"),
    .init(name: "download", meaning: "download limit in bytes per second, 0 for none"),
  ]
}
