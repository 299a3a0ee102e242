import Judging
import Planning
import Recording
import Staging
import Testing

/// Leechers that want a part of the payload are complete with it, and no seeds.
@Suite struct PartialDownloadTests {
  /// Of 96 pieces three leechers want 0.4, which is 38.4.
  private static func stage(_ randomSeed: UInt64) throws -> Stage {
    try IdealCapture.run(
      peers: [
        "seed: {role: seed, upload: 512 KiB/s}",
        "part: {count: 3, upload: 128 KiB/s, download: 1 MiB/s, wants: 0.4}",
        "leecher: {count: 6, upload: 128 KiB/s, download: 1 MiB/s}",
      ], mebibytes: 24, randomSeed: randomSeed)
  }

  private static let parts = 1...3
  private static let leechers = 4...9

  @Test func whoHasThePartThatItWantsIsCompleteAndNoSeed() throws {
    let stage = try Self.stage(1)
    let holdings = stage.scene.holdings
    for peer in Self.parts {
      #expect(stage.plan.peers[peer].wantedPieces == 39)
      #expect(holdings.count(peer) == 39)
      #expect(holdings.completions[peer] != nil && holdings.becameSeed(peer) == nil)
    }
    for peer in Self.leechers { #expect(holdings.becameSeed(peer) != nil) }
    let verdicts = stage.judge("completion")
    #expect(verdicts.count == 9 && verdicts.allSatisfy { $0.status == .pass }, "\(verdicts.map(\.observed))")
  }

  @Test func aPartIsHeldAgainstThatPartOfThePayload() throws {
    var stage = try Self.stage(1)
    let expected = "\(39 * (256 << 10)) bytes with SHA-256"
    let right = try #require(stage.verdict("integrity", of: "part-01"))
    #expect(right.status == .pass && right.expected.hasPrefix(expected), "\(right)")
    stage.note(0, .prefix(sizeBytes: 39 * (256 << 10), sha256: String(repeating: "cd", count: 32)))
    #expect(stage.verdict("integrity", of: "part-01")?.status == .fail)
    #expect(stage.verdict("integrity", of: "leecher-01")?.status == .pass)
  }

  @Test func withoutTheHashOfThePartNothingIsKnownOfIt() throws {
    var stage = try Self.stage(1)
    stage.events.removeAll { if case .prefix = $0.event { true } else { false } }
    #expect(stage.verdict("integrity", of: "part-01")?.status == .undecided)
  }

  @Test func whoShouldHaveAllIsNotCompleteWithAPart() throws {
    var stage = try Self.stage(1)
    stage.change("part-01") { $0.wantedPieces = nil }
    let verdict = try #require(stage.verdict("completion", of: "part-01"))
    #expect(verdict.status == .fail && verdict.observed.contains("39 of 96 pieces"), "\(verdict.observed)")
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func honestPeersAmongThemFailNothing(randomSeed: UInt64) throws {
    let stage = try Self.stage(randomSeed)
    for check in [
      "completion", "integrity", "rate-limit", "upload-slots", "protocol-conformance", "rechoke-interval",
      "optimistic-unchoke", "tit-for-tat", "reciprocation", "starvation", "newcomer-latency", "utilisation",
      "rarest-first", "fairness",
    ] {
      let failed = stage.judge(check).filter { $0.status == .fail }
      #expect(failed.isEmpty, "\(check): \(failed.map(\.observed))")
    }
    #expect(stage.judge("distribution-time").map(\.status) == [.undecided])
  }
}
