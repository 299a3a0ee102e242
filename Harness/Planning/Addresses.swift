/// Who has which address: every peer its own, so that the wire names the peers; a /24 for each, since BEP 6 masks to /24.
public enum Addresses {
  public static let tracker = tracker(in: .loopback)
  public static let trackerPort = 6969
  /// Not 6881 to 6889, which Wireshark dissects unchecked; below 32768, outside the range for outgoing connections.
  public static let peerPort = 7000
  /// How often a peer may change address: from .1 to .254.
  public static let mostChanges = 253
  /// Peers that fit the second byte of 127.64.0.0 to 127.255.0.0.
  public static let maximumPeers = (255 - 64 + 1) * 256

  /// Which block a peer's address is from.
  public enum Range: Int, Hashable, Sendable {
    case loopback = 127
    /// For clients that refuse 127.0.0.0/8; 10.63.0.0 to 10.255.255.255 are made local in the sandbox.
    case privateUse = 10
  }

  /// The tracker lives beside the peers.
  public static func tracker(in range: Range) -> String { "\(range.rawValue).63.0.1" }

  /// Peer `index`, incarnation `incarnation`: 127.(64 + i / 256).(i % 256).(1 + j), or the same in 10.0.0.0/8.
  public static func peer(_ index: Int, incarnation: Int = 0, range: Range = .loopback) -> String {
    "\(range.rawValue).\(64 + index / 256).\(index % 256).\(1 + incarnation)"
  }
}
