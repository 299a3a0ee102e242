import Dissection

/// What was said in a play, beside what the recording has.
public struct PlayAccount: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    public var kind: String
    /// By us, as the recorded side that we play, and by the other.
    public var ours = Pair()
    public var theirs = Pair()
  }

  public struct Pair: Hashable, Sendable {
    public var recorded: Int
    public var live: Int

    public init(recorded: Int = 0, live: Int = 0) {
      self.recorded = recorded
      self.live = live
    }
  }

  /// In the order of first appearance.
  public private(set) var rows: [Row] = []
  /// Recorded messages that were not said, by reason.
  public private(set) var passedOver: [String: Int] = [:]
  /// Bytes of blocks that the live client was given, and that it gave.
  public internal(set) var servedBytes: Int64 = 0
  public internal(set) var receivedBytes: Int64 = 0
  public internal(set) var verifiedPieces = 0
  /// Lines of the recording that were gone through.
  public internal(set) var linesPlayed = 0
  public internal(set) var lines = 0

  init(_ conversation: RecordedConversation, ours: Int) {
    lines = conversation.lines.count
    for line in conversation.lines {
      change(line.content.kind) {
        if line.from == ours { $0.ours.recorded += 1 } else { $0.theirs.recorded += 1 }
      }
    }
  }

  mutating func said(_ kind: String) { change(kind) { $0.ours.live += 1 } }
  mutating func heard(_ kind: String) { change(kind) { $0.theirs.live += 1 } }
  mutating func passOver(_ reason: String) { passedOver[reason, default: 0] += 1 }

  private mutating func change(_ kind: String, _ change: (inout Row) -> Void) {
    if let place = rows.firstIndex(where: { $0.kind == kind }) {
      change(&rows[place])
    } else {
      var row = Row(kind: kind)
      change(&row)
      rows.append(row)
    }
  }
}
