import Comparing
import Foundation
import Reporting
import Testing

@Suite struct ComparisonTests {
  private func lines(_ comparison: Comparison) -> [String] {
    ComparisonTable(comparison, style: TerminalStyle(coloured: false)).lines
  }

  @Test func `The table says what differs, by how much and how surely, what is the same and what is open`() throws {
    let lines = lines(Made.comparison())
    #expect(lines.first == "made <swarm>: 2 settings, 8 repeats of each")
    let completion = try #require(lines.first { $0.hasPrefix("  completion, median ") })
    #expect(completion.contains("-9.") && completion.hasSuffix("differs, better (p < 0.001)"))
    #expect(lines.contains { $0.hasPrefix("  upload utilisation") && $0.hasSuffix("the same within 5 %") })
    let fairness = try #require(lines.first { $0.hasPrefix("  fairness") })
    #expect(fairness.contains("open: ") && fairness.hasSuffix("repeats would settle it"))
    #expect(lines.contains { $0.hasPrefix("  completion, median: fast") })
    #expect(lines.contains("  left out: penalty of free riders, since nobody rode free, or nobody else was there"))
  }

  @Test func `Only metrics that are asked for are shown, and corrected for`() throws {
    let one = Made.comparison(metrics: Metric.all.filter { $0.name == "fairness" })
    #expect(one.metrics.map(\.name) == ["fairness"] && one.leftOut.isEmpty)
    let all = try #require(Made.comparison().contrasts[0].findings.first { $0.key.name == "fairness" })
    let alone = try #require(one.contrasts[0].findings.first)
    #expect(alone.corrected == alone.difference.p && alone.corrected <= all.corrected)
  }

  @Test func `The same results in another order give the same bytes`() throws {
    let (one, other) = (Made.comparison(), Made.comparison(Made.results.reversed()))
    #expect(one.json == other.json && one.runsCSV == other.runsCSV && one.differencesCSV == other.differencesCSV)
    #expect(ComparisonPage(one).html == ComparisonPage(other).html)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(one.json.utf8)) as? [String: Any])
    #expect(object["schema"] as? Int == 1)
    #expect(one.runsCSV.split(separator: "\n").count == 1 + 2 * 8 * 4)
    #expect(one.differencesCSV.split(separator: "\n").count == 1 + 4)
    #expect(one.differencesCSV.contains("slots=1,slots=4,completion-median,8,"))
    let torn = Comparison(
      name: "made", settings: Made.settings, randomSeeds: Made.seeds, results: Made.results, metrics: nil,
      labels: ["one\rline", "two\r\n\"lines\""])
    #expect(torn.runsCSV.contains("\n\"one\rline\",5,") && torn.runsCSV.contains("\n\"two\r\n\"\"lines\"\"\",5,"))
  }

  @Test func `A run that is missing takes its pair with it, and no more`() throws {
    let lost = Made.results.filter { $0.setting == Made.settings[1].values && $0.randomSeed == 7 }
    let comparison = Made.comparison(Made.results.filter { !lost.contains($0) })
    let found = try #require(comparison.contrasts[0].findings.first)
    #expect(found.difference.count == 7 && comparison.runs.count == 15)
  }

  @Test func `A run with which the machine did not keep up is left out, and counted`() throws {
    var results = Made.results
    results[3].isLate = true
    results[3].values["completion-median"]?.value = 999
    let comparison = Made.comparison(results)
    #expect(comparison.late == 1 && comparison.runs.count == 15)
    #expect(try #require(comparison.contrasts[0].findings.first).difference.count == 7)
    #expect(!comparison.json.contains("999.") && comparison.json.contains("\"late\": 1"))
  }

  @Test func `A metric that too few runs have is open, and no other pays for it`() throws {
    var results = Made.results
    for place in [0, 1, 8, 9] { results[place].values["free-riders"] = MetricValue(Double(place)) }
    let (with, without) = (Made.comparison(results).contrasts[0], Made.comparison().contrasts[0])
    let riders = try #require(with.findings.first { $0.key.name == "free-riders" })
    #expect(riders.outcome == .open && FindingWords(riders).settling == "2 repeats have it, at least 6 are needed")
    let corrected = with.findings.filter { $0.key.name != "free-riders" }.map(\.corrected)
    #expect(corrected == without.findings.map(\.corrected))
  }

  @Test func `Of few repeats nothing is stated, and that is said`() {
    let few = Comparison(
      name: "few", settings: Made.settings, randomSeeds: [5, 6, 7], results: Made.results, metrics: nil)
    #expect(few.contrasts[0].findings.allSatisfy { $0.outcome == .open })
    #expect(lines(few).contains { $0.contains("Below 6 repeats nothing is stated: raise --repeat.") })
  }

  @Test func `The page needs nothing but itself, and nothing breaks out of it`() {
    let html = ComparisonPage(Made.comparison()).html
    for loader in ["http", " src=", "<link", "@import", "url(", "fetch(", "<script"] { #expect(!html.contains(loader)) }
    #expect(html.contains("made &lt;swarm&gt;") && !html.contains("<swarm>"))
    #expect(html.contains("random seed 7: ") && html.contains("▲ better") && html.contains("= same"))
  }

  @Test func `Values that are bounds are told as such`() throws {
    var results = Made.results
    for place in results.indices where results[place].setting == Made.settings[0].values {
      results[place].values["completion-median"]?.isCensored = true
    }
    let comparison = Made.comparison(results)
    let lines = lines(comparison)
    #expect(lines.contains { $0.hasPrefix("  completion, median ") && $0.contains("≥ 50") })
    #expect(ComparisonPage(comparison).html.contains("censored"))
    #expect(comparison.runsCSV.contains(",1\n"))
  }
}
