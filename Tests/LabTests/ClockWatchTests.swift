import Recording
import Testing

@Suite struct ClockWatchTests {
  private static func reading(_ seconds: Double, ahead: Double = 0) -> ClockReading {
    ClockReading(monotonic: Int64(seconds * 1e9), realtime: Int64((1000 + seconds + ahead) * 1e9))
  }

  @Test("Clocks that go alike, or as the kernel slews them, need no further reading")
  func alike() {
    var watch = ClockWatch(from: Self.reading(0))
    for second in 1...5 {
      let seen = watch.look(Self.reading(Double(second), ahead: Double(second) * 0.0005))
      #expect(seen.ties.isEmpty && seen.stepNanoseconds == nil)
    }
  }

  @Test("A jerk is enclosed between two readings, and is no step; a second's worth at once is one")
  func moved() {
    var watch = ClockWatch(from: Self.reading(0))
    _ = watch.look(Self.reading(1))
    let jerk = watch.look(Self.reading(2, ahead: 0.005))
    #expect(jerk.ties == [Self.reading(1), Self.reading(2, ahead: 0.005)])
    #expect(jerk.stepNanoseconds == nil)
    let step = watch.look(Self.reading(3, ahead: 1.005))
    #expect(step.ties == [Self.reading(2, ahead: 0.005), Self.reading(3, ahead: 1.005)])
    #expect(step.stepNanoseconds.map { abs($0 - 1_000_000_000) < 1000 } == true)
    #expect(watch.look(Self.reading(4, ahead: -2)).stepNanoseconds.map { $0 < -3_000_000_000 } == true)
  }
}
