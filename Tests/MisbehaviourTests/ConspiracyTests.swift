import Choking
import Misbehaviour
import Oracle
import PeerCore
import SwarmTime
import Testing

/// Peers that act together do what their name says at each dose, honest ones in their place do not, and nobody takes a
/// stranger for one of them. All is counted from what crosses the wire of an ideal swarm.
@Suite struct ConspiracyTests {
  /// Members that may be told to act together; behind them eight strangers.
  static let group = Array(1...4)
  static let strangers = Array(5...12)
  private static let accomplices = Accomplices(addresses: group.map { 0x7F40_0001 + UInt32($0) << 8 })

  /// A seed that hands out new pieces faster than any leecher takes them, so that all want something of each other.
  private static func swarm(
    _ misbehaving: (String, Double)?, upload: Int64, strangersSlots: Int
  ) -> IdealSwarm {
    var swarm = IdealSwarm(
      pieceLength: 128 << 10, pieceCount: 640, members: [.init(upload: 512 << 10, isSeed: true)])
    for member in group + strangers {
      let isOfGroup = group.contains(member)
      var leecher = IdealSwarm.Member(upload: isOfGroup ? upload : 64 << 10, download: 1 << 20)
      leecher.make = { configuration in
        guard isOfGroup else {
          var configuration = configuration
          configuration.choking = TitForTat(slots: strangersSlots)
          return try MisbehaviourCatalogue.peer(configuration, misbehaving: nil)
        }
        return try MisbehaviourCatalogue.peer(configuration, misbehaving: misbehaving, accomplices: accomplices)
      }
      swarm.members.append(leecher)
    }
    swarm.horizon = .seconds(240)
    swarm.goesOn = true
    return swarm
  }

  // MARK: sybil

  private static func payload(_ misbehaving: (String, Double)?) throws -> [[Int64]] {
    try swarm(misbehaving, upload: 64 << 10, strangersSlots: 4).run().sent
  }

  @Test func honestPeersInTheirPlaceServeStrangersToo() throws {
    let sent = try Self.payload(nil)
    for member in Self.group {
      #expect(Self.strangers.count { sent[member][$0] > 0 } >= 4)
    }
  }

  @Test(arguments: [0.5, 0.8, 1]) func sybilsServeEachOtherAndNeverTheStrangersThatTheyRefuse(dose: Double) throws {
    let sent = try Self.payload(("sybil", dose))
    let refused = Self.strangers.filter { ChokerScene.among(share: dose).contains($0) }
    #expect(!refused.isEmpty && (refused.count < Self.strangers.count || dose == 1))
    for member in Self.group {
      #expect(Self.group.allSatisfy { $0 == member || sent[member][$0] > 0 })
      #expect(refused.allSatisfy { sent[member][$0] == 0 })
      #expect(dose == 1 || Self.strangers.contains { sent[member][$0] > 0 })
      // Each has its own optimistic unchokes of strangers.
      #expect(Self.strangers.reduce(0) { $0 + sent[$1][member] } > 0)
    }
  }

  // MARK: colluders

  /// Of members that send next to nothing, while strangers serve everybody: at each second from the first minute's end on,
  /// how many of the group the first one has unchoked.
  private static func fellows(_ misbehaving: (String, Double)?) throws -> [Int] {
    var swarm = swarm(misbehaving, upload: 1 << 10, strangersSlots: 12)
    var watch = ChokeWatch(choker: group[0], delay: swarm.delay)
    swarm.watch = { watch.see($0) }
    _ = try swarm.run()
    return (60..<240).map { second in
      let now = SwarmInstant.seconds(Double(second))
      return group.dropFirst().count { fellow in
        watch.partners[fellow]?.unchokes.contains { $0.from <= now && ($0.until ?? .distantFuture) > now } ?? false
      }
    }
  }

  /// They send too little to earn a slot, so that no more than the optimistic one is ever theirs.
  @Test func honestPeersInTheirPlaceGiveEachOtherTheOptimisticSlotAtMost() throws {
    let fellows = try Self.fellows(nil)
    #expect(fellows.allSatisfy { $0 <= 1 })
    #expect(fellows.contains(0))
  }

  @Test(arguments: [1.0, 2, 4]) func colludersKeepSoManySlotsForEachOther(dose: Double) throws {
    let fellows = try Self.fellows(("colluders", dose))
    let kept = min(Int(dose), Self.group.count - 1)
    #expect(Double(fellows.count { $0 >= kept }) > 0.95 * Double(fellows.count))
    // And the optimistic slot besides.
    #expect(fellows.allSatisfy { $0 <= kept + 1 })
  }

  // MARK: Who they are

  @Test func accomplicesAreReadFromTheirNetworks() {
    #expect(Accomplices("127.64.1.0/24,127.64.255.0/24") == Accomplices(addresses: [0x7F40_0107, 0x7F40_FF01]))
    let wrong = [
      "", "127.64.1.0", "127.64.1.0/16", "127.64.1.1/24", "127.64.0/24", "127.64.256.0/24", "127.64.1.0/24,",
    ]
    for text in wrong { #expect(Accomplices(text) == nil, "\(text)") }
  }

  @Test func whatSeveralDoTogetherNeedsToKnowWhoTheyAre() {
    let configuration = PeerConfiguration(
      totalLength: 1, pieceLength: 1, havePieces: [false], upload: nil, download: nil, randomSeed: 1,
      peerID: Array(repeating: 0, count: 20), ownAddress: PeerAddress(ipv4: 1, port: 1))
    for spec in MisbehaviourCatalogue.all where spec.needsAccomplices {
      let refused = #expect(throws: MisbehaviourError.self) {
        try MisbehaviourCatalogue.peer(configuration, misbehaving: (spec.name, spec.doses[0]))
      }
      #expect(refused?.description == "\(spec.name) is done by several peers together; say which these are")
    }
  }
}
