import Dissection
import Replaying
import Staging
import SwarmTime
import Wire

/// A torrent whose payload is held in memory.
struct HeldTorrent {
  let bytes: [UInt8]
  let metainfo: Metainfo

  init(pieces: Int = 8, pieceLength: Int = 32768, lastPiece: Int? = nil) {
    var random = RandomSource(seed: 4)
    let size = (pieces - 1) * pieceLength + (lastPiece ?? pieceLength)
    bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    var hasher = PieceHasher(pieceLength: pieceLength)
    bytes.withUnsafeBytes { hasher.add($0) }
    metainfo = Metainfo(
      announce: "", name: "payload", pieceLength: Int64(pieceLength), pieceHashes: hasher.finish(),
      files: [Metainfo.File(path: ["payload"], length: Int64(size))])
  }

  func message(_ block: Block) -> [UInt8] {
    let start = Int(block.piece) * Int(metainfo.pieceLength) + Int(block.begin)
    return PeerMessage.pieceHeader(block) + bytes[start..<start + Int(block.length)]
  }
}

extension StagedConversation {
  /// As if it had been read from a capture.
  var recorded: RecordedConversation {
    var readers = [SpokenReader](repeating: SpokenReader(keepsPayload: false), count: 2)
    var lines: [RecordedConversation.Line] = []
    for (index, line) in self.lines.enumerated() {
      line.bytes.withUnsafeBytes { readers[line.from].append($0) }
      while let content = try? readers[line.from].next() {
        lines.append(.init(frame: index + 1, from: line.from, content: content))
      }
    }
    let ends = [Endpoint(address: "10.0.0.1", port: 40000), Endpoint(address: "10.0.0.2", port: 7000)]
    return RecordedConversation(stream: 0, ends: ends, lines: lines)
  }
}

/// Both sides of a recording, each played to the other: every live client here is a player itself.
struct Duel {
  static let patience: Int64 = 10_000_000_000

  var players: [ConversationPlayer]
  let torrent: HeldTorrent
  /// Changes what a side says on its way: by side, and what is said as bytes.
  var tamper: (Int, [UInt8]) -> [UInt8] = { $1 }
  private(set) var heard: [[Spoken]] = [[], []]
  private var readers = [SpokenReader](repeating: SpokenReader(keepsPayload: true), count: 2)

  init(
    _ conversation: RecordedConversation, _ torrent: HeldTorrent, other: RecordedConversation? = nil
  ) throws {
    self.torrent = torrent
    players = try [ConversationPlayer.Role.initiator, .responder].map { role in
      try ConversationPlayer(
        role == .initiator ? conversation : other ?? conversation, metainfo: torrent.metainfo,
        settings: .init(
          role: role, patience: Self.patience, listenPort: role == .responder ? 7001 : nil, hasPayload: true,
          peerIDTail: [UInt8](repeating: UInt8(ascii: "a") + UInt8(role.rawValue), count: 12)))
    }
  }

  /// Until neither has anything to say; then time passes.
  mutating func run() throws {
    var waiting: [[UInt8]] = [[], []]
    var now: Int64 = 0
    func bytes(_ actions: [ConversationPlayer.Action], _ side: Int) -> [UInt8] {
      actions.flatMap { action in
        switch action {
        case .say(let bytes): tamper(side, bytes)
        case .sayBlock(let block): tamper(side, torrent.message(block))
        }
      }
    }
    for side in 0...1 { waiting[side] += bytes(players[side].handle(.opened([127, 0, 0, UInt8(side)]), at: 0), side) }
    while players.contains(where: { $0.outcome == nil }) {
      guard waiting.contains(where: { !$0.isEmpty }) else {
        guard let due = players.compactMap(\.deadline).min() else { break }
        now = max(now, due)
        for side in 0...1 { waiting[side] += bytes(players[side].handle(.timePassed, at: now), side) }
        continue
      }
      for side in 0...1 where !waiting[side].isEmpty {
        let other = 1 - side
        waiting[side].withUnsafeBytes { readers[other].append($0) }
        waiting[side] = []
        while let content = try readers[other].next() {
          heard[other].append(content)
          waiting[other] += bytes(players[other].handle(.heard(content), at: now), other)
        }
      }
    }
  }

  func departure(_ side: Int) -> Departure? {
    if case .departed(let departure) = players[side].outcome { departure } else { nil }
  }
}
