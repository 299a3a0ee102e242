import Dissection
import Judging
import Planning
import Staging
import SwarmTime
import Testing
import Wire

/// What holes in a capture leave of the verdicts.
@Suite struct WholenessTests {
  /// A seed that serves a leecher for 100 s at the rate that is declared, with a hole of so many bytes for each thousand.
  private static func served(missingPerMille: Int64) -> Stage {
    var stage = Stage(leechers: 1, pieces: 4096)
    let connection = stage.connect("leecher-1", "seed")
    stage.open(seed: "seed", leecher: "leecher-1", connection, at: 0.1)
    stage.say("seed", connection, .unchoke, at: 0.2)
    for second in 1...100 {
      for block in 0..<64 {
        let at = Double(second) + Double(block) / 64
        let (piece, begin) = (32 * second + block / 2, block % 2 * Stage.block)
        stage.say("leecher-1", connection, .request, piece, begin, 16_000, at: at)
        stage.say("seed", connection, .piece, piece, begin, 16_000, at: at + 0.001)
      }
    }
    if missingPerMille > 0 {
      let bytes = stage.trace.connections[connection].a.streamBytes + stage.trace.connections[connection].b.streamBytes
      stage.hole("seed", connection, from: 50, to: 50.001, loses: .payload)
      stage.trace.holes[0].bytes = bytes * missingPerMille / 1000
    }
    stage.recordOrdinaryRun(end: 110)
    return stage
  }

  @Test func itTellsTheShareThatIsMissing() {
    let scene = Self.served(missingPerMille: 20).scene
    #expect(scene.wholeness.holes == 1 && scene.wholeness.holesInState == 0)
    // 20 of 1020.
    #expect(scene.wholeness.share.description.hasPrefix("0.0196"))
    #expect(
      scene.wholeness.trouble == "1.96 % of the bytes between peers are missing from the capture, more than 1 %")
    #expect(Self.served(missingPerMille: 9).scene.wholeness.trouble == nil)
    #expect(Self.served(missingPerMille: 0).scene.wholeness.share.millionths == 0)
  }

  @Test func aLittleThatIsMissingWithholdsNoPass() {
    let conformance = Self.served(missingPerMille: 9).judge("protocol-conformance").filter { $0.reason == nil }
    #expect(!conformance.isEmpty)
    let much = Self.served(missingPerMille: 20).judge("protocol-conformance")
    #expect(much.allSatisfy { $0.status != .pass })
  }

  /// What was lost counts for a limit as if it had been sent at once.
  @Test func aLimitIsKeptOnlyIfItIsWithWhatIsMissing() throws {
    let whole = try #require(Self.served(missingPerMille: 0).judge("rate-limit").first { $0.subjects == ["seed"] })
    #expect(whole.status == .pass)
    let holed = try #require(
      Self.served(missingPerMille: 9).judge("rate-limit").first {
        $0.subjects == ["seed"] && $0.expected.hasPrefix("upload")
      })
    // 0.9 % of 100 MiB, where a burst and two frames are allowed.
    #expect(holed.status == .pass)
    var stage = Self.served(missingPerMille: 9)
    stage.change("seed") { $0.upload = LimitPlan(bytesPerSecond: 1 << 20, burstBytes: 65_536) }
    let tight = try #require(
      stage.judge("rate-limit").first { $0.subjects == ["seed"] && $0.expected.hasPrefix("upload") })
    #expect(tight.status == .undecided)
    #expect(tight.reason == "with what is missing from the capture it may have been more than is tolerated")
  }

  @Test(arguments: ["fairness", "free-rider-penalty", "tit-for-tat", "reciprocation", "utilisation", "rarest-first"])
  func beyondItNobodyIsFoundFairOrUnfair(_ check: String) {
    let verdicts = Self.served(missingPerMille: 20).judge(check)
    #expect(!verdicts.isEmpty && verdicts.allSatisfy { $0.status == .undecided })
    #expect(
      verdicts.allSatisfy { $0.reason?.hasSuffix("missing from the capture, more than 1 %") == true }, "\(verdicts)")
  }

  /// That a message was not seen does not mean that it was not there.
  @Test func aHoleThatMayHoldAMessageKeepsAFailFromBeingOne() throws {
    var stage = Self.served(missingPerMille: 5)
    stage.trace.holes[0].loses = .state
    #expect(stage.scene.wholeness.holesInState == 1)
    #expect(stage.judge("protocol-conformance").allSatisfy { $0.status != .fail })
  }
}
