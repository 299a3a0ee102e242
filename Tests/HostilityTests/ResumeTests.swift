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
}
