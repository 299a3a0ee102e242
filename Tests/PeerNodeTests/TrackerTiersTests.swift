import PeerNode
import SwarmTime
import Testing

@Suite("Tiers of trackers")
struct TrackerTiersTests {
  private static let list = [
    ["http://a/", "udp://b:1", "http://c/", "wss://x:1"], ["nonsense"], ["udp://d:1", "http://e/"],
  ]

  private static func tiers(_ list: [[String]] = list, seed: UInt64 = 1) -> TrackerTiers {
    var random = RandomSource(seed: seed)
    return TrackerTiers(list, random: &random)
  }

  private static func hosts(_ tiers: TrackerTiers) -> String { tiers.order.map(\.host).joined() }

  @Test("Each tier is shuffled by the peer's random seed, and what cannot be spoken to is left out")
  func shuffled() {
    var seen: [String: Int] = [:]
    for seed in 0..<600 as Range<UInt64> {
      let order = Self.hosts(Self.tiers(seed: seed))
      #expect(Set(order.prefix(3)) == ["a", "b", "c"] && Set(order.suffix(2)) == ["d", "e"])
      #expect(order == Self.hosts(Self.tiers(seed: seed)))
      seen[order, default: 0] += 1
    }
    // Twelve orders, fifty of each expected.
    #expect(seen.count == 12 && seen.values.allSatisfy { $0 > 20 })
    #expect(Self.tiers([["x"], []]).order.isEmpty)
  }

  @Test("One that answered becomes the first of its own tier")
  func promoted() throws {
    var tiers = Self.tiers()
    let order = tiers.order
    tiers.answered(order[2], identifier: nil)
    #expect(tiers.order == [order[2], order[0], order[1], order[3], order[4]])
    tiers.answered(order[4], identifier: nil)
    #expect(tiers.order == [order[2], order[0], order[1], order[4], order[3]])
    tiers.answered(try #require(TrackerURL("http://elsewhere/")), identifier: nil)
    #expect(tiers.order.count == 5)
  }

  @Test("What a tracker asks to be sent along is kept for it, until it says otherwise")
  func identifiers() {
    var tiers = Self.tiers()
    let order = tiers.order
    tiers.answered(order[0], identifier: "one")
    tiers.answered(order[0], identifier: nil)
    #expect(tiers.identifier(for: order[0]) == "one")
    #expect(tiers.identifier(for: order[1]) == nil)
    tiers.answered(order[0], identifier: "two")
    #expect(tiers.identifier(for: order[0]) == "two")
  }
}
