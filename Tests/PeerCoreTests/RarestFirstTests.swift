import Oracle
import SwarmTime
import Testing
import Wire

/// Rarest first, as seen on the wire: how rare the pieces are that a leecher begins with, among what it could have asked
/// the same remote for, counted from the HAVEs that were delivered to it.
@Suite struct RarestFirstTests {
  private final class Watch {
    let pieceCount: Int
    /// Copies of each piece that each member knows of, and what each remote is known to have.
    var copies: [[Int]]
    var known: [[Set<Int>]]
    var begun: [Set<Int>]
    /// Said and still on its way: it counts when the delay is over.
    var underway: [(at: SwarmInstant, from: Int, to: Int, pieces: Set<Int>)] = []
    var ranks: [Double] = []
    let delay: SwarmDuration

    init(members: Int, pieceCount: Int, delay: SwarmDuration) {
      self.pieceCount = pieceCount
      self.delay = delay
      copies = Array(repeating: Array(repeating: 0, count: pieceCount), count: members)
      known = Array(repeating: Array(repeating: [], count: members), count: members)
      begun = Array(repeating: [], count: members)
    }

    func see(_ crossing: IdealSwarm.Crossing) {
      deliver(until: crossing.at)
      guard case .message(let message) = crossing.content else { return }
      switch message {
      case .have(let piece): say(crossing, [Int(piece)])
      case .haveAll: say(crossing, Set(0..<pieceCount))
      case .request(let block): asked(Int(block.piece), by: crossing.from, of: crossing.to)
      default: break
      }
    }

    private func say(_ crossing: IdealSwarm.Crossing, _ pieces: Set<Int>) {
      underway.append((crossing.at + delay, crossing.from, crossing.to, pieces))
    }

    private func deliver(until now: SwarmInstant) {
      while let first = underway.first, first.at <= now {
        underway.removeFirst()
        for piece in first.pieces where known[first.to][first.from].insert(piece).inserted {
          copies[first.to][piece] += 1
        }
      }
    }

    private func asked(_ piece: Int, by member: Int, of remote: Int) {
      guard begun[member].insert(piece).inserted, begun[member].count > 4 else { return }
      let choice = known[member][remote].filter { !begun[member].contains($0) || $0 == piece }
      guard choice.count > 1 else { return }
      let rarer = choice.count { copies[member][$0] < copies[member][piece] }
      let commoner = choice.count { copies[member][$0] > copies[member][piece] }
      guard rarer + commoner > 0 else { return }
      ranks.append(Double(rarer) / Double(rarer + commoner))
    }
  }

  @Test func theRarestPiecesAreBegunFirst() throws {
    var swarm = OracleTests.small(randomSeed: 7)
    swarm.members = Array(swarm.members.prefix(8))
    let watch = Watch(members: swarm.members.count, pieceCount: swarm.pieceCount, delay: swarm.delay)
    swarm.watch = { watch.see($0) }
    _ = try swarm.run()
    #expect(watch.ranks.count >= 100)
    // A random choice gives 0.5.
    #expect(watch.ranks.reduce(0, +) / Double(watch.ranks.count) <= 0.05)
  }
}
