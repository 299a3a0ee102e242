import Foundation
import Judging
import Planning
import Recording
import Testing
import Thinning

@Suite struct ThinnedCaptureTests {
  /// `Harness/bench thinned` shows the same of shipped topologies.
  @Test
  func `A capture that lost a frame in a thousand decides the same, and one that lost one in twenty nothing else`()
    async throws
  {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm(name: "thinned", size: "4 MiB", keep: "scrubbed").text, as: "t.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(said.lines.last)
    let (plan, _) = try Plan.read(yaml: try contents(folder + "/plan.yaml"))
    let record = try RunRecord.read(path: folder + "/record.jsonl")
    let capture = try ThinnedCapture(capture: folder + "/capture.pcap.gz", plan: plan, record: record)
    #expect(capture.whole.contains { !$0.subjects.isEmpty && $0.status == .pass })
    for (share, draws) in [(0.001, UInt64(8)), (0.05, 4)] {
      var findings = ThinningFindings()
      for seed in 1...draws {
        findings.add(capture.judged(share: share, randomSeed: seed).verdicts, whole: capture.whole)
      }
      #expect(findings.wrong.isEmpty, "\(share): \(findings.wrong)")
      if share < 0.01 { #expect(findings.share >= 0.8, "\(findings.share): \(findings.undecided)") }
    }
  }
}
