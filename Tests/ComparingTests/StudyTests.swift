import Comparing
import Foundation
import Planning
import Reporting
import Staging
import Testing
import TopologyFile

/// Claims about the swarm of `Made`: `slots=4` completes ten seconds sooner, and uploads as much.
@Suite struct StudyTests {
  private static func study(_ claims: String, vary: String = #"vary: {defaults.choking.slots: "1,4"}"#) -> String {
    """
    name: made
    question: Do more slots help?
    sources: [nobody]
    topology: made.swarm.yaml
    \(vary)
    claims:
    \(claims)
    """
  }

  private static func read(_ text: String) -> StudyFile.ReadResult {
    StudyFile.read(Array(text.utf8), file: "a.study.yaml")
  }

  private static func findings(_ claims: String) throws -> [ClaimFinding] {
    let result = read(study(claims))
    let study = try #require(result.study, "\(result.diagnostics)")
    return StudyReport(study, Made.comparison()).findings
  }

  @Test func `A claim about two settings holds, or does not`() throws {
    let found = try Self.findings(
      """
        - {says: sooner, metric: completion-median, setting: slots=4, is: below, otherSetting: slots=1}
        - {says: later, metric: completion-median, setting: slots=4, is: above, otherSetting: slots=1}
        - {says: as much, metric: utilisation, setting: slots=4, is: same, otherSetting: slots=1}
        - {says: more, metric: utilisation, setting: slots=4, is: above, otherSetting: slots=1}
      """)
    #expect(found.map(\.outcome) == [.holds, .fails, .holds, .fails])
    #expect(found.map(\.isExpected) == [true, false, true, false])
  }

  @Test func `A claim may be about a number, or two groups of one run`() throws {
    let found = try Self.findings(
      """
        - {says: under a minute, metric: completion-median, setting: slots=1, is: below, value: 60}
        - {says: over a minute, metric: completion-median, setting: slots=1, is: above, value: 60}
        - says: the fast are sooner
          metric: completion-median:fast
          setting: slots=1
          is: below
          otherMetric: completion-median
      """)
    #expect(found.map(\.outcome) == [.holds, .fails, .holds])
  }

  @Test func `What scatters too much is open, and what no run has too`() throws {
    let found = try Self.findings(
      """
        - {says: fair, metric: fairness, setting: slots=1, is: above, otherSetting: slots=4}
        - {says: clustered, metric: clustering, setting: slots=1, is: above, value: 0.4}
      """)
    #expect(found.map(\.outcome) == [.open, .open])
    #expect(found[1].finding == nil)
  }

  /// 0.8023 on average, with a 95 % interval from 0.8009 to 0.8036: all of it within 5 % of the numbers.
  @Test func `A number is a border: what is close to it is open until its side is sure`() throws {
    let result = Self.read(
      Self.study(
        """
          - {says: over, metric: utilisation, setting: slots=1, is: above, value: 0.802}
          - {says: under, metric: utilisation, setting: slots=1, is: below, value: 0.802}
          - {says: surely over, metric: utilisation, setting: slots=1, is: above, value: 0.79}
          - {says: surely not, metric: utilisation, setting: slots=1, is: above, value: 0.81}
          - {says: about, metric: utilisation, setting: slots=1, is: same, value: 0.802}
          - {says: more, metric: utilisation, setting: slots=4, is: above, otherSetting: slots=1}
        """))
    let report = StudyReport(try #require(result.study, "\(result.diagnostics)"), Made.comparison())
    #expect(report.findings.map(\.outcome) == [.open, .open, .holds, .fails, .holds, .fails])
    #expect(report.findings.map(\.exitState) == [.undecided, .undecided, .passed, .failed, .passed, .failed])
    #expect(ExitState.of(report.findings.prefix(3).map(\.exitState)) == .undecided)
    let lines = report.lines(style: TerminalStyle(coloured: false))
    #expect(lines[1] == "  open          over" && lines[7] == "  does not hold surely not")
    #expect(lines[2].contains(" (95 %: ") && lines[2].hasSuffix(" repeats would settle it"), "\(lines[2])")
    // Sides that are close take many.
    #expect((report.findings[0].finding?.repeatsNeeded ?? 0) > 100)
    #expect(lines[12].hasSuffix("; the same within 5 %"), "\(lines[12])")
    #expect(report.markdown.contains("| over | open | ") && report.markdown.contains("| more | does **not** hold | "))
  }

  /// 51 s against 50, with a scatter of tenths: surely more, and within 5 %.
  @Test func `A sure difference below 5 % is neither above nor below another setting`() throws {
    let claims = ["above", "below"].map { relation in
      "  - {says: \(relation), metric: completion-median, setting: slots=4, is: \(relation), otherSetting: slots=1}"
    }
    let study = try #require(Self.read(Self.study(claims.joined(separator: "\n"))).study)
    let results = Made.results(Made.settings[0], completion: 50)
    let slower = Made.results.suffix(Made.seeds.count).map { result in
      var result = result
      result.values["completion-median"]?.value += 11
      return result
    }
    let report = StudyReport(study, Made.comparison(results + slower))
    #expect(report.findings.map(\.finding?.outcome) == [.differs, .differs])
    #expect(report.findings.map(\.outcome) == [.fails, .fails])
    #expect(report.lines(style: TerminalStyle(coloured: false))[2].hasSuffix("; the same within 5 %"))
  }

  @Test func `Of few repeats a claim is open, with what they show and how many are needed`() throws {
    let claim = "  - {says: sooner, metric: completion-median, setting: slots=4, is: below, otherSetting: slots=1}"
    let study = try #require(Self.read(Self.study(claim)).study)
    let report = StudyReport(study, Made.comparison(Made.results.filter { $0.randomSeed < 8 }))
    #expect(report.findings.map(\.outcome) == [.open] && report.findings.map(\.exitState) == [.undecided])
    let line = report.lines(style: TerminalStyle(coloured: false))[2]
    #expect(line.contains("slots=4: 40.") && !line.contains("p = "), "\(line)")
    #expect(line.hasSuffix("3 runs; 3 repeats have it, at least 6 are needed"), "\(line)")
  }

  @Test func `A claim that is known to fail is expected to, and an unexpected pass is told`() throws {
    let found = try Self.findings(
      """
        - says: later
          metric: completion-median
          setting: slots=4
          is: above
          otherSetting: slots=1
          failsSince: more slots were sooner here
        - says: sooner
          metric: completion-median
          setting: slots=4
          is: below
          otherSetting: slots=1
          failsSince: nobody knows
      """)
    #expect(found.map(\.isExpected) == [true, false])
  }

  @Test func `The report names figures, settings and what was known`() throws {
    let result = Self.read(
      Self.study("  - {says: sooner, metric: completion-median, setting: slots=4, is: below, otherSetting: slots=1}"))
    let report = StudyReport(try #require(result.study), Made.comparison())
    let lines = report.lines(style: TerminalStyle(coloured: false))
    #expect(lines[1] == "  holds         sooner" && lines[2].hasPrefix("                completion"))
    #expect(lines[2].contains("completion, median, slots=4: 40.") && lines[2].contains("(slots=1)"))
    #expect(lines[2].contains("8 runs") && report.markdown.contains("| sooner | holds | completion, median"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
    #expect((json["claims"] as? [[String: Any]])?.first?["outcome"] as? String == "holds")
  }

  @Test(arguments: [
    ("- {says: a, metric: speed, setting: slots=1, is: above, value: 1}", "there is no metric \"speed\""),
    ("- {says: a, metric: fairness, setting: slots=2, is: above, value: 1}", "there is no setting \"slots=2\""),
    ("- {says: a, metric: fairness, is: above, value: 1}", "setting is missing"),
    ("- {says: a, metric: fairness, setting: slots=1, is: above}", "is held against nothing"),
    (
      "- {says: a, metric: fairness, setting: slots=1, is: above, value: 1, otherSetting: slots=4}",
      "is held against a value and something else"
    ),
    ("- {says: a, metric: fairness, setting: slots=1, is: over, value: 1}", "over"),
    (
      "- {says: a, metric: fairness, setting: slots=1, is: same, otherSetting: slots=1}",
      "the claim is held against itself"
    ),
    (
      "- {says: a, metric: fairness, setting: slots=1, is: above, otherMetric: utilisation}",
      "claims[0].otherMetric: utilisation is in shares of 1, and fairness in plain numbers"
    ),
    (
      "- {says: a, metric: fairness, setting: slots=1, is: same, value: 0}",
      "claims[0].value: the same is within 5 %, and 5 % of 0 is nothing"
    ),
    (
      "- {says: a, metric: utilisation, setting: slots=1, is: above, value: 90}",
      "claims[0].value: utilisation is in shares of 1; expected at most 10; 0.900, where percent were meant"
    ),
    ("- {says: a, metric: efficiency, setting: slots=1, is: above, value: 1.5}", "expected at most 1; 0.015"),
  ])
  func `What is wrong with a claim is said, with its line`(claim: String, message: String) {
    let result = Self.read(Self.study("  " + claim))
    #expect(result.study == nil)
    #expect(
      result.diagnostics.contains { $0.line == 7 && $0.description.contains(message) }, "\(result.diagnostics)")
  }

  /// Plans of `slots=1` and `slots=4`, whose leechers are of these groups in turn.
  private static func plans(_ groups: [[String]]) -> [Plan] {
    groups.map { groups in
      var plan = Stage(leechers: 4).plan
      for place in plan.peers.indices.dropFirst() { plan.peers[place].group = groups[place % groups.count] }
      return plan
    }
  }

  @Test(
    "A metric that nobody in its setting's swarm has is refused, with its line and the groups that there are",
    arguments: [
      (
        "metric: completion-median:fsat, setting: slots=1, is: above, value: 1", ["fast", "slow"],
        "claims[0].metric: no group of leechers is called \"fsat\" (with slots=1); expected one of slow, fast; "
          + "did you mean \"completion-median:fast\"?"
      ),
      (
        "metric: completion-median:seed, setting: slots=4, is: above, value: 1", ["fast", "slow"],
        "claims[0].metric: no group of leechers is called \"seed\" (with slots=4); expected one of slow, fast"
      ),
      (
        "metric: completion-median:a, setting: slots=1, is: above, value: 1", ["a"],
        "claims[0].metric: all leechers are of one group, a (with slots=1); expected completion-median, without a group"
      ),
      (
        "metric: fairness:slow, setting: slots=1, is: above, value: 1", ["fast", "slow"],
        "fairness is of all leechers, and of no group"
      ),
      (
        "metric: share-ratio, setting: slots=1, is: above, value: 1", ["fast", "slow"],
        "claims[0].metric: share-ratio is of each group where leechers are of several (with slots=1); "
          + "expected share-ratio:GROUP, with one of slow, fast"
      ),
      (
        "metric: completion-median:fast, setting: slots=1, is: above, otherMetric: completion-median:x",
        ["fast", "slow"], "claims[0].otherMetric: no group of leechers is called \"x\""
      ),
    ] as [(String, [String], String)])
  func metricsOfNobody(claim: String, groups: [String], message: String) throws {
    let study = try #require(Self.read(Self.study("  - {says: a, \(claim)}")).study)
    let found = study.troubles(file: "a.study.yaml", plans: Self.plans([groups, groups]))
    #expect(found.count == 1 && found[0].line == 7)
    #expect(found.first?.description.contains(message) ?? false, "\(found)")
  }

  @Test func `A claim is asked of its own setting's groups, and of those of the other setting`() throws {
    let claims = """
        - {says: a, metric: completion-median:fast, setting: slots=4, is: above, otherSetting: slots=1}
        - {says: b, metric: completion-median:slow, setting: slots=4, is: above, otherMetric: completion-median}
        - {says: c, metric: fairness, setting: slots=4, is: above, otherSetting: slots=1}
      """
    let study = try #require(Self.read(Self.study(claims)).study)
    let found = study.troubles(file: "a.study.yaml", plans: Self.plans([["other", "slow"], ["fast", "slow"]]))
    #expect(found.map(\.message) == ["claims[0].metric: no group of leechers is called \"fast\" (with slots=1)"])
    #expect(study.troubles(file: "a.study.yaml", plans: Self.plans([["fast", "slow"], ["fast", "slow"]])).isEmpty)
  }

  @Test(
    arguments: [
      ("efficiency", "leechers, and limits that bound their time"), ("fairness", "at least 4 leechers"),
      ("utilisation", "a leecher with an upload limit"), ("seed-utilisation", "a seed with an upload limit"),
      ("clustering", "leechers of at least two groups"),
      ("completion-spared", "faults or peers that misbehave, in some setting"), ("proportion", nil),
      ("completion-spread", nil), ("deficit", nil), ("seed-copies", nil), ("seed-evenness", nil), ("free-riders", nil),
    ] as [(String, String?)])
  func `A metric that no run of its setting's swarm can have is refused, with what is missing`(
    metric: String, missing: String?
  ) throws {
    let claim = "  - {says: a, metric: \(metric), setting: slots=1, is: above, value: 1}"
    let study = try #require(Self.read(Self.study(claim)).study)
    var small = Stage(leechers: 3).plan
    small.bound = nil
    for place in small.peers.indices { small.peers[place].upload = nil }
    let large = Self.plans([["fast", "slow"], ["fast", "slow"]])
    let found = study.troubles(file: "a.study.yaml", plans: [small, large[1]])
    #expect(
      found.map(\.message)
        == (missing == nil ? [] : ["claims[0].metric: no run of this swarm has \(metric) (with slots=1)"]))
    #expect(found.first?.expected == missing)
    if metric != "completion-spared" { #expect(study.troubles(file: "a.study.yaml", plans: large).isEmpty) }
  }

  @Test func `A claim stays in its cell of the document, whatever it says`() throws {
    let claims = """
        - {says: "a | b", metric: completion-median, setting: slots=4, is: below, otherSetting: slots=1}
      """
    let study = try #require(Self.read(Self.study(claims)).study)
    let markdown = StudyReport(study, Made.comparison()).markdown
    #expect(markdown.contains(#"| a \| b | holds | completion, median"#), "\(markdown)")
  }

  @Test func `Nothing need be varied for claims within one swarm`() throws {
    let claims = "  - {says: a, metric: completion-median:fast, is: below, otherMetric: completion-median:slow}"
    let study = try #require(Self.read(Self.study(claims, vary: "repeat: 12")).study)
    #expect(study.variations.isEmpty && study.repeats == 12 && study.claims[0].setting == 0)
  }

  @Test func `A study with too few repeats to state anything is refused`() {
    let claims = "  - {says: a, metric: completion-median:fast, is: below, otherMetric: completion-median:slow}"
    let result = Self.read(Self.study(claims, vary: "repeat: 5"))
    #expect(result.study == nil && result.diagnostics.contains { $0.message.contains("repeat") })
  }
}
