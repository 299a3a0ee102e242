import PeerCore
import PeerNode
import SwarmTime
import Testing
import Wire

/// A flush that fills the channel enters the connection anew: the peer is told at once, and may answer on that very
/// connection while its portion is being written.
@Suite("A channel that fills inside a flush, on a real socket", .timeLimit(.minutes(1)))
struct FullChannelTests {
  @Test("Nothing is lost or put out of order") func nothingIsLost() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.31.1") { $0.makeLogic = { _ in AnyPeer(Talker()) } }
      let listener = try RawPeer(to: seed.address)
      _ = try #require(try listener.greet(swarm.metainfo.infoHash))
      listener.say(PeerMessage.interested.encoded)
      for word in Talker.whenAsked + Talker.whenFull + Talker.whenEmpty {
        let length = try listener.hear(4).reduce(0) { $0 << 8 | Int($1) }
        let body = try listener.hear(length)
        #expect(body.starts(with: word.head))
        #expect(body.count == word.size)
      }
    }
  }
}

/// A peer that says all it has to say in three goes.
private struct Talker: PeerLogic {
  enum Word {
    case have(UInt32)
    case block(Block)

    /// What comes first behind its length, and how long all of that is.
    var head: ArraySlice<UInt8> {
      switch self {
      case .have(let piece): PeerMessage.have(piece).encoded.dropFirst(4)
      case .block(let block): PeerMessage.pieceHeader(block).dropFirst(4)
      }
    }
    var size: Int {
      switch self {
      case .have: head.count
      case .block(let block): head.count + Int(block.length)
      }
    }
  }

  /// More than the 64 KiB that fill the channel, in one portion. It ends with a block: a message behind as much would have
  /// it written at once, and not at the flush.
  static let whenAsked: [Word] = [.have(1)] + (0..<6).map { block($0) }
  static let whenFull: [Word] = [.have(2), .have(3), block(6), .have(4)]
  static let whenEmpty: [Word] = [.have(5)]

  private static func block(_ number: UInt32) -> Word {
    .block(Block(piece: number / 4, begin: number % 4 * Block.standardLength, length: Block.standardLength))
  }

  private var wasFull = false
  private var wasEmpty = false

  mutating func handle(_ input: Input, at now: SwarmInstant, into actions: inout ActionQueue) {
    switch input {
    case .received(let slot, .interested): say(Self.whenAsked, to: slot, &actions)
    case .writable(let slot, false) where !wasFull:
      wasFull = true
      say(Self.whenFull, to: slot, &actions)
    case .writable(let slot, true) where !wasEmpty:
      wasEmpty = true
      say(Self.whenEmpty, to: slot, &actions)
    default: break
    }
  }

  var nextDeadline: SwarmInstant? { nil }

  private func say(_ words: [Word], to slot: ConnectionSlot, _ actions: inout ActionQueue) {
    for word in words {
      switch word {
      case .have(let piece): actions.append(.send(slot, .have(piece)))
      case .block(let block): actions.append(.sendBlock(slot, block))
      }
    }
  }
}
