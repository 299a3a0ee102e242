import Dissection
import SwarmTime
import Wire

/// Derives choke and interest by one walk over the messages of each conversation.
///
/// Known only from a handshake at offset 0 (then: choked, not interested); unknown after a hole that loses state until
/// the next such message; cleared when the connection ends.
struct TimelineWalk {
  let conversations: [Conversation]
  let trace: Trace
  let messages: Grouping
  let holes: Grouping
  let clock: RunClock

  private enum Value { case off, on, unknown }

  /// One state of one side of one conversation, while it is walked over.
  private struct State {
    var value: Value
    var since: SwarmInstant
    var frame: Int32 = 0
    var on: [Span] = []
    var unknown: [Span] = []

    mutating func change(to next: Value, at time: SwarmInstant, frame nextFrame: Int32) {
      guard next != value else { return }
      end(at: time, frame: nextFrame, isCensored: false)
      value = next
      since = time
      frame = nextFrame
    }

    mutating func end(at time: SwarmInstant, frame endFrame: Int32, isCensored: Bool) {
      guard value != .off, time > since else { return }
      let span = Span(start: since, end: time, startFrame: frame, endFrame: endFrame, isCensored: isCensored)
      if value == .on { on.append(span) } else { unknown.append(span) }
    }
  }

  func timelines() -> Timelines {
    var unchokes = PairGathering()
    var interests = PairGathering()
    for (place, conversation) in conversations.enumerated() where conversation.isOurs && !conversation.isDuplicate {
      let sides = sides(of: place)
      for side in 0...1 {
        let pair = Pair(from: conversation.peer(side), to: conversation.peer(1 - side))
        unchokes.add(pair, on: sides[side].unchoked.on, unknown: sides[side].unchoked.unknown)
        interests.add(pair, on: sides[side].interested.on, unknown: sides[side].interested.unknown)
      }
    }
    var timelines = Timelines()
    timelines.unchokes = unchokes.timelines()
    timelines.interests = interests.timelines()
    return timelines
  }

  /// What each side of a conversation let the other know, by its place.
  func sides(of place: Int) -> [SideTimeline] {
    let conversation = conversations[place]
    let initial: Value = conversation.isKnownFromStart ? .off : .unknown
    let blank = State(value: initial, since: conversation.opened)
    // Unchoke of side 0 and 1, then interest of side 0 and 1.
    var states = [blank, blank, blank, blank]
    walk(place, conversation, &states)
    for index in 0..<4 { states[index].end(at: conversation.closed, frame: 0, isCensored: conversation.isCensored) }
    return [0, 1].map { side in
      SideTimeline(
        unchoked: .init(on: states[side].on, unknown: states[side].unknown),
        interested: .init(on: states[2 + side].on, unknown: states[2 + side].unknown))
    }
  }

  private func walk(_ place: Int, _ conversation: Conversation, _ states: inout [State]) {
    var pending = holes[place]
    trace.messages.withUnsafeBufferPointer { all in
      for index in messages[place] {
        let id = all[Int(index)].id
        guard id <= MessageID.notInterested.rawValue else { continue }
        let message = all[Int(index)]
        lose(&pending, until: message.time, &states)
        let time = clock.instant(realtime: message.time)
        guard time <= conversation.closed else { break }
        let side = Int(message.from & 1)
        let state = id <= MessageID.unchoke.rawValue ? side : 2 + side
        let isOn = id == MessageID.unchoke.rawValue || id == MessageID.interested.rawValue
        states[state].change(to: isOn ? .on : .off, at: time, frame: message.frame)
      }
    }
    lose(&pending, until: .max, &states)
  }

  private func lose(_ pending: inout ArraySlice<Int32>, until realtime: Int64, _ states: inout [State]) {
    while let first = pending.first, trace.holes[Int(first)].start <= realtime {
      pending.removeFirst()
      let hole = trace.holes[Int(first)]
      guard hole.loses == .state else { continue }
      let side = Int(hole.from & 1)
      let time = clock.instant(realtime: hole.start)
      states[side].change(to: .unknown, at: max(time, states[side].since), frame: 0)
      states[2 + side].change(to: .unknown, at: max(time, states[2 + side].since), frame: 0)
    }
  }
}

/// What one side of a conversation let the other know over time.
public struct SideTimeline: Sendable {
  public struct State: Sendable {
    /// Stretches in which it is known to hold, by start; and in which nobody knows.
    public var on: [Span] = []
    public var unknown: [Span] = []
  }

  /// It had unchoked the other side.
  public var unchoked = State()
  /// It was interested in the other side.
  public var interested = State()
}

/// Spans of many connections gathered by pair.
private struct PairGathering {
  private var places: [Pair: Int] = [:]
  private var lines: [PairTimeline] = []

  mutating func add(_ pair: Pair, on: [Span], unknown: [Span]) {
    let place = places[pair] ?? lines.count
    if place == lines.count {
      places[pair] = place
      lines.append(PairTimeline(pair: pair))
    }
    lines[place].on += on
    lines[place].unknown += unknown
  }

  func timelines() -> [PairTimeline] {
    lines.map { line in
      PairTimeline(pair: line.pair, on: Span.union(line.on), unknown: Span.union(line.unknown))
    }.sorted { $0.pair < $1.pair }
  }
}
