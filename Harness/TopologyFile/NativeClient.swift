/// What our own peer offers to a topology: data, so that the lab needs nothing of the peer. A test holds it equal to the
/// peer's own catalogues.
public enum NativeClient {
  public static let chokingAlgorithms = ["tit-for-tat"]

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
    /// Which declared rate a dose multiplies; nil for a misbehaviour of another sort. One of rates can also be put in
    /// force from outside, by the kernel, on a client of any kind.
    public var scales: ScaledLimit?
  }

  public enum ScaledLimit: Hashable, Sendable { case upload, download }

  public static let misbehaviours: [Misbehaviour] = [
    .init(
      name: "over-slots", unit: "slots", doses: [1, 2, 5], range: 1...1000, isWhole: true,
      summary: "Unchokes so many more peers than declared."),
    .init(
      name: "stop-short", unit: "share of all pieces", doses: [0.01, 0.1, 0.5], range: 0.000001...1, isWhole: false,
      summary: "Never fetches that share of the pieces (at least one), so it never completes."),
    .init(
      name: "skip-verification", unit: "blocks", doses: [1, 16, 512], range: 1...1e9, isWhole: true,
      summary: "Keeps zeros for so many of the first blocks it receives, and checks no hash."),
    .init(
      name: "overdrive-upload", unit: "times the declared rate", doses: [1.05, 1.2, 2], range: 1...1000,
      isWhole: false, summary: "Uploads faster than declared.", scales: .upload),
    .init(
      name: "overdrive-download", unit: "times the declared rate", doses: [1.05, 1.2, 2], range: 1...1000,
      isWhole: false, summary: "Downloads faster than declared.", scales: .download),
    .init(
      name: "request-while-choked", unit: "every n-th occasion", doses: [8, 3, 1], range: 1...1e6, isWhole: true,
      summary: "Asks for a block 3 s after a choke and every 3 s from then on; an occasion is one such time."),
    .init(
      name: "unasked-block", unit: "every n-th occasion", doses: [100, 20, 2], range: 1...1e6, isWhole: true,
      summary: "Sends a block that it has sent once more."),
    .init(
      name: "late-bitfield", unit: "every n-th occasion", doses: [4, 2, 1], range: 1...1e6, isWhole: true,
      summary: "Says \"not interested\" before it says what it has; an occasion is a connection."),
    .init(
      name: "no-reject", unit: "every n-th occasion", doses: [8, 3, 1], range: 1...1e6, isWhole: true,
      summary: "Drops a request without the reject that BEP 6 asks for."),
    .init(
      name: "request-held-piece", unit: "every n-th occasion", doses: [100, 20, 2], range: 1...1e6, isWhole: true,
      summary: "Asks, beside a block it wants, for one of a piece that it has announced."),
    .init(
      name: "lazy-upload", unit: "times the declared rate", doses: [0.5, 0.25, 0.1], range: 0.0001...1,
      isWhole: false, summary: "Uploads more slowly than declared.", scales: .upload),
  ]

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
