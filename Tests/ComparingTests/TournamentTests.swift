import Comparing
import Foundation
import Reporting
import Testing

@Suite struct TournamentTests {
  private static func tournament(_ count: Int) throws -> Tournament {
    let variation = try Variation("peers.leecher.choking.slots=1,4")
    return try Tournament(variation, group: try Tournament.group(of: [variation]), count: count)
  }

  @Test(
    "Challengers are one, a tenth and half of the group, as far as these differ",
    arguments: [(2, [1]), (8, [1, 4]), (19, [1, 9]), (20, [1, 2, 10]), (40, [1, 4, 20])])
  func mixes(count: Int, expected: [Int]) throws {
    #expect(try Self.tournament(count).mixes == expected)
  }

  @Test func `Settings are swarms of one value, then each value among each other`() throws {
    let tournament = try Self.tournament(8)
    let settings = tournament.settings
    #expect(settings.count == 2 + 4)
    #expect(settings[0].name == "peers.leecher.choking.slots=1" && !tournament.hasRivals(settings[0]))
    #expect(
      settings[2].name
        == "peers.leecher.choking.slots=1 peers.leecher.count=7 "
        + "peers.leecher-rival.choking.slots=4 peers.leecher-rival.count=1"
    )
    #expect(settings[2...].allSatisfy(tournament.hasRivals))
    #expect(
      settings.indices.map(tournament.label) == [
        "all 1", "all 4", "7 of 1, 1 of 4", "7 of 4, 1 of 1", "4 of 1, 4 of 4", "4 of 4, 4 of 1",
      ])
  }

  @Test(
    "What cannot be parted is refused",
    arguments: [
      ["defaults.choking.slots=1,4"], ["peers.leecher.count=1,2"], ["peers.leecher.role=leecher,seed"],
      ["peers.a.b=1,2", "peers.a.c=1,2"], [],
    ])
  func refusals(texts: [String]) throws {
    let variations = try texts.map { try Variation($0) }
    let fault = #expect(throws: Tournament.Fault.self) { try Tournament.group(of: variations) }
    #expect(fault?.description.contains("expected one --vary of a key of a group") ?? false)
    #expect(throws: Tournament.Fault.self) { try Self.tournament(1) }
  }

  @Test func `A group that has the challengers' name already is not written over`() throws {
    let variation = try Variation("peers.leecher.choking.slots=1,4")
    let fault = #expect(throws: Tournament.Fault.self) {
      try Tournament(variation, group: "leecher", count: 4, groups: ["seed", "leecher", "leecher-rival"])
    }
    #expect(fault?.description.contains("leecher-rival") ?? false)
    _ = try Tournament(variation, group: "leecher", count: 4, groups: ["seed", "leecher"])
  }

  @Test func `Who only seeds is no contestant: neither by name nor with the times of others`() throws {
    let variation = try Variation("peers.seed.choking.slots=1,4")
    let fault = #expect(throws: Tournament.Fault.self) {
      try Tournament(variation, group: "seed", count: 4, onlySeeds: true)
    }
    #expect(fault?.description.contains("only seeds") ?? false)
    // Leechers that are all of one class have times, which are neither residents' nor challengers'.
    let tournament = try Tournament(variation, group: "seed", count: 4)
    let seeds = (1...8).map(UInt64.init)
    let results = tournament.settings.flatMap { setting in
      seeds.map { seed in
        RunResult(
          setting: setting, randomSeed: seed, plan: "", values: ["completion-median": MetricValue(40)],
          ended: "complete", isLate: false, failed: [], folder: "")
      }
    }
    let comparison = Comparison(
      name: "seeds", settings: tournament.settings, randomSeeds: seeds, results: results, metrics: nil)
    let matches = Standings(tournament, comparison).results.filter { $0.challengers != nil }
    #expect(matches.count == 4 && matches.allSatisfy { $0.completion == nil })
  }

  @Test func `Who completes sooner among the others is told for each mix`() throws {
    let tournament = try Self.tournament(8)
    let settings = tournament.settings
    let seeds = (1...8).map(UInt64.init)
    func value(_ seconds: Double, _ seed: UInt64) -> MetricValue { MetricValue(seconds + Double(seed * 7 % 5) / 10) }
    let results = settings.enumerated().flatMap { place, setting in
      seeds.map { seed -> RunResult in
        // Four slots are five seconds faster wherever they are, and one slot drawn into four is as it was.
        var values = [
          "completion-median:leecher": value(40, seed), "completion-median:leecher-rival": value(35, seed * 3),
        ]
        if place < 2 { values = ["completion-median": value(40, seed)] }
        if place == 3 || place == 5 { values["completion-median:leecher-rival"] = value(45, seed * 3) }
        return RunResult(
          setting: setting, randomSeed: seed, plan: "", values: values, ended: "complete", isLate: false, failed: [],
          folder: "")
      }
    }
    let comparison = Comparison(
      name: "t", settings: settings, randomSeeds: seeds, results: results, metrics: nil,
      labels: settings.indices.map(tournament.label))
    let standings = Standings(tournament, comparison)
    func words(_ challengers: Int?, _ challenger: Int) throws -> String {
      Standings.words(
        try #require(standings.results.first { $0.challengers == challengers && $0.challenger == challenger }))
    }
    #expect(try words(1, 1).hasSuffix("% sooner") && words(4, 1).hasSuffix("% sooner"))
    #expect(try words(1, 0).hasSuffix("% later") && words(4, 0).hasSuffix("% later"))
    #expect(try words(nil, 0) == "the same" && words(nil, 1) == "the same")
    let lines = standings.lines(style: TerminalStyle(coloured: false))
    #expect(lines.contains("  1 of the row among 7 of the column"))
    #expect(lines.contains("  all of the row against all of the column"))
    let json = try JSONSerialization.jsonObject(with: Data(standings.json.utf8)) as? [String: Any]
    #expect((json?["matches"] as? [Any])?.count == 6)
  }

  @Test func `What is open since some did not complete is not said to need more repeats`() throws {
    let tournament = try Self.tournament(8)
    let seeds = (1...8).map(UInt64.init)
    let results = tournament.settings.flatMap { setting in
      seeds.map { seed -> RunResult in
        let names = ["completion-median", "completion-median:leecher", "completion-median:leecher-rival"]
        let values = Dictionary(uniqueKeysWithValues: names.map { ($0, MetricValue(100, isCensored: true)) })
        return RunResult(
          setting: setting, randomSeed: seed, plan: "", values: values, ended: "deadline", isLate: false, failed: [],
          folder: "")
      }
    }
    let comparison = Comparison(
      name: "t", settings: tournament.settings, randomSeeds: seeds, results: results, metrics: nil,
      labels: tournament.settings.indices.map(tournament.label))
    let words = Set(Standings(tournament, comparison).results.map(Standings.words))
    #expect(words == ["open (0.0 %; not all completed)"])
  }
}
