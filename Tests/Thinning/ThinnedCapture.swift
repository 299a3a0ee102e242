import Dissection
package import Judging
import PacketCapture
package import Planning
package import Recording
import SwarmTime

/// A run's capture, judged whole and again with frames taken out at random: what a capture that lost some would show.
package struct ThinnedCapture {
  package let plan: Plan
  package let record: [RecordEntry]
  private let frames: [Held]
  /// The verdicts of the whole capture.
  package let whole: [Verdict]

  private struct Held {
    var index: Int
    var time: Int64
    var originalLength: Int
    var linkType: LinkType
    var bytes: [UInt8]
  }

  /// - Throws: `CaptureError`.
  package init(capture: String, plan: Plan, record: [RecordEntry]) throws {
    self.plan = plan
    self.record = record
    let reader = try CaptureReader(path: capture)
    var frames: [Held] = []
    while let frame = try reader.next() {
      frames.append(
        Held(
          index: frame.index, time: frame.timeNanoseconds, originalLength: frame.originalLength,
          linkType: frame.linkType, bytes: Array(frame.bytes)))
    }
    self.frames = frames
    whole = Self.judge(frames, plan, record) { _ in true }.verdicts
  }

  package var frameCount: Int { frames.count }

  /// Judged without those frames that a draw took, each with the same chance; nobody tells the judge that there were more.
  package func judged(share: Double, randomSeed: UInt64) -> Judgement {
    var random = RandomSource(seed: randomSeed)
    let lost = frames.map { _ in random.unit() < share }
    return Self.judge(frames, plan, record) { !lost[$0] }
  }

  private static func judge(
    _ frames: [Held], _ plan: Plan, _ record: [RecordEntry], keeping isKept: (Int) -> Bool
  ) -> Judgement {
    var dissector = Dissector(sink: TraceCollector())
    for (place, frame) in frames.enumerated() where isKept(place) {
      frame.bytes.withUnsafeBytes {
        dissector.add(
          Frame(
            index: frame.index, timeNanoseconds: frame.time, originalLength: frame.originalLength,
            linkType: frame.linkType, bytes: $0))
      }
    }
    dissector.finish()
    return Judge.judge(plan: plan, record: record, trace: dissector.sink.trace(coverage: dissector.coverage))
  }
}

/// How the verdicts of a thinned capture compare with those of the whole one.
package struct ThinningFindings {
  /// What the whole capture decides about a peer, and how much of it the thinned one decides alike.
  package private(set) var decided = 0
  package private(set) var agreed = 0
  /// Verdicts that say the opposite of the whole capture's.
  package private(set) var wrong: [(check: String, subjects: [String], whole: Verdict, thinned: Verdict)] = []
  /// Of those that fell undecided: how many, by check and reason.
  package private(set) var undecided: [String: [String: Int]] = [:]
  /// By check: decided by the whole, and agreed.
  package private(set) var byCheck: [String: (decided: Int, agreed: Int)] = [:]

  package init() {}

  /// What a verdict is about; what it expects may be worded by what was seen.
  private struct Key: Hashable {
    var check: String
    var subjects: [String]
    var place: Int
  }

  private static func keyed(_ verdicts: [Verdict]) -> [Key: Verdict] {
    var counts: [[String]: Int] = [:]
    var keyed: [Key: Verdict] = [:]
    for verdict in verdicts {
      let name = [verdict.check] + verdict.subjects
      keyed[Key(check: verdict.check, subjects: verdict.subjects, place: counts[name, default: 0])] = verdict
      counts[name, default: 0] += 1
    }
    return keyed
  }

  package mutating func add(_ thinned: [Verdict], whole: [Verdict]) {
    let found = Self.keyed(thinned)
    let known = Self.keyed(whole)
    for (key, verdict) in found where verdict.status != .undecided {
      guard let truth = known[key], truth.status != .undecided, truth.status != verdict.status else { continue }
      wrong.append((key.check, key.subjects, truth, verdict))
    }
    for (key, truth) in known where truth.status != .undecided && !truth.subjects.isEmpty {
      decided += 1
      byCheck[key.check, default: (0, 0)].decided += 1
      if found[key]?.status == truth.status {
        agreed += 1
        byCheck[key.check, default: (0, 0)].agreed += 1
      } else if found[key]?.status ?? .undecided == .undecided {
        undecided[key.check, default: [:]][Self.kind(found[key]?.reason ?? "no such verdict"), default: 0] += 1
      }
    }
  }

  /// The findings of another capture, or draw, with these.
  package mutating func add(_ other: ThinningFindings) {
    decided += other.decided
    agreed += other.agreed
    wrong += other.wrong
    for (check, reasons) in other.undecided { undecided[check, default: [:]].merge(reasons, uniquingKeysWith: +) }
    for (check, count) in other.byCheck {
      byCheck[check, default: (0, 0)].decided += count.decided
      byCheck[check, default: (0, 0)].agreed += count.agreed
    }
  }

  /// A reason without its numbers, so that alike ones are counted together.
  private static func kind(_ reason: String) -> String { reason.filter { !$0.isNumber } }

  /// Agreed per decided; 1 where nothing was.
  package var share: Double { decided == 0 ? 1 : Double(agreed) / Double(decided) }
}
