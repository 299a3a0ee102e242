import ProofMatrix
import Testing

/// `./Harness/bench honest-runs` makes them; here is what it says of them and which are let run beside each other.
@Suite struct HonestRunTests {
  private func result(_ run: HonestRun, _ processors: Double, status: Int = 0) -> HonestResult {
    HonestResult(
      run: run, status: status, undecided: status == 2 ? ["fairness", "tit-for-tat"] : [], failed: [], commit: "abc",
      isLate: status == 2, processors: processors)
  }

  @Test("Every topology comes at every speed before the next random seed, and a shorter list begins as a longer one")
  func order() {
    let runs = HonestRun.first(7, of: ["a", "b"])
    #expect(
      runs.map { "\($0.topology) \($0.speed) \($0.randomSeed)" }
        == ["a 10 1", "b 10 1", "a 20 1", "b 20 1", "a 5 1", "b 5 1", "a 10 2"])
    #expect(HonestRun.first(5, of: ["a", "b"]) == Array(runs.prefix(5)))
    #expect(HonestRun.first(5, of: []).isEmpty)
  }

  @Test("A line of the log reads as it was written; a heading and a line that was broken off are none")
  func lines() {
    for status in [0, 2] {
      let result = result(HonestRun(topology: "churn", speed: 5, randomSeed: 3), 0.25, status: status)
      #expect(HonestResult(line: result.line) == result)
      #expect(HonestResult(line: String(result.line.dropLast(6))) == nil)
    }
    #expect(HonestResult(line: HonestResult.heading) == nil)
  }

  @Test("What a run says: checks by their state, and what its processes took")
  func said() {
    let lines = [
      "  pass       completion  12 of 12", "  undecided  fairness  too few", "undecided  tit-for-tat",
      "  FAIL  rate-limit  1", "  undecided  in 5.4 s, of which",
    ]
    #expect(HonestSwarm.checks("undecided", in: lines) == ["fairness"])
    #expect(HonestSwarm.checks("FAIL", in: lines) == ["rate-limit"])
    #expect(abs(HonestSwarm.seconds(in: "a warning\n0m0.01s 0m0.00s\n1m1.50s 0m0.25s\n") - 61.75) < 1e-9)
  }

  @Test("What is known to be light runs beside others, what is heavy alone, and what is unknown beside one other")
  func beside() {
    let runs = HonestRun.first(6, of: ["light", "heavy", "new"])
    let light = HonestRun(topology: "light", speed: 5, randomSeed: 9)
    let heavy = HonestRun(topology: "heavy", speed: 5, randomSeed: 9)
    // Two processors, of which 1.2 may be taken: at speed 10 light takes 0.18, heavy 0.9, and new counts as 0.6.
    var berths = SideBySide(runs, processors: 2, known: [result(light, 0.09), result(heavy, 0.45)])
    #expect(berths.next() == runs[0])
    #expect(berths.next() == runs[1])
    // At speed 20 light takes 0.36: nothing more has room.
    #expect(berths.next() == nil)
    berths.ended(result(runs[1], 0.9))
    #expect(berths.next() == runs[2])
    #expect(berths.next() == runs[3])
    #expect(berths.next() == nil)
    berths.ended(result(runs[0], 0.18))
    berths.ended(result(runs[2], 0.1))
    // New turned out to take 0.1 at speed 10; heavy at speed 20 takes 1.8, and waits until nothing is under way.
    #expect(berths.next() == runs[5])
    #expect(berths.next() == nil)
    berths.ended(result(runs[3], 0.36))
    berths.ended(result(runs[5], 0.2))
    #expect(berths.next() == runs[4])
    berths.ended(result(runs[4], 1.8))
    #expect(berths.next() == nil)
  }
}
