import Foundation
import Hostility
import Testing

@Suite("Killed and started again", .serialized)
struct ResumeTests {
  /// `Harness/bench resume` does it fifty times at moments drawn by lot.
  @Test("What was announced is still there: nothing of it is asked for again", arguments: [0.1, 0.5, 0.6, 0.85, 0.97])
  func killed(at moment: Double) async throws {
    let trial = try await KillAndResume.trial(
      moment: moment, delay: .microseconds(Int(moment * 2000)), at: "127.80.1.\(Int(moment * 100))")
    #expect(trial.isFine, "\(trial)")
    #expect(trial.announced > 0 && trial.announced <= trial.pieceCount)
  }

  @Test("A peer ends on SIGTERM, whatever signals its parent had blocked")
  func terminated() async throws {
    let payload = try Payload(size: 65536)
    try payload.give(to: "seed")
    let seed = try payload.start("seed", at: "127.80.3.1")
    defer { seed.end() }
    _ = try await seed.port()
    kill(seed.id, SIGTERM)
    #expect(await seed.line(from: "stopped (SIGTERM)", within: 30) != nil, "\(seed.lines)")
  }
}
