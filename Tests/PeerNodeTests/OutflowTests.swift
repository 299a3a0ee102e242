import PeerNode
import Testing

/// What was given to a connection and has not left, by its age; times in real seconds.
@Suite("What a connection has not sent yet") struct OutflowTests {
  private static func at(_ seconds: Double) -> Int64 { Int64(seconds * 1e9) }

  @Test("A machine that is busy for a moment leaves it young: all of it may leave at once")
  func young() {
    var outflow = Outflow()
    outflow.give(100_000)
    for moment in [0, 0.3, 0.6, 0.9] {
      #expect(outflow.young(of: 100_000, at: Self.at(moment)) == 100_000 && !outflow.isHeldUp)
    }
    outflow.give(50_000)
    #expect(outflow.young(of: 50_000, at: Self.at(2)) == 50_000 && !outflow.isHeldUp)
  }

  @Test("What waits for a second or two is held up by the other side, and only that")
  func old() {
    var outflow = Outflow()
    outflow.give(100_000)
    #expect(outflow.young(of: 100_000, at: Self.at(0)) == 100_000)
    outflow.give(30_000)
    #expect(outflow.young(of: 130_000, at: Self.at(1.1)) == 30_000 && outflow.isHeldUp)
    // A byte now and then makes it no better.
    #expect(outflow.young(of: 129_000, at: Self.at(2.2)) == 0 && outflow.isHeldUp)
    // A slow receiver gets more before it has taken the last of it.
    #expect(outflow.young(of: 30_000, at: Self.at(2.3)) == 0 && !outflow.isHeldUp)
    outflow.give(20_000)
    #expect(outflow.young(of: 45_000, at: Self.at(2.5)) == 20_000 && !outflow.isHeldUp)
  }
}
