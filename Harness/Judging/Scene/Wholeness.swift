import Dissection

/// How much of what peers said to each other the capture lacks: bytes that were acknowledged and that it does not hold.
public struct Wholeness: Hashable, Sendable {
  /// Stream bytes of conversations, the missing ones with them.
  public private(set) var bytes: Int64 = 0
  public private(set) var missing: Int64 = 0
  /// Holes in which a message may have been lost, and all.
  public private(set) var holesInState = 0
  public private(set) var holes = 0

  /// One in a hundred, as of encrypted bytes: a share of what somebody gave or got is off by no more than that, and where
  /// frames were lost at random, all but a hundredth of the messages were seen. Beyond it nobody is found to be fair, or
  /// unfair, and nothing passes.
  public static let most = Fixed(millionths: 10_000)

  init(_ trace: Trace, isConversation: (Int32) -> Bool) {
    for connection in trace.connections where isConversation(Int32(clamping: connection.id)) {
      bytes += connection.a.streamBytes + connection.b.streamBytes
    }
    for hole in trace.holes where isConversation(hole.connection) {
      holes += 1
      missing += hole.bytes
      if hole.loses == .state { holesInState += 1 }
    }
    bytes += missing
  }

  public var share: Fixed { Fixed(missing, over: bytes) ?? Fixed(millionths: 0) }

  /// Why nothing can pass; nil where little enough is missing.
  public var trouble: String? {
    guard share > Self.most else { return nil }
    return "\(Wording.percent(share)) of the bytes between peers are missing from the capture, more than "
      + "\(Wording.percent(Self.most))"
  }
}
