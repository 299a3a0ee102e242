import Judging
import Reporting
import Testing

@Suite struct GitHubAnnotationsTests {
  private func lines(_ runs: [[Verdict]], mustDecide: [String] = []) -> [String] {
    let runs = runs.enumerated().map { GitHubAnnotations.Run(randomSeed: UInt64($0.offset + 7), verdicts: $0.element) }
    let places = ["completion": 3, "rate-limit": 4]
    return GitHubAnnotations.lines(runs: runs, mustDecide: mustDecide, file: "a,b.swarm.yaml") { places[$0] ?? 1 }
  }

  @Test func `A known deviation is no error, and one that is gone is a warning`() {
    let known = Sample.known
    #expect(lines([[Sample.verdict("upload-slots", .fail, subjects: ["seed"], known: known)]]).isEmpty)
    let passes = [Sample.verdict("upload-slots", .pass, subjects: ["seed"], known: known)]
    let gone = lines([passes])
    #expect(gone.count == 1)
    #expect(gone.first?.hasPrefix("::warning file=a%2Cb.swarm.yaml,line=1::upload-slots passed, though") == true)
    // It showed in another run: it is still there.
    #expect(lines([passes, [Sample.verdict("upload-slots", .fail, subjects: ["seed"], known: known)]]).isEmpty)
  }

  @Test func `A failed check is annotated at the line that asks for it, with its first moment`() {
    let lines = lines([
      [Sample.verdict("completion", .pass), Sample.verdict("rate-limit", .fail, evidence: [Sample.evidence])]
    ])
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("::error file=a%2Cb.swarm.yaml,line=4::rate-limit failed: ") == true)
    #expect(lines.first?.contains("%0Aat 12.300 s, frame 812 (seed, leecher-2): a sixth peer is unchoked") == true)
    #expect(lines.first?.contains("\n") == false)
  }

  @Test func `Repeats share one annotation, which names the random seeds`() {
    let pass = [Sample.verdict("rate-limit", .pass)]
    let fail = [Sample.verdict("rate-limit", .fail)]
    let lines = lines([pass, fail, pass, fail])
    #expect(lines.count == 1)
    #expect(lines.first?.contains("rate-limit failed in 2 of 4 runs (random seed 8, 10); first: ") == true)
  }

  @Test func `An undecided check is annotated only where it must be decided`() {
    let runs = [[Sample.verdict("completion", .undecided, reason: "frames were dropped")]]
    #expect(lines(runs).isEmpty)
    let text = lines(runs, mustDecide: ["completion"]).first
    #expect(text?.hasPrefix("::error file=a%2Cb.swarm.yaml,line=3::completion is undecided, and must be") == true)
    #expect(text?.contains("frames were dropped") == true)
  }
}
