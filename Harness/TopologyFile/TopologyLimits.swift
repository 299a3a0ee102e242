/// Bounds of what a topology may ask for, each with its reason.
public enum TopologyLimits {
  /// A /24 for each peer in 127.64.0.0 to 127.255.0.0.
  public static let maximumPeers = 49_152
  /// A topology is written by hand; what is larger is something else.
  public static let maximumFileBytes = 1 << 20
  /// Values in a file, aliases followed: what a bomb of aliases meets.
  static let maximumNodes = 50_000
  static let maximumDepth = 32
  /// Together they bound what aliases can multiply to before anything is counted.
  static let maximumAnchors = 6
  static let maximumAliases = 48
  /// One block of 16 KiB with the 13 bytes before it (BEP 3): a smaller bucket could never send one.
  public static let minimumBurstBytes: Int64 = 16_384 + 13
  /// The block, since peers ask for pieces in blocks of it.
  public static let minimumPieceLengthBytes: Int64 = 16_384
  public static let maximumPieceLengthBytes: Int64 = 64 << 20
  /// A bitfield of 32 KiB, and 5 MiB of hashes.
  public static let maximumPieces: Int64 = 1 << 18
  /// TCP's own timers do not scale: beyond this every retransmission is longer than a choke round.
  public static let speed: ClosedRange<Double> = 0.1...1000
}
