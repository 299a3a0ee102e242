import Dissection
import Planning
import SwarmTime
import Wire

/// Finds who said to have a piece before all its bytes had come.
///
/// Leechers begin with nothing, and what a peer has was sent to it: in a whole capture that could be read, a HAVE of a
/// piece of which fewer bytes than its length had come by then is untrue. Blocks that came twice count twice, which hides
/// a lie and never makes one. Nobody is blamed whose finished file is right though less than the payload came: it had
/// another source, such as a transport that is not read here.
struct FalseHaves {
  private(set) var breaches: [Breach] = []

  private let scene: Scene
  private let pieceCount: Int
  /// By peer, then piece: bytes that came.
  private var came: [Int64]
  /// By peer, then piece: said already, truly or not.
  private var isSaid: [Bool]

  init(_ scene: Scene) {
    self.scene = scene
    pieceCount = scene.holdings.pieceCount
    let peers = scene.plan.peers.count
    came = Array(repeating: 0, count: peers * pieceCount)
    isSaid = Array(repeating: false, count: peers * pieceCount)
    guard scene.strangers == nil, scene.gaps == nil, scene.undecodable == 0, pieceCount > 0 else { return }
    for note in notes() { take(note) }
    let others = Set(
      (0..<peers).filter { peer in
        let sum = came[peer * pieceCount..<(peer + 1) * pieceCount].reduce(0, +)
        let part = scene.wantedPart(of: peer)
        return sum < part.sizeBytes && scene.facts.files[peer].map { $0.sha256 == part.sha256 } == true
      })
    breaches.removeAll { others.contains($0.offender) }
  }

  private struct Note {
    var frame: Int32
    var message: Int32
    var from: Int32
    var to: Int32
  }

  /// What was said of pieces, and the blocks, of all connections in the order of the capture.
  private func notes() -> [Note] {
    var notes: [Note] = []
    let rules = MessageRules(scene)
    for (place, conversation) in scene.conversations.enumerated() where conversation.isOurs {
      for index in scene.messages[place] {
        let message = scene.trace.messages[Int(index)]
        switch message.kind {
        case .have, .bitfield, .haveAll, .piece:
          // What is no message says nothing.
          guard rules.wrongLength(message) == nil else { continue }
          let side = Int(message.from & 1)
          notes.append(
            Note(
              frame: message.frame, message: index, from: Int32(conversation.peer(side)),
              to: Int32(conversation.peer(1 - side))))
        default: break
        }
      }
    }
    notes.sort { ($0.frame, $0.message) < ($1.frame, $1.message) }
    return notes
  }

  private mutating func take(_ note: Note) {
    let message = scene.trace.messages[Int(note.message)]
    switch message.kind {
    case .piece:
      let (peer, piece) = (Int(note.to), Int(message.piece))
      guard peer < scene.plan.peers.count, piece >= 0, piece < pieceCount, message.length > 0 else { return }
      came[peer * pieceCount + piece] += Int64(message.length)
    case .have: said(Int(message.piece), note, message)
    case .haveAll: for piece in 0..<pieceCount { said(piece, note, message) }
    case .bitfield:
      guard message.bitfield >= 0, Int(message.bitfield) < scene.trace.bitfields.count else { return }
      let bytes = scene.trace.bitfields[Int(message.bitfield)]
      for piece in 0..<min(pieceCount, bytes.count * 8) where bytes[piece / 8] & (0x80 >> (piece % 8)) != 0 {
        said(piece, note, message)
      }
    default: break
    }
  }

  private mutating func said(_ piece: Int, _ note: Note, _ message: TracedMessage) {
    let peer = Int(note.from)
    guard peer < scene.plan.peers.count, scene.plan.peers[peer].role == .leecher, piece >= 0, piece < pieceCount else {
      return
    }
    let place = peer * pieceCount + piece
    guard !isSaid[place] else { return }
    isSaid[place] = true
    let payload = scene.plan.payload
    let whole = min(payload.pieceLengthBytes, payload.sizeBytes - Int64(piece) * payload.pieceLengthBytes)
    guard came[place] < whole else { return }
    breaches.append(
      Breach(
        rule: .falseHave, at: scene.instant(message.time), frame: note.frame, offender: peer, other: Int(note.to),
        what: .untrue(piece: Int32(piece), had: came[place], of: whole)))
  }
}
