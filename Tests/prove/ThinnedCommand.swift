import ArgumentParser
import Foundation
import Judging
import Planning
import Recording
import Thinning

struct ThinnedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thinned",
    abstract: "Judges captures again with frames taken out at random, and compares the verdicts.",
    discussion: """
      Counted are the verdicts about a peer that the whole capture decides: at the smallest share, at least four in five of \
      them must be decided alike, and at none may one say the opposite.
      """)

  @Argument(help: "Run folders with a capture.") var runs: [String]
  @Option(help: ArgumentHelp("Share of the frames that is taken out; may be given often.", valueName: "x"))
  var share: [Double] = [0.001, 0.05]
  @Option(help: ArgumentHelp("Draws for each share, with random seeds from 1.", valueName: "n"))
  var draws: UInt64 = 5
  @Flag(help: "Print why verdicts fell undecided.") var verbose = false

  private static let least = 0.8

  func run() async throws {
    var sums = share.map { (share: $0, findings: ThinningFindings()) }
    for run in runs {
      let (plan, _) = try Plan.read(yaml: try String(contentsOfFile: run + "/plan.yaml", encoding: .utf8))
      let record = try RunRecord.read(path: run + "/record.jsonl")
      let captures = ["/capture.pcap", "/capture.pcap.gz"].map { run + $0 }
      guard let capture = captures.first(where: FileManager.default.fileExists) else {
        throw ValidationError("\(run) holds no capture: run it with capture: {keep: scrubbed}")
      }
      let one = try ThinnedCapture(capture: capture, plan: plan, record: record)
      for place in sums.indices {
        var findings = ThinningFindings()
        for seed in 1...max(1, draws) {
          findings.add(one.judged(share: sums[place].share, randomSeed: seed).verdicts, whole: one.whole)
        }
        say("\(plan.name), \(one.frameCount) frames, \(percent(sums[place].share)) taken out: \(words(findings))")
        tell(findings)
        sums[place].findings.add(findings)
      }
    }
    for sum in sums { say("all, \(percent(sum.share)) taken out: \(words(sum.findings))") }
    // Where the whole captures decide nothing, nothing was shown.
    let mildest = sums.min { $0.share < $1.share }?.findings
    let isShort = mildest.map { $0.decided == 0 || $0.share < Self.least } ?? false
    if isShort || sums.contains(where: { !$0.findings.wrong.isEmpty }) { throw ExitCode(1) }
  }

  private func words(_ findings: ThinningFindings) -> String {
    "\(findings.agreed) of \(findings.decided) verdicts about peers as before (\(percent(findings.share))), "
      + "\(findings.wrong.count) wrong"
  }

  private func tell(_ findings: ThinningFindings) {
    for wrong in findings.wrong {
      say("  WRONG: \(wrong.check) of \(wrong.subjects.joined(separator: ", ")): \(wrong.thinned.observed)")
    }
    guard verbose else { return }
    for (check, reasons) in findings.undecided.sorted(by: { $0.key < $1.key }) {
      for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        say("  \(count) of \(check): \(reason)")
      }
    }
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
