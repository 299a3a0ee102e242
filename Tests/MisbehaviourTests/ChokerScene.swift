import Choking
import Misbehaviour
import Oracle
import PeerCore
import SwarmTime
import Testing

/// Swarms in which a leecher shows how it chokes.
enum ChokerScene {
  /// Leechers in four classes of upload, which all want something of each other to the end.
  case classes
  /// Leechers that are alike, else as above.
  case equals
  /// One leecher after the other, each faster than those before.
  case arrivals
  /// The choker has seven eighths of all pieces and the rest is nowhere: it stays a leecher, everybody wants something of
  /// it and nobody gives it anything.
  case giver

  static let choker = 3
  /// Without declared regular slots every unchoke of a leecher is an optimistic one.
  static let onlyOptimistic = TitForTat(slots: 0, optimisticSlots: 1)

  private var swarm: IdealSwarm {
    let rates: [Int64] =
      switch self {
      case .classes: [16, 16, 32, 32, 64, 64, 128, 128]
      case .equals: [64]
      case .arrivals: [16, 16, 16, 16, 16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 224, 256]
      case .giver: [4]
      }
    let isGiver = self == .giver
    var swarm = IdealSwarm(
      pieceLength: isGiver ? 256 << 10 : 64 << 10, pieceCount: isGiver ? 80 : 640,
      members: (0..<(self == .arrivals ? 16 : 12)).map {
        .init(upload: rates[$0 % rates.count] << 10, download: 1 << 20)
      })
    if !isGiver { swarm.members.insert(.init(upload: 128 << 10, isSeed: true), at: 0) }
    if self == .arrivals {
      for place in 6..<17 { swarm.members[place].arrives = .seconds(35 * Double(place - 5)) }
    }
    swarm.horizon = .seconds(isGiver ? 1500 : self == .arrivals ? 420 : 300)
    return swarm
  }

  /// What one leecher of it does.
  func watch(
    _ misbehaving: (String, Double)?, choking: any ChokingAlgorithm = TitForTat(), randomSeed: UInt64 = 1
  ) throws -> ChokeWatch {
    var swarm = swarm
    swarm.randomSeed = randomSeed
    let isGiver = self == .giver
    swarm.members[Self.choker].make = { configuration in
      var configuration = configuration
      configuration.choking = choking
      if isGiver { configuration.havePieces = (0..<configuration.pieceCount).map { $0 % 8 < 7 } }
      return try MisbehaviourCatalogue.peer(configuration, misbehaving: misbehaving)
    }
    var watch = ChokeWatch(choker: Self.choker, delay: swarm.delay)
    swarm.watch = { watch.see($0) }
    let outcome = try swarm.run()
    #expect(outcome.completed[Self.choker] == nil, "a seed chokes by other rules")
    return watch
  }

  /// Members that are among that share of all partners, by address.
  static func among(share: Double) -> Set<Int> {
    Set((0..<20).filter { Double(UInt32(0x7F4000 + $0) &* 2_654_435_769) < share * 0x1p32 })
  }
}
