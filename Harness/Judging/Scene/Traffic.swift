import Dissection
import SwarmTime

/// Stream bytes of one peer in one direction over all its connections, in the order of the capture.
struct Traffic {
  enum Direction: String { case upload, download }

  struct Entry {
    /// Swarm nanoseconds.
    var time: Int64
    var frame: Int32
    var bytes: Int32
  }

  private(set) var entries: [Entry] = []
  /// What the capture lacks of it, each stretch at the time of the bytes after it.
  private(set) var missing: [Entry] = []
  private(set) var bytes: Int64 = 0
  /// Captured length of the largest frame that brought some, in bytes.
  private(set) var largestFrame: Int64 = 0

  /// - Parameters:
  ///   - conversations: those that the peer takes part in.
  ///   - heldBack: so many bytes of a connection may have waited, sent and not acknowledged or not even sent, when its ends
  ///     ceased to hear each other. For each fault the first so many that it carries from then on are left out of `entries`.
  init(_ peer: Int, _ direction: Direction, _ scene: Scene, conversations: [Int], heldBack: Int64 = 0) {
    scene.trace.segments.withUnsafeBufferPointer { all in
      for place in conversations {
        let conversation = scene.conversations[place]
        let silences = heldBack > 0 ? scene.disturbances.each(conversation.first, conversation.second) : []
        var excuses = silences.filter { conversation.opened <= $0.start }.map { (span: $0, left: heldBack) }
        for index in scene.segments[place] {
          let segment = all[Int(index)]
          let sender = conversation.peer(Int(segment.from & 1))
          let receiver = conversation.peer(Int(1 - segment.from & 1))
          guard direction == .upload ? sender == peer : receiver == peer else { continue }
          let time = scene.instant(segment.time)
          var counted = Int64(segment.bytes)
          for place in excuses.indices where excuses[place].span.start <= time && time <= excuses[place].span.end {
            let excused = min(counted, excuses[place].left)
            excuses[place].left -= excused
            counted -= excused
          }
          if counted > 0 {
            entries.append(Entry(time: time.nanoseconds, frame: segment.frame, bytes: Int32(counted)))
          }
          bytes += Int64(segment.bytes)
          largestFrame = max(largestFrame, Int64(segment.frameBytes))
        }
      }
    }
    entries.sort { ($0.frame, $0.time) < ($1.frame, $1.time) }
    for place in conversations {
      for index in scene.holes[place] {
        let hole = scene.trace.holes[Int(index)]
        let sender = scene.conversations[place].peer(Int(hole.from & 1))
        let receiver = scene.conversations[place].peer(Int(1 - hole.from & 1))
        guard direction == .upload ? sender == peer : receiver == peer else { continue }
        missing.append(
          Entry(time: scene.instant(hole.end).nanoseconds, frame: 0, bytes: Int32(clamping: hole.bytes)))
      }
    }
  }
}

extension Traffic {
  /// All of it, what the capture lacks with it: by time.
  var entriesWithMissing: [Entry] {
    missing.isEmpty ? entries : (entries + missing).sorted { ($0.time, $0.frame) < ($1.time, $1.frame) }
  }
}

extension Scene {
  /// Places of the conversations that each cast member takes part in.
  func conversationsByPeer() -> [[Int]] {
    var places = [[Int]](repeating: [], count: cast.count)
    for (place, conversation) in conversations.enumerated() {
      places[conversation.first].append(place)
      if conversation.second != conversation.first { places[conversation.second].append(place) }
    }
    return places
  }
}
