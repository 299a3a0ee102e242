import Dissection
public import SwarmTime
import Wire

/// Payload delivered between peers over time: the blocks of piece messages and bodies over HTTP, as the capture shows them.
public struct Deliveries: Sendable {
  /// Sorted by pair.
  public private(set) var pairs: [PairDeliveries] = []

  init(
    conversations: [Conversation], trace: Trace, messages: Grouping, downloads: Downloads, clock: RunClock
  ) {
    struct Block {
      var pair: Pair
      var time: Int64
      var frame: Int32
      var bytes: Int32
      /// Piece and begin; over HTTP, the offset in the payload.
      var place: UInt64
    }
    var blocks: [Block] = []
    trace.messages.withUnsafeBufferPointer { all in
      for (place, conversation) in conversations.enumerated() where conversation.isOurs {
        for index in messages[place] where all[Int(index)].id == MessageID.piece.rawValue {
          let message = all[Int(index)]
          guard message.length > 0 else { continue }
          let side = Int(message.from & 1)
          blocks.append(
            Block(
              pair: Pair(from: conversation.peer(side), to: conversation.peer(1 - side)),
              time: clock.instant(realtime: message.time).nanoseconds, frame: message.frame, bytes: message.length,
              place: UInt64(UInt32(bitPattern: message.piece)) << 32 | UInt64(UInt32(bitPattern: message.begin))))
        }
      }
    }
    for part in downloads.parts {
      blocks.append(
        Block(
          pair: Pair(from: part.from, to: part.to), time: part.time, frame: part.frame, bytes: Int32(part.bytes.count),
          place: UInt64(part.bytes.lowerBound)))
    }
    blocks.sort { ($0.pair, $0.time, $0.frame) < ($1.pair, $1.time, $1.frame) }
    var seen: Set<UInt64> = []
    for block in blocks {
      if pairs.last?.pair != block.pair {
        pairs.append(PairDeliveries(pair: block.pair))
        seen.removeAll(keepingCapacity: true)
      }
      let isNew = seen.insert(block.place).inserted
      pairs[pairs.count - 1].add(block.time, block.frame, Int64(block.bytes), isNew: isNew)
    }
  }

  /// What `from` has delivered to `to`; nil for nothing.
  public func pair(from: Int, to: Int) -> PairDeliveries? {
    let wanted = Pair(from: from, to: to)
    var (low, high) = (0, pairs.count)
    while low < high {
      let middle = (low + high) / 2
      if pairs[middle].pair < wanted { low = middle + 1 } else { high = middle }
    }
    return low < pairs.count && pairs[low].pair == wanted ? pairs[low] : nil
  }

  /// Payload bytes over the whole run.
  public func bytes(from: Int, to: Int) -> Int64 { pair(from: from, to: to)?.total ?? 0 }

  /// Payload bytes in (after, through].
  public func bytes(from: Int, to: Int, after: SwarmInstant, through: SwarmInstant) -> Int64 {
    pair(from: from, to: to)?.bytes(after: after, through: through) ?? 0
  }

  /// The largest difference of the payload bytes that two peers had delivered to each other, at any time up to `end`.
  func largestDifference(_ first: Int, _ second: Int, through end: SwarmInstant) -> Int64 {
    let (there, back) = (pair(from: first, to: second), pair(from: second, to: first))
    let times = (there?.times ?? []) + (back?.times ?? [])
    return times.reduce(0) { most, time in
      guard time <= end.nanoseconds else { return most }
      let now = SwarmInstant(nanoseconds: time)
      let sent = there?.bytes(after: .distantPast, through: now) ?? 0
      let got = back?.bytes(after: .distantPast, through: now) ?? 0
      return max(most, Int64(clamping: (sent - got).magnitude))
    }
  }
}

/// Blocks delivered from one peer to another, in the order of time.
public struct PairDeliveries: Sendable {
  public let pair: Pair
  /// Swarm nanoseconds at which each block was whole.
  public private(set) var times: [Int64] = []
  /// Payload bytes up to and with each block.
  public private(set) var totals: [Int64] = []
  public private(set) var frames: [Int32] = []
  /// The same as `totals`, without blocks that this sender had delivered before: nobody may have asked for those, and what
  /// was not asked for counts for nothing.
  private var newTotals: [Int64] = []

  public init(pair: Pair) { self.pair = pair }

  /// Blocks must come in the order of time.
  mutating func add(_ time: Int64, _ frame: Int32, _ bytes: Int64, isNew: Bool) {
    times.append(time)
    totals.append(total + bytes)
    newTotals.append((newTotals.last ?? 0) + (isNew ? bytes : 0))
    frames.append(frame)
  }

  public var total: Int64 { totals.last ?? 0 }

  /// Number of blocks delivered up to and at that time: the place of the first one after it.
  public func count(through time: Int64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Payload bytes in (after, through].
  public func bytes(after: SwarmInstant, through: SwarmInstant) -> Int64 { bytes(of: totals, after, through) }

  /// The same without blocks that this sender had delivered before.
  public func newBytes(after: SwarmInstant, through: SwarmInstant) -> Int64 { bytes(of: newTotals, after, through) }

  private func bytes(of totals: [Int64], _ after: SwarmInstant, _ through: SwarmInstant) -> Int64 {
    let (first, last) = (count(through: after.nanoseconds), count(through: through.nanoseconds))
    guard last > first else { return 0 }
    return totals[last - 1] - (first > 0 ? totals[first - 1] : 0)
  }

  /// Least and most payload bytes in (end - window, end] for all `end` in [from, through]; the least without blocks that
  /// the sender had delivered before.
  public func extremes(
    window: SwarmDuration, from: SwarmInstant, through: SwarmInstant
  ) -> (least: Int64, most: Int64) {
    var (least, most) = (Int64.max, Int64.min)
    func look(_ end: Int64) {
      guard end >= from.nanoseconds, end <= through.nanoseconds else { return }
      let end = SwarmInstant(nanoseconds: end)
      least = min(least, bytes(of: newTotals, end - window, end))
      most = max(most, bytes(of: totals, end - window, end))
    }
    look(from.nanoseconds)
    look(through.nanoseconds)
    // Between the ends it changes only where a block comes into the window, and where one falls out of it.
    for place in count(through: from.nanoseconds)..<count(through: through.nanoseconds) {
      look(times[place])
      look(times[place] - 1)
    }
    let (left, right) = ((from - window).nanoseconds, (through - window).nanoseconds)
    for place in count(through: left - 1)..<count(through: right) {
      look(times[place] + window.nanoseconds)
      look(times[place] + window.nanoseconds - 1)
    }
    return (least, most)
  }
}
