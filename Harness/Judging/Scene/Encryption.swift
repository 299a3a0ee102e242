import Dissection

/// How much of what peers said to each other nobody else can read.
public struct Encryption: Hashable, Sendable {
  /// Stream bytes between peers of the plan.
  public private(set) var bytes: Int64 = 0
  /// Those of them on connections that are encrypted, or cannot be read.
  public private(set) var hidden: Int64 = 0

  /// More than one in a hundred: too much is hidden to say whom anybody serves.
  public static let most = Fixed(millionths: 10_000)

  mutating func add(_ connection: TracedConnection) {
    let all = connection.a.streamBytes + connection.b.streamBytes
    bytes += all
    if connection.content != .peerWire { hidden += all }
  }

  /// Why choking cannot be judged at all; nil where it can.
  public var trouble: String? {
    guard let share = Fixed(hidden, over: bytes), share > Self.most else { return nil }
    return "\(Wording.percent(share)) of the bytes between peers are encrypted: turn encryption off in the clients "
      + "(libtorrent: out_enc_policy and in_enc_policy 2; Transmission: \"encryption\": 0; rtorrent: protocol.encryption.set = "
      + "none; qBittorrent: Encryption=2)"
  }
}
