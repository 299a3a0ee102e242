import ArgumentParser
import SwarmTime

/// The watcher's time, for what is said about a run; never for what is judged.
enum RealTime {
  static func monotonicNanoseconds() -> Int64 { SwarmClock.monotonicNanoseconds() }
  static func secondsSince1970() -> Int64 { SwarmClock.realtimeNanoseconds() / 1_000_000_000 }
}

/// A length of real time on the command line: `90`, `90 s`, `5min`, `1h`. A bare number is seconds.
struct RealDuration: ExpressibleByArgument, Sendable {
  let milliseconds: Int64

  var duration: Duration { .milliseconds(milliseconds) }

  init?(argument: String) {
    let text = argument.filter { $0 != " " }
    let number = text.prefix { $0.isNumber || $0 == "." }
    let factors: [Substring: Double] = ["": 1000, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000]
    guard let value = Double(number), let factor = factors[text.dropFirst(number.count)] else { return nil }
    let milliseconds = (value * factor).rounded()
    guard milliseconds >= 1, milliseconds < 1e12 else { return nil }
    self.milliseconds = Int64(milliseconds)
  }
}
