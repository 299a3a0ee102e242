import Choking
import Oracle
import PeerCore
import SwarmTime
import Testing
import Wire

/// Whom a seed prefers by how much of the payload they have, as the wire of an ideal swarm shows it: four slots, and eight
/// leechers of which two have 15 %, four half, and two 85 % of the pieces. In 600 s none gets more than a tenth besides.
@Suite struct AlgorithmSeedTests {
  /// Of twenty pieces, how many the leechers have.
  private static let holdings = [3, 10, 17, 10, 3, 10, 17, 10]

  /// Shares of the time for which the seed had somebody unchoked, by the pieces that they had of twenty.
  private static func shares(_ rule: SeedRule) throws -> [Int: Double] {
    let end = 600.0
    var swarm = IdealSwarm(
      pieceLength: 64 << 10, pieceCount: 2000,
      members: [.init(upload: 64 << 10, isSeed: true)] + holdings.map { _ in .init(upload: 4 << 10) })
    swarm.horizon = .seconds(end)
    swarm.members[0].make = { given in
      var configuration = given
      configuration.choking = LibtorrentFixedSlots(slots: 4, optimisticSlots: 0, seedRule: rule)
      return AnyPeer(Peer(configuration))
    }
    for (place, held) in holdings.enumerated() {
      swarm.members[1 + place].make = { given in
        var configuration = given
        configuration.havePieces = (0..<given.pieceCount).map { $0 % 20 < held }
        return AnyPeer(Peer(configuration))
      }
    }
    var served = Array(repeating: 0.0, count: holdings.count)
    var since: [SwarmInstant?] = Array(repeating: nil, count: holdings.count)
    swarm.watch = { crossing in
      guard crossing.from == 0 else { return }
      let leecher = crossing.to - 1
      switch crossing.content {
      case .message(.unchoke): since[leecher] = since[leecher] ?? crossing.at
      case .message(.choke), .closed:
        if let start = since[leecher] { served[leecher] += (crossing.at - start).seconds }
        since[leecher] = nil
      default: break
      }
    }
    let outcome = try swarm.run()
    #expect(outcome.completed.allSatisfy { $0 == nil }, "who is complete wants nothing")
    for leecher in served.indices {
      if let start = since[leecher] { served[leecher] += end - start.seconds }
    }
    let all = max(1, served.reduce(0, +))
    return Dictionary(zip(holdings, served.map { $0 / all })) { $0 + $1 }
  }

  /// At a round's end at the latest whoever is in the middle makes room for those at both ends; going round, a seed serves
  /// all about equally long, and those at the ends half of the time.
  @Test func antiLeechPrefersTheBeginningAndTheEndOfADownloadToItsMiddle() throws {
    let antiLeech = try Self.shares(.antiLeech)
    #expect(antiLeech[3, default: 0] > 0.4, "\(antiLeech)")
    #expect(antiLeech[17, default: 0] > 0.4, "\(antiLeech)")
    #expect(antiLeech[10, default: 0] < 0.1, "\(antiLeech)")
    let roundRobin = try Self.shares(.roundRobin)
    #expect(roundRobin[10, default: 0] > 0.3, "\(roundRobin)")
  }
}
