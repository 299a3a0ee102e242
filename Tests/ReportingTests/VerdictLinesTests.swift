import Judging
import Reporting
import Testing

@Suite struct VerdictLinesTests {
  private let plain = TerminalStyle(coloured: false)

  @Test func `Each check has a line, and a failure its expectation and evidence`() {
    let lines = VerdictLines.lines(
      [
        Sample.verdict("completion", .pass),
        Sample.verdict("upload-slots", .pass, subjects: ["leecher-1"]),
        Sample.verdict("upload-slots", .fail, subjects: ["seed"], evidence: [Sample.evidence]),
      ], mustDecide: [], style: plain)
    #expect(
      lines == [
        "  pass       completion    the swarm: 6 slots",
        "  FAIL       upload-slots  1 of 2 peers failed",
        "             seed: expected at most 5 slots; observed seed: 6 slots",
        "             at 12.300 s, frame 812 (seed, leecher-2): a sixth peer is unchoked",
      ])
  }

  @Test func `An undecided check says why, and that it must be decided`() {
    let lines = VerdictLines.lines(
      [Sample.verdict("rate-limit", .undecided, reason: "frames were dropped")], mustDecide: ["rate-limit"],
      style: plain)
    #expect(
      lines == [
        "  undecided  rate-limit  frames were dropped", "             this topology says that it must be decided",
      ])
  }

  @Test func `Many failures are counted, not listed`() {
    let verdicts = (1...9).map { Sample.verdict("upload-slots", .fail, subjects: ["leecher-\($0)"]) }
    let lines = VerdictLines.lines(verdicts, mustDecide: [], style: plain)
    #expect(lines.count == 6)
    #expect(lines.last == "             and 5 more in verdicts.json")
  }
}

@Suite struct GitHubAnnotationsTests {
  private let topology = "name: x\nchecks:\n  - completion\n  - rate-limit: {tolerance: 5}\n  - rate\n"

  @Test func `A failed check is annotated at the line that asks for it`() {
    let lines = GitHubAnnotations.lines(
      verdicts: [
        Sample.verdict("completion", .pass), Sample.verdict("rate-limit", .fail, evidence: [Sample.evidence]),
      ],
      mustDecide: [], file: "a,b.swarm.yaml", topology: topology)
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("::error file=a%2Cb.swarm.yaml,line=4::rate-limit failed") == true)
    #expect(lines.first?.contains("%0A") == true)
    #expect(lines.first?.contains("\n") == false)
  }

  @Test func `A check is found by its whole name`() {
    let lines = GitHubAnnotations.lines(
      verdicts: [Sample.verdict("rate", .fail)], mustDecide: [], file: "f", topology: topology)
    #expect(lines.first?.hasPrefix("::error file=f,line=5::") == true)
  }
}
