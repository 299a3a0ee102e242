import Choking
import SwarmTime
import Testing

/// When and for how long algorithms serve, as the wire of an ideal swarm shows it: a leecher of whom eleven others want
/// something and who give it nothing, for 1500 s.
@Suite struct AlgorithmRhythmTests {
  /// Seconds for which each of the eleven was unchoked.
  private static func served(_ watch: ChokeWatch) -> [Double] {
    watch.suitors.map { key in
      (watch.partners[key]?.unchokes ?? []).reduce(0) { $0 + (($1.until ?? .seconds(1500)) - $1.from).seconds }
    }
  }

  /// An algorithm in which somebody is choked at each of its turns, and how long these are.
  @Test(
    arguments: [
      ("mainline-3.4", 0, 30), ("mainline-4.0", 0, 30), ("libtorrent-fixed-slots", 1, 15), ("transmission", 0, 50),
      ("rakshasa", 2, 30), ("aria2", 1, 30), ("loyal-when-needed", 1, 30), ("round-robin", 3, 10), ("random", 3, 10),
    ] as [(String, Int, Double)])
  func turnsAreAsLongAsTheAlgorithmSays(name: String, slots: Int, seconds: Double) throws {
    let settings = ChokingSettings(slots: slots, optimisticSlots: 0)
    let algorithm = try #require(ChokingCatalogue.algorithm(named: name, settings))
    let watch = try ChokerScene.giver.watch(nil, choking: algorithm)
    // Connections that come later may change the head of a list.
    let turns = watch.reviews.filter { $0 > .seconds(5) }
    let gaps = zip(turns, turns.dropFirst()).map { ($1 - $0).seconds }
    #expect(turns.count > Int(500 / seconds))
    #expect(gaps.allSatisfy { abs($0 / seconds - ($0 / seconds).rounded()) < 0.01 })
    #expect((gaps.min() ?? 0).rounded() == seconds)
    let isListed = name.hasPrefix("mainline")
    // Who is unchoked though it wants nothing may find that it does; the answer takes its time.
    #expect(isListed || watch.mostUnchoked == max(1, slots))
    if isListed || name == "round-robin" { #expect(watch.served == watch.suitors) }
  }

  @Test func roundRobinServesAllEquallyLongAndALotDoesNot() throws {
    let inTurn = Self.served(try ChokerScene.giver.watch(nil, choking: RoundRobin(slots: 3)))
    let byLot = Self.served(try ChokerScene.giver.watch(nil, choking: RandomSlots(slots: 3)))
    // 3 * 1500 s for eleven: 409 s, by lot with a standard deviation of 54.
    #expect(inTurn.filter { abs($0 - 409) > 30 } == [])
    #expect(byLot.filter { abs($0 - 409) > 300 } == [])
    #expect(byLot.contains { abs($0 - 409) > 30 })
  }

  @Test(arguments: ["unchoke-everybody", "fair-torrent", "block-level"])
  func whoHasNoSlotsUnchokesAllAndChokesNobody(name: String) throws {
    let algorithm = try #require(ChokingCatalogue.algorithm(named: name))
    let watch = try ChokerScene.giver.watch(nil, choking: algorithm)
    #expect(watch.mostUnchoked == 11)
    #expect(watch.reviews.isEmpty)
  }
}
