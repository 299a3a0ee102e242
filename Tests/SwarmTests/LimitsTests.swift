import Foundation
import Testing

/// Limits hold where they are declared to hold: kept by the native peer or by the kernel around it, in both directions,
/// one peer saturated for 30 swarm seconds.
@Suite(.serialized) struct LimitsTests {
  enum Direction: String, Sendable, CaseIterable { case upload, download }
  enum Keeper: String, Sendable, CaseIterable { case native, kernel }

  struct Case: Sendable, CustomStringConvertible {
    var keeper: Keeper
    var direction: Direction
    var description: String { "\(direction) kept by the \(keeper == .native ? "peer" : keeper.rawValue)" }

    static let all = Keeper.allCases.flatMap { keeper in
      Direction.allCases.map { Case(keeper: keeper, direction: $0) }
    }

    /// Name of the limited peer.
    var subject: String { direction == .upload ? "seed" : "leecher" }

    /// A seed of 512 KiB/s whose leechers always want more, or a leecher of 1 MiB/s with seeds that always have more: the
    /// payload is larger than what 5 % too much brings in the time, so that the peer is saturated to the end. The first
    /// second is for getting to know each other.
    func swarm(overdrive: Double?) -> String {
      var limited = "\(direction): \(direction == .upload ? "512 KiB/s" : "1 MiB/s")"
      if keeper == .kernel { limited += ", limit: kernel" }
      if let overdrive { limited += ", misbehaviour: {name: overdrive-\(direction), dose: \(overdrive)}" }
      return """
        name: limits
        description: One saturated peer.
        speed: 5
        payload: {size: \(direction == .upload ? "24 MiB" : "40 MiB"), pieceLength: 256 KiB}
        peers:
          seed: {role: seed, \(direction == .upload ? limited : "count: 3")}
          leecher: {\(direction == .download ? limited : "count: 3")}
        until: {time: 31 s}
        capture: {keep: none}
        checks: [rate-limit]
        mustDecide: [rate-limit]

        """
    }
  }

  /// Its only verdict, as a CI would read it.
  private struct Verdicts: Decodable {
    struct Verdict: Decodable {
      struct Evidence: Decodable {
        var frame: Int?
      }
      var status: String
      var subjects: [String]
      var expected: String
      var observed: String
      var evidence: [Evidence]
    }
    var verdicts: [Verdict]

    init(folder: String) throws {
      self = try JSONDecoder().decode(Self.self, from: Data(contents(folder + "/verdicts.json").utf8))
    }
  }

  private func judge(_ limits: Case, overdrive: Double?, exit: Int32) async throws -> Verdicts.Verdict {
    let scratch = try Scratch()
    let file = try scratch.write(limits.swarm(overdrive: overdrive), as: "limits.swarm.yaml")
    var said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    // Where the machine did not keep up there is no answer, and it is asked again.
    for _ in 0..<2 where said.code == 2 && said.all.contains("did not keep up") {
      said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    }
    #expect(said.code == exit, "\(limits): \(said.all)")
    let verdicts = try Verdicts(folder: #require(said.lines.last)).verdicts
    try #require(verdicts.count == 1)
    #expect(verdicts[0].subjects == [limits.subject])
    #expect(verdicts[0].expected.hasPrefix("\(limits.direction) of at most "))
    return verdicts[0]
  }

  @Test("An honest saturated peer passes, and the run could have seen less than 5 % of excess", arguments: Case.all)
  func honest(limits: Case) async throws {
    let verdict = try await judge(limits, overdrive: nil, exit: 0)
    #expect(verdict.status == "pass")
    let words = "the least excess that it could have seen is "
    let rest = try #require(verdict.observed.range(of: words), "\(verdict.observed)").upperBound
    let number = verdict.observed[rest...].prefix { $0 != " " }
    let excess = try #require(Double(number), "\(verdict.observed)")
    // A run that moved fewer bytes than the rate allows could have seen less.
    #expect(excess < 5, "\(verdict.observed)")
  }

  @Test("5 % above the declared rate fails within 30 swarm seconds, at a frame that is named", arguments: Case.all)
  func excess(limits: Case) async throws {
    let verdict = try await judge(limits, overdrive: 1.05, exit: 1)
    #expect(verdict.status == "fail")
    #expect(verdict.evidence.first?.frame != nil, "\(verdict.observed)")
  }
}
