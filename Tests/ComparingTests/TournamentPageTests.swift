import Comparing
import Foundation
import Testing

/// Four slots complete five seconds sooner wherever they share a swarm with one, and alone as soon.
@Suite struct TournamentPageTests {
  private static func standings(
    members: Int = 8, values: String = "1,4", repeats: UInt64 = 8, name: String = "played"
  ) throws -> Standings {
    let variation = try Variation("peers.leecher.choking.slots=\(values)")
    let tournament = try Tournament(variation, group: "leecher", count: members)
    let settings = tournament.settings
    let seeds = Array(1...repeats)
    func value(_ seconds: Double, _ seed: UInt64) -> MetricValue { MetricValue(seconds + Double(seed * 7 % 5) / 10) }
    let results = settings.enumerated().flatMap { place, setting in
      seeds.map { seed -> RunResult in
        var values = ["completion-median": value(40, seed)]
        if place >= tournament.values.count {
          let isFast = tournament.matches[place - tournament.values.count].challenger == 1
          values = [
            "completion-median:leecher": value(40, seed), "share-ratio:leecher": value(1, seed),
            "completion-median:leecher-rival": value(isFast ? 35 : 45, seed * 3),
            "share-ratio:leecher-rival": value(9, seed),
          ]
        }
        return RunResult(
          setting: setting, randomSeed: seed, plan: "", values: values, ended: "complete", isLate: false, failed: [],
          folder: "")
      }
    }
    let comparison = Comparison(
      name: name, settings: settings, randomSeeds: seeds, results: results, metrics: nil,
      labels: settings.indices.map(tournament.label))
    return Standings(tournament, comparison)
  }

  private static func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  /// From its heading to the next.
  private static func section(_ head: String, of html: String) throws -> String {
    let start = try #require(html.range(of: "<h2>\(head)</h2>"), "\(head)")
    let rest = html[start.upperBound...]
    return String(rest[..<(rest.range(of: "<h2>")?.lowerBound ?? rest.endIndex)])
  }

  @Test func `The page needs nothing but itself, is light or dark, and fits a telephone`() throws {
    let html = TournamentPage(try Self.standings()).html
    for loader in ["http", " src=", "<link", "@import", "url(", "fetch(", "<script"] { #expect(!html.contains(loader)) }
    #expect(html.contains("prefers-color-scheme: dark") && html.contains("content=\"light dark\""))
    #expect(html.contains("width=device-width") && html.contains("max-width: 760px"))
    // What is wider scrolls by itself, not the page.
    #expect(Self.count("<table", in: html) == Self.count("<div class=\"scroll\"><table", in: html))
    #expect(html.contains("<title>played: tournament</title>"))
  }

  @Test func `Nothing breaks out of it`() throws {
    let html = TournamentPage(try Self.standings(values: "<i>,\"&\"", name: "a <swarm>")).html
    #expect(html.contains("a &lt;swarm&gt;: tournament") && html.contains(">&lt;i&gt;</th>"))
    #expect(html.contains(">&quot;&amp;&quot;</th>") && !html.contains("<i>") && !html.contains("<swarm>"))
  }

  @Test func `Each share has its matrix: who challenges in a row, who is challenged in a column`() throws {
    let html = TournamentPage(try Self.standings()).html
    for head in ["One among the others", "Half of the group"] {
      let section = try Self.section(head, of: html)
      #expect(section.contains("<th scope=\"col\">against 1</th><th scope=\"col\">against 4</th>"))
      let matrix = try #require(section.components(separatedBy: "<details").first)
      let rows = matrix.components(separatedBy: "<tr>").dropFirst(2)
      #expect(rows.count == 2)
      let (one, four) = (try #require(rows.first), try #require(rows.last))
      #expect(one.hasPrefix("<th scope=\"row\" class=\"who\">1</th><td class=\"self\">–</td><td class=\"loss\">"))
      #expect(one.contains("▼ later") && one.contains("<span class=\"amount\">+4.9"), "\(one)")
      #expect(four.hasPrefix("<th scope=\"row\" class=\"who\">4</th><td class=\"gain\">"))
      #expect(four.contains("▲ sooner") && four.contains("<span class=\"amount\">-5."), "\(four)")
      #expect(four.contains(" %)</span><span class=\"note\">-5.") && four.contains(" to -4."), "\(four)")
      // Share ratios are neither better nor worse.
      #expect(Self.count("≠ differs", in: section) == 2 && Self.count("class=\"gain\"", in: section) == 1)
    }
    let one = try Self.section("One among the others", of: html)
    #expect(one.contains("1 of the row among 7 of the column"))
    let alone = try Self.section("All of one against all of another", of: html)
    #expect(Self.count("= same", in: alone) == 2 && !alone.contains("<details"))
    #expect(!alone.contains("class=\"gain\"") && !alone.contains("class=\"loss\""))
    #expect(!html.contains("A tenth of the group"))
    let large = TournamentPage(try Self.standings(members: 40)).html
    #expect(try Self.section("A tenth of the group", of: large).contains("4 of the row among 36 of the column"))
    #expect(try Self.section("Half of the group", of: large).contains("20 of the row among 20 of the column"))
  }

  @Test func `Of few repeats nothing is coloured, and what would settle it is said`() throws {
    let html = TournamentPage(try Self.standings(repeats: 3)).html
    #expect(!html.contains("class=\"gain\"") && !html.contains("class=\"loss\""))
    #expect(html.contains("? open</span><span class=\"amount\">"))
    #expect(html.contains("3 repeats have it, at least 6 are needed"))
  }

  @Test func `Standings count sure wins and losses in shared swarms, the best first`() throws {
    let standings = try Self.standings()
    #expect(standings.table.map(\.value) == [1, 0])
    #expect(standings.table.map(\.sooner) == [4, 0] && standings.table.map(\.later) == [0, 4])
    #expect(standings.table.allSatisfy { $0.same == 0 && $0.open == 0 })
    let section = try Self.section("Standings", of: TournamentPage(standings).html)
    let rows = section.components(separatedBy: "<tr>").dropFirst(2)
    let first = try #require(rows.first)
    let counts = "<td class=\"number\">4</td><td class=\"number\">0</td><td class=\"number\">0</td>"
    #expect(first.hasPrefix("<th scope=\"row\" class=\"who\">4</th>" + counts))
    #expect(first.contains("<td class=\"number\">40.") && rows.count == 2, "\(section)")
    let few = try Self.standings(repeats: 3).table
    #expect(few.map(\.value) == [0, 1] && few.allSatisfy { $0.open == 4 && $0.sooner == 0 })
  }
}
