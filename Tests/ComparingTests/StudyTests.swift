import Comparing
import Foundation
import Reporting
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
    #expect(lines[1] == "  holds    sooner")
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
  ])
  func `What is wrong with a claim is said, with its line`(claim: String, message: String) {
    let result = Self.read(Self.study("  " + claim))
    #expect(result.study == nil)
    #expect(
      result.diagnostics.contains { $0.line == 7 && $0.description.contains(message) }, "\(result.diagnostics)")
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
