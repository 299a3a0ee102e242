import Dissection
import Planning
public import SwarmTime
import Wire

/// Who said it had which piece, and since when: by bitfield, have-all or HAVE on any of its connections. Who downloads over
/// HTTP says nothing: it has a piece once all bytes of it were delivered to it.
public struct Holdings: Sendable {
  public let pieceCount: Int
  /// By cast index: pieces, from the first on, with which it is complete; those of the plan's leechers that want a part are
  /// fewer than all.
  public let wanted: [Int]
  /// By cast index, then piece: frame at which the peer first said so; 0 for never.
  private var frames: [Int32]
  /// The same, in swarm nanoseconds.
  private var times: [Int64]
  /// By cast index: when it had all that it wants.
  public private(set) var completions: [Completed?]

  /// When a peer became a seed, by the wire: who wants a part of the payload never is one.
  public func becameSeed(_ peer: Int) -> Completed? { wanted[peer] == pieceCount ? completions[peer] : nil }

  /// The first moment at which the wire shows that a peer has everything that it wants.
  public struct Completed: Hashable, Sendable {
    public enum Sign: Hashable, Sendable { case have(piece: Int), bitfield, haveAll, nothingLeft, delivered }
    public var at: SwarmInstant
    public var frame: Int
    public var sign: Sign
  }

  init(
    cast: Cast, plan: Plan, conversations: [Conversation], trace: Trace, messages: Grouping, downloads: Downloads,
    clock: RunClock
  ) {
    // A plan without a payload (a capture of strangers) has no pieces to speak of.
    let pieceCount = plan.payload.pieceLengthBytes > 0 ? max(0, plan.payload.pieceCount) : 0
    self.pieceCount = pieceCount
    let wanted = (0..<cast.count).map { peer in
      min(pieceCount, plan.peers.indices.contains(peer) ? plan.peers[peer].wantedPieces ?? pieceCount : pieceCount)
    }
    self.wanted = wanted
    frames = Array(repeating: 0, count: cast.count * pieceCount)
    times = Array(repeating: 0, count: cast.count * pieceCount)
    completions = Array(repeating: nil, count: cast.count)
    var held = Array(repeating: 0, count: cast.count)
    var lacking = wanted
    var last: [(frame: Int32, time: Int64, sign: Completed.Sign)?] = Array(repeating: nil, count: cast.count)

    // Messages of one conversation are in the capture's order; conversations are merged by frame.
    var notes: [Note] = []
    trace.messages.withUnsafeBufferPointer { all in
      for (place, conversation) in conversations.enumerated() where conversation.isOurs && pieceCount > 0 {
        for index in messages[place] {
          let message = all[Int(index)]
          switch message.id {
          case MessageID.have.rawValue, MessageID.bitfield.rawValue, MessageID.haveAll.rawValue:
            let peer = Int32(conversation.peer(Int(message.from & 1)))
            notes.append(Note(frame: message.frame, message: index, peer: peer))
          default: continue
          }
        }
      }
    }
    notes.sort { ($0.frame, $0.message) < ($1.frame, $1.message) }
    for note in notes where held[Int(note.peer)] < pieceCount {
      let message = trace.messages[Int(note.message)]
      let time = clock.instant(realtime: message.time).nanoseconds
      let base = Int(note.peer) * pieceCount
      func mark(_ piece: Int, _ sign: Completed.Sign) {
        guard piece >= 0, piece < pieceCount, frames[base + piece] == 0 else { return }
        frames[base + piece] = max(1, note.frame)
        times[base + piece] = time
        held[Int(note.peer)] += 1
        guard piece < wanted[Int(note.peer)] else { return }
        lacking[Int(note.peer)] -= 1
        last[Int(note.peer)] = (note.frame, time, sign)
      }
      switch message.id {
      case MessageID.have.rawValue: mark(Int(message.piece), .have(piece: Int(message.piece)))
      case MessageID.haveAll.rawValue: for piece in 0..<pieceCount { mark(piece, .haveAll) }
      default:
        guard message.bitfield >= 0, Int(message.bitfield) < trace.bitfields.count else { continue }
        let bytes = trace.bitfields[Int(message.bitfield)]
        for piece in 0..<min(pieceCount, bytes.count * 8) where bytes[piece / 8] & (0x80 >> (piece % 8)) != 0 {
          mark(piece, .bitfield)
        }
      }
    }
    for (peer, got) in Self.downloaded(downloads, plan.payload) {
      for piece in got where frames[peer * pieceCount + piece.index] == 0 {
        frames[peer * pieceCount + piece.index] = max(1, piece.frame)
        times[peer * pieceCount + piece.index] = piece.time
        lacking[peer] -= 1
        last[peer] = (piece.frame, piece.time, .delivered)
      }
    }
    for peer in 0..<cast.count where pieceCount > 0 && lacking[peer] == 0 {
      guard let sign = last[peer] else { continue }
      completions[peer] = Completed(
        at: SwarmInstant(nanoseconds: sign.time), frame: Int(sign.frame), sign: sign.sign)
    }
    addAnnounces(cast, trace, clock)
  }

  private struct Note {
    var frame: Int32
    var message: Int32
    var peer: Int32
  }

  private struct DownloadedPiece {
    var index: Int
    var frame: Int32
    var time: Int64
  }

  /// By peer, rising, and in the order in which they came.
  private static func downloaded(
    _ downloads: Downloads, _ payload: PayloadPlan
  ) -> [(peer: Int, pieces: [DownloadedPiece])] {
    let parts = Dictionary(grouping: downloads.parts, by: \.to)
    return parts.keys.sorted().map { peer in
      var whole = WholePieces(size: payload.sizeBytes, pieceLength: payload.pieceLengthBytes)
      return (
        peer,
        (parts[peer] ?? []).flatMap { part in
          whole.insert(part.bytes).map { DownloadedPiece(index: $0, frame: part.frame, time: part.time) }
        }
      )
    }
  }

  /// `left=0` at the tracker is a sign of completion too: who has no connection left has nobody to send a HAVE to.
  private mutating func addAnnounces(_ cast: Cast, _ trace: Trace, _ clock: RunClock) {
    var cast = cast
    for announce in trace.announces where announce.left == 0 {
      let peer = cast.index(address: announce.source, peerID: announce.peerID.count == 20 ? announce.peerID : nil)
      guard peer < completions.count else { continue }
      let at = clock.instant(realtime: announce.time)
      if let known = completions[peer], known.at <= at { continue }
      completions[peer] = Completed(at: at, frame: Int(announce.frame), sign: .nothingLeft)
    }
  }

  /// Frame at which the peer first said that it has the piece; nil for never.
  public func said(_ peer: Int, has piece: Int) -> (at: SwarmInstant, frame: Int)? {
    guard piece >= 0, piece < pieceCount, frames[peer * pieceCount + piece] > 0 else { return nil }
    let place = peer * pieceCount + piece
    return (SwarmInstant(nanoseconds: times[place]), Int(frames[place]))
  }

  /// What the peer said last that it has; nil for nothing.
  public func last(_ peer: Int) -> (piece: Int, at: SwarmInstant, frame: Int)? {
    let said = (0..<pieceCount).compactMap { piece in self.said(peer, has: piece).map { (piece, $0.at, $0.frame) } }
    return said.max { ($0.2, $0.0) < ($1.2, $1.0) }
  }

  /// How many pieces the peer ever said it has.
  public func count(_ peer: Int) -> Int {
    frames[peer * pieceCount..<(peer + 1) * pieceCount].reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
  }
}
