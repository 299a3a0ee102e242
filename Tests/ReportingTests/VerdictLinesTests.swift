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
        "             seed: seed: 6 slots",
        "               expected: at most 5 slots",
        "               at 12.300 s, frame 812 (seed, leecher-2): a sixth peer is unchoked",
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

  @Test func `What a client is known to fail has a word of its own`() {
    let lines = VerdictLines.lines(
      [
        Sample.verdict("upload-slots", .fail, subjects: ["seed"], known: Sample.known),
        Sample.verdict("upload-slots", .pass, subjects: ["leecher-1"]),
      ], mustDecide: ["upload-slots"], style: plain)
    #expect(
      lines == [
        "  deviates   upload-slots  1 of 2 peers failed, as known",
        "             seed, as known: unchokes everybody at first (client.js, line 12)",
      ])
  }

  @Test func `A pass that nobody expected is told, but not beside a known fail`() {
    let passed = Sample.verdict("upload-slots", .pass, subjects: ["seed"], known: Sample.known)
    let lines = VerdictLines.lines([passed], mustDecide: [], style: plain)
    #expect(lines.count == 2)
    #expect(lines.last?.hasPrefix("             passed, though its client is known to fail it: unchokes") == true)
    let failed = Sample.verdict("upload-slots", .fail, subjects: ["leecher-1"], known: Sample.known)
    #expect(!VerdictLines.lines([passed, failed], mustDecide: [], style: plain).contains { $0.contains("though") })
  }

  @Test func `Many failures are counted, not listed`() {
    let verdicts = (1...9).map { Sample.verdict("upload-slots", .fail, subjects: ["leecher-\($0)"]) }
    let lines = VerdictLines.lines(verdicts, mustDecide: [], style: plain)
    #expect(lines.count == 10)
    #expect(lines.last == "             and 5 more that failed, in verdicts.json")
  }

  @Test func `A moment names in brackets only whom its words do not name`() {
    var moment = Sample.evidence
    moment.text = "leecher-2 is unchoked besides leecher-20"
    #expect(VerdictLines.evidence(moment) == "at 12.300 s, frame 812 (seed): leecher-2 is unchoked besides leecher-20")
    moment.text = "all but leecher-20: seed."
    moment.frame = nil
    #expect(VerdictLines.evidence(moment) == "at 12.300 s (leecher-2): all but leecher-20: seed.")
  }
}
