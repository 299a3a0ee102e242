import Dissection
import Planning
public import SwarmTime
import Wire

/// What became of one piece at one peer: how it came to it, and whom the peer gave it to.
public struct PieceAccount: Sendable {
  /// Index in the cast.
  public var peer: Int
  public var piece: Int
  /// When it first said that it has the piece, by bitfield, have-all or HAVE.
  public var said: Moment?
  /// When the last byte of it had come, as blocks show; nil where some never came, or the length of pieces is not known.
  public var got: Moment?
  /// Bytes of blocks that came, without those that had come before; and those alone.
  public var receivedBytes: Int64 = 0
  public var duplicateBytes: Int64 = 0
  /// From whom how many bytes of it came, by place in the cast.
  public var sources: [Int: Int64] = [:]
  /// To whom how many bytes of it went.
  public var takers: [Int: Int64] = [:]

  public struct Moment: Hashable, Sendable {
    public var at: SwarmInstant
    public var frame: Int
  }

  public var servedBytes: Int64 { takers.values.reduce(0, +) }
  /// It said so before a block of it had come, and none came later: it brought the piece along.
  public var wasBrought: Bool { said != nil && receivedBytes == 0 }

  /// Every piece that a peer said it has, or got or gave a block of; by peer, then piece.
  ///
  /// A block is told from another by its first byte: what asks for overlapping blocks gets bytes counted twice.
  public static func all(of scene: Scene) -> [PieceAccount] {
    var gathering = PieceGathering(scene)
    for message in scene.trace.messages where message.id == MessageID.piece.rawValue && message.length > 0 {
      gathering.add(message, scene)
    }
    gathering.addSayings(scene)
    return gathering.accounts.sorted { ($0.peer, $0.piece) < ($1.peer, $1.piece) }
  }
}

/// One walk over the blocks of the capture.
private struct PieceGathering {
  private(set) var accounts: [PieceAccount] = []
  private var places: [UInt64: Int] = [:]
  /// Starts of blocks that have come: by place, then begin.
  private var blocks: Set<UInt64> = []
  /// Cast indices by connection id, of conversations about our payload.
  private var ends: [Int32: (first: Int, second: Int)] = [:]

  init(_ scene: Scene) {
    for conversation in scene.conversations where conversation.isOurs {
      let id = scene.trace.connections[conversation.connection].id
      ends[Int32(clamping: id)] = (conversation.first, conversation.second)
    }
  }

  mutating func add(_ message: TracedMessage, _ scene: Scene) {
    guard let ends = ends[message.connection], message.piece >= 0 else { return }
    let (from, to) = message.from == 0 ? (ends.first, ends.second) : (ends.second, ends.first)
    let bytes = Int64(message.length)
    let giver = place(of: from, Int(message.piece))
    accounts[giver].takers[to, default: 0] += bytes
    let taker = place(of: to, Int(message.piece))
    accounts[taker].sources[from, default: 0] += bytes
    guard blocks.insert(UInt64(taker) << 32 | UInt64(UInt32(bitPattern: message.begin))).inserted else {
      accounts[taker].duplicateBytes += bytes
      return
    }
    accounts[taker].receivedBytes += bytes
    let whole = scene.length(ofPiece: Int(message.piece))
    if accounts[taker].got == nil, let whole, accounts[taker].receivedBytes >= whole {
      accounts[taker].got = .init(at: scene.instant(message.time), frame: Int(message.frame))
    }
  }

  mutating func addSayings(_ scene: Scene) {
    for peer in 0..<scene.cast.count {
      for piece in 0..<scene.holdings.pieceCount {
        guard let said = scene.holdings.said(peer, has: piece) else { continue }
        let place = place(of: peer, piece)
        accounts[place].said = .init(at: said.at, frame: said.frame)
      }
    }
  }

  private mutating func place(of peer: Int, _ piece: Int) -> Int {
    let key = UInt64(peer) << 32 | UInt64(UInt32(truncatingIfNeeded: piece))
    if let place = places[key] { return place }
    places[key] = accounts.count
    accounts.append(PieceAccount(peer: peer, piece: piece))
    return accounts.count - 1
  }
}

extension Scene {
  /// Bytes of a piece, the last one's too; nil for one that the payload does not have.
  func length(ofPiece piece: Int) -> Int64? {
    guard piece >= 0, piece < holdings.pieceCount else { return nil }
    let length = plan.payload.pieceLengthBytes
    return min(length, plan.payload.sizeBytes - Int64(piece) * length)
  }
}
