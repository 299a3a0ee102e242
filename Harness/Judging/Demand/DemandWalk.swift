import Dissection
import SwarmTime
import Wire

/// When each peer owed somebody a block: it had a request from a peer that it had unchoked, and had had it for so long
/// that it must have read it.
///
/// A request is waited for from `patience` after it left to the block's last byte, a reject, a cancel, or a choke. What
/// was asked while choked (allowed-fast pieces) does not count, nor anything that was open when the capture lost
/// something, nor the last moments of a connection, whose other end may have been gone, nor while a fault stood between.
struct DemandWalk {
  /// One stretch in which a receiver waited.
  struct Wait {
    var receiver: Int
    var span: Span
  }

  /// By cast index of the sender; by receiver, then start.
  private(set) var waits: [[Wait]]

  private let patience: (Int, Int) -> SwarmDuration

  /// - Parameter patience: of a sender and a receiver.
  init(_ scene: Scene, patience: @escaping (_ sender: Int, _ receiver: Int) -> SwarmDuration) {
    waits = Array(repeating: [], count: scene.cast.count)
    self.patience = patience
    for (place, conversation) in scene.conversations.enumerated() where conversation.isOurs {
      guard conversation.isKnownFromStart, conversation.first != conversation.second else { continue }
      for side in 0...1 { walk(scene, place, conversation, sender: side) }
    }
    for sender in waits.indices { waits[sender] = Self.merged(waits[sender]) }
  }

  private mutating func walk(_ scene: Scene, _ place: Int, _ conversation: Conversation, sender side: Int) {
    let (sender, receiver) = (conversation.peer(side), conversation.peer(1 - side))
    var line = Line(patience: patience(sender, receiver))
    var pending = scene.holes[place]
    for index in scene.messages[place] {
      let message = scene.trace.messages[Int(index)]
      while let first = pending.first, scene.trace.holes[Int(first)].start <= message.time {
        pending.removeFirst()
        line.lose(state: scene.trace.holes[Int(first)].loses == .state)
      }
      let at = scene.instant(message.time)
      guard at <= conversation.closed else { break }
      line.hear(message, at, isFromSender: Int(message.from & 1) == side)
    }
    // A sender cannot serve who is gone, and learns of it late.
    line.endAll(conversation.closed - .seconds(1), 0)
    let spans = Span.difference(Span.covered(line.spans), scene.disturbances.between(sender, receiver))
    waits[sender] += spans.map { Wait(receiver: receiver, span: $0) }
  }

  /// What one side of a connection has asked of the other.
  private struct Line {
    let patience: SwarmDuration
    var spans: [Span] = []
    private var open: [BlockPlace: (at: SwarmInstant, frame: Int32)] = [:]
    private var isUnchoked = false

    init(patience: SwarmDuration) { self.patience = patience }

    mutating func lose(state: Bool) {
      open.removeAll()
      if state { isUnchoked = false }
    }

    mutating func hear(_ message: TracedMessage, _ at: SwarmInstant, isFromSender: Bool) {
      let block = BlockPlace(piece: message.piece, begin: message.begin, length: message.length)
      switch (message.kind, isFromSender) {
      case (.unchoke, true): isUnchoked = true
      case (.choke, true):
        isUnchoked = false
        endAll(at, message.frame)
      case (.request, false):
        if isUnchoked, open[block] == nil { open[block] = (at, message.frame) }
      case (.piece, true), (.reject, true), (.cancel, false):
        if let asked = open.removeValue(forKey: block) { end(asked, at, message.frame) }
      default: break
      }
    }

    /// The spans are sorted afterwards, so the dictionary's order decides nothing.
    mutating func endAll(_ at: SwarmInstant, _ frame: Int32) {
      for asked in open.values { end(asked, at, frame) }
      open.removeAll(keepingCapacity: true)
    }

    private mutating func end(_ asked: (at: SwarmInstant, frame: Int32), _ at: SwarmInstant, _ frame: Int32) {
      let start = asked.at + patience
      guard start < at else { return }
      // The request's frame is not where the wait begins, unless nothing is allowed for.
      let startFrame = patience > .zero ? 0 : asked.frame
      spans.append(Span(start: start, end: at, startFrame: startFrame, endFrame: frame))
    }
  }

  /// By receiver, each receiver's stretches joined over its connections.
  private static func merged(_ waits: [Wait]) -> [Wait] {
    var byReceiver: [Int: [Span]] = [:]
    for wait in waits { byReceiver[wait.receiver, default: []].append(wait.span) }
    return byReceiver.keys.sorted().flatMap { receiver in
      Span.covered(byReceiver[receiver] ?? []).map { Wait(receiver: receiver, span: $0) }
    }
  }
}

extension Span {
  /// What any of them covers, in as few stretches as can be: those that touch become one.
  static func covered(_ spans: [Span]) -> [Span] {
    let sorted = spans.sorted {
      ($0.start, $0.startFrame, $0.end, $0.endFrame) < ($1.start, $1.startFrame, $1.end, $1.endFrame)
    }
    var covered: [Span] = []
    for span in sorted {
      if let last = covered.last, span.start <= last.end {
        guard span.end > last.end else { continue }
        covered[covered.count - 1].end = span.end
        covered[covered.count - 1].endFrame = span.endFrame
      } else {
        covered.append(span)
      }
    }
    return covered
  }

  /// What of these no other covers; both disjoint and by start.
  static func difference(_ spans: [Span], _ others: [Span]) -> [Span] {
    var rest: [Span] = []
    var place = 0
    for span in spans {
      var left = span
      while place < others.count, others[place].end <= left.start { place += 1 }
      var next = place
      while next < others.count, others[next].start < left.end {
        if others[next].start > left.start {
          var piece = left
          piece.end = others[next].start
          piece.endFrame = 0
          rest.append(piece)
        }
        left.start = others[next].end
        left.startFrame = 0
        if left.start >= left.end { break }
        next += 1
      }
      if left.start < left.end { rest.append(left) }
    }
    return rest
  }
}
