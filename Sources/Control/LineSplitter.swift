/// Makes lines of bytes that come in parts of any size, as from a pipe.
public struct LineSplitter: Sendable {
  /// Longer lines are no message of the channel: what exceeds this many bytes is cut off.
  public static let maximumLineSize = 64 << 10

  private var line: [UInt8] = []
  private var ready: [String] = []
  private var firstReady = 0

  public init() {}

  public mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        ready.append(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
      } else if line.count < Self.maximumLineSize {
        line.append(byte)
      }
    }
  }

  /// The next whole line, without its line feed; nil when there is none yet. What the last line feed leaves behind at
  /// the end of a stream is no line.
  public mutating func next() -> String? {
    guard firstReady < ready.count else {
      ready.removeAll(keepingCapacity: true)
      firstReady = 0
      return nil
    }
    defer { firstReady += 1 }
    return ready[firstReady]
  }
}
