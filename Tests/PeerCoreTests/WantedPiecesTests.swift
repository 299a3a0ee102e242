import Oracle
import PeerCore
import SwarmTime
import Testing
import Wire

/// A leecher that wants the first pieces only, among others that want all.
@Suite struct WantedPiecesTests {
  private static let partial = 2
  private static let wanted = 10
  private static let pieceLength: Int64 = 128 << 10

  private static func swarm() -> IdealSwarm {
    var swarm = IdealSwarm(
      pieceLength: pieceLength, pieceCount: 48,
      members: [.init(upload: 256 << 10, isSeed: true)]
        + Array(repeating: .init(upload: 128 << 10, download: 1 << 20), count: 5))
    swarm.members[partial].make = { given in
      var configuration = given
      configuration.wantedPieces = wanted
      return AnyPeer(Peer(configuration))
    }
    return swarm
  }

  @Test(arguments: [true, false]) func itFetchesTheseAndNoOthersAndServesOn(supportsFast: Bool) throws {
    var swarm = Self.swarm()
    swarm.supportsFast = supportsFast
    let watch = WireWatch(memberCount: swarm.members.count, isFast: supportsFast)
    var asked: Set<Int> = []
    var announced: Set<Int> = []
    var lastSent = SwarmInstant.zero
    swarm.watch = { crossing in
      watch.see(crossing)
      guard crossing.from == Self.partial else { return }
      switch crossing.content {
      case .message(.request(let block)): asked.insert(Int(block.piece))
      case .message(.have(let piece)): announced.insert(Int(piece))
      case .block: lastSent = crossing.at
      default: break
      }
    }
    let outcome = try swarm.run()
    #expect(asked == Set(0..<Self.wanted))
    #expect(announced == asked)
    let done = try #require(outcome.completed[Self.partial])
    // The others, too, which want all.
    #expect(outcome.completed.dropFirst().allSatisfy { $0 != nil })
    #expect(lastSent > done)
    let got = outcome.sent.reduce(0) { $0 + $1[Self.partial] }
    #expect(got >= Int64(Self.wanted) * Self.pieceLength)
    #expect(got < Int64(Self.wanted + 2) * Self.pieceLength)
    #expect(watch.offenders.isEmpty)
  }

  @Test func whatItDoesNotWantMakesNobodyInteresting() {
    let script = Script(pieceCount: 8, change: { $0.wantedPieces = 2 })
    script.connect(1)
    func isInterested(_ actions: [Action]) -> Bool {
      actions.contains { if case .send(_, .interested) = $0 { true } else { false } }
    }
    #expect(!isInterested(script.feed(.received(ConnectionSlot(1), .bitfield([0b0011_1111])))))
    #expect(!isInterested(script.feed(.received(ConnectionSlot(1), .unchoke))))
    #expect(isInterested(script.feed(.received(ConnectionSlot(1), .have(1)))))
  }

  /// What was there before is offered to others, wanted or not.
  @Test func whatItWantsMayBeThereFromTheStart() {
    let script = Script(pieceCount: 8, has: [0, 1, 5], change: { $0.wantedPieces = 2 })
    let said = script.connect(1).compactMap { action -> [UInt8]? in
      if case .send(_, .bitfield(let bytes)) = action { bytes } else { nil }
    }
    #expect(said == [[0b1100_0100]])
    let answers = script.feed(.received(ConnectionSlot(1), .haveAll))
    #expect(!answers.contains { if case .send(_, .interested) = $0 { true } else { false } })
  }
}
