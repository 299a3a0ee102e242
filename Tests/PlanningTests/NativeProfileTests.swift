import Planning
import SwarmTime
import Testing
import TopologyFile

/// What the judge may expect of a native peer follows its choking algorithm.
@Suite struct NativeProfileTests {
  private static func profile(_ choking: String) throws -> Profile {
    let plan = try planned(
      """
      name: profiles
      randomSeed: 1
      payload: {size: 1 MiB, pieceLength: 64 KiB}
      peers:
        seed: {role: seed, choking: \(choking)}
        leecher: {}
      until: {complete: all, within: 60 s}

      """)
    return try #require(plan.peers[0].profile)
  }

  private static func planned(_ text: String) throws -> Plan {
    let read = TopologyReader.read(text: text, file: "t.swarm.yaml", checks: [])
    return try Planner.plan(try #require(read.topology), randomSeed: 1)
  }

  @Test(arguments: NativeClient.chokingNames) func everyAlgorithmHasAProfileThatSaysWhatItLacks(name: String) throws {
    let profile = try Self.profile("{algorithm: \(name)}")
    #expect((profile.judged.extent == .whole) == (name == "tit-for-tat"))
    #expect(profile.judged.reason.hasPrefix(name) || name == "tit-for-tat")
    #expect((profile.judged.lackOfRules == nil) == (name == "tit-for-tat"))
    let takesSlots = try #require(NativeClient.chokingAlgorithm(named: name)).parameters.contains("slots")
    #expect((profile.slots == 4) == takesSlots)
    #expect(profile.holdsBack == ["bit-tyrant", "block-level"].contains(name))
  }

  @Test func periodsTenuresAndSeedRulesAreTheAlgorithms() throws {
    let fixed = try Self.profile("{algorithm: libtorrent-fixed-slots, optimisticSlots: 2, seedRule: anti-leech}")
    #expect(fixed.period == .seconds(15))
    #expect(fixed.optimisticSlots == 2)
    #expect(fixed.seedSlots == 6)
    #expect(fixed.seedRule == .antiLeech)
    #expect(fixed.optimisticChoice == .longestWaiting)
    #expect(try Self.profile("{algorithm: transmission}").tenure == .seconds(50))
    #expect(try Self.profile("{algorithm: rakshasa}").period == .seconds(30))
    #expect(try Self.profile("{algorithm: mainline-3.4}").seedRule == .fastestUpload)
    #expect(try Self.profile("{algorithm: mainline-4.0}").seedSlots == 4)
  }

  @Test func aSeedRuleIsPlannedOnlyWhereThereIsAChoiceOfIt() throws {
    #expect(try Self.profile("{algorithm: mainline-4.0}").seedRule == .newestFirst)
    #expect(try Self.profile("{algorithm: libtorrent-rate-based}").seedRule == .roundRobin)
  }
}
