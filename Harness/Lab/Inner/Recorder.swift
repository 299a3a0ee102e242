import Recording
import SwarmTime

/// Writes the record. What happens before zero is held until there is a clock to date it by.
struct Recorder: ~Copyable {
  private let writer: RunRecordWriter
  private var clock: SwarmClock?
  private var held: [(monotonic: Int64, event: RecordEvent)] = []
  private var speed: Double

  /// Throws `LabError` when the file cannot be created.
  init(path: String, speed: Double) throws(LabError) {
    self.speed = speed
    do { writer = try RunRecordWriter(path: path) } catch { throw Self.labError(error) }
  }

  mutating func append(_ event: RecordEvent, at monotonic: Int64) throws(LabError) {
    guard let clock else {
      held.append((monotonic, event))
      return
    }
    let entry = RecordEntry(at: clock.instant(monotonicNanoseconds: monotonic), event: event)
    do { try writer.append(entry) } catch { throw Self.labError(error) }
  }

  /// From now on there is a clock; the first line ties it to the realtime that stamps the capture.
  mutating func setZero(_ clock: SwarmClock) throws(LabError) {
    self.clock = clock
    let early = held
    held = []
    try tieClocks()
    for (monotonic, event) in early { try append(event, at: monotonic) }
  }

  /// A run that failed before zero is dated from its end.
  mutating func closeWithoutZero() throws(LabError) {
    guard clock == nil else { return }
    try setZero(SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: speed))
  }

  mutating func tieClocks(_ reading: ClockReading = .now()) throws(LabError) {
    guard let clock else { return }
    try append(
      .clock(
        zeroMonotonic: clock.zeroMonotonicNanoseconds, monotonic: reading.monotonic, realtime: reading.realtime,
        speed: clock.speed), at: SwarmClock.monotonicNanoseconds())
  }

  private static func labError(_ error: RunRecordError) -> LabError {
    LabError(
      .environment, what: error.what, place: error.place ?? "", expected: error.expected,
      mend: "make room on the disk, or choose another place with --output")
  }
}
