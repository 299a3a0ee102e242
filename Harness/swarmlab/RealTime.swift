import ArgumentParser
import SwarmTime

/// The watcher's time, for what is said about a run; never for what is judged.
enum RealTime {
  static func monotonicNanoseconds() -> Int64 { SwarmClock.monotonicNanoseconds() }
  static func secondsSince1970() -> Int64 { SwarmClock.realtimeNanoseconds() / 1_000_000_000 }
}

/// A length of real time on the command line: `90 s`, `5min`, `1h`.
struct RealDuration: Sendable {
  let milliseconds: Int64

  var duration: Duration { .milliseconds(milliseconds) }

  private static let factors: [(unit: String, milliseconds: Double)] = [
    ("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000),
  ]

  /// - Throws: `ValidationError`, which says what was expected.
  init(text: String) throws { self = try Self.read(text, least: 1) }

  /// A moment of a run: `0 s` is one, as the beginning.
  ///
  /// - Throws: `ValidationError`, which says what was expected.
  static func moment(text: String) throws -> RealDuration { try read(text, least: 0) }

  private init(milliseconds: Int64) { self.milliseconds = milliseconds }

  private static func read(_ text: String, least: Double) throws -> RealDuration {
    let written = text.filter { $0 != " " }
    let number = written.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let unit = written.dropFirst(number.count)
    let units = "a length of time with its unit (ms, s, min or h), such as 90 s or 5 min"
    guard let value = Double(number) else {
      throw ValidationError("\"\(text)\" is no length of time; expected \(units)")
    }
    guard !unit.isEmpty else {
      throw ValidationError("\"\(text)\" has no unit; expected \(units); did you mean \"\(text) s\"?")
    }
    guard let factor = factors.first(where: { $0.unit == unit }) else {
      throw ValidationError("\"\(text)\" has an unknown unit; expected \(units)")
    }
    let milliseconds = (value * factor.milliseconds).rounded()
    guard milliseconds >= least, milliseconds < 1e12 else {
      throw ValidationError("\"\(text)\" is out of range; expected \(Int(least)) ms to 270000 h")
    }
    return RealDuration(milliseconds: Int64(milliseconds))
  }
}
