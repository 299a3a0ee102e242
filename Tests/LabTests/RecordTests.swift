import Recording
import SwarmTime
import Testing

@Suite("The run record")
struct RecordTests {
  static let entries: [RecordEntry] = [
    RecordEntry(at: .seconds(-0.5), event: .spawned(process: "tracker", processID: 7)),
    RecordEntry(at: .zero, event: .clock(zeroMonotonic: 1, monotonic: 2, realtime: 3, speed: 10)),
    RecordEntry(at: .zero, event: .ready(process: "seed")),
    RecordEntry(at: .zero, event: .joined(peer: "leecher-1")),
    RecordEntry(at: .seconds(1), event: .leaveOrdered(peer: "leecher-1")),
    RecordEntry(at: .seconds(1), event: .stopOrdered(process: "tracker")),
    RecordEntry(at: .seconds(2), event: .exited(process: "a \"quoted\" name\n", code: nil, signal: 9, ordered: false)),
    RecordEntry(at: .seconds(2), event: .exited(process: "seed", code: 0, signal: nil, ordered: true)),
    RecordEntry(at: .seconds(3), event: .file(peer: "leecher-1", sizeBytes: 16, sha256: "ab")),
    RecordEntry(at: .seconds(3), event: .payload(sha256: "ab", infoHash: "cd")),
    RecordEntry(at: .seconds(3), event: .heartbeat(worstLatenessNanoseconds: 5, processorPressurePerMille: nil)),
    RecordEntry(at: .seconds(3), event: .capture(frames: 1, bytes: 2, dropped: 0, cutShort: false)),
    RecordEntry(at: .seconds(3), event: .rateChanged(peer: "seed", upload: 5, download: nil, uploadBurst: 65536)),
    RecordEntry(at: .seconds(4), event: .ended(reason: "complete")),
  ]

  @Test("every kind of entry comes back from its line as it was", arguments: entries)
  func roundTrip(_ entry: RecordEntry) throws {
    #expect(try RecordEntry(line: entry.line) == entry)
    #expect(!entry.line.contains("\n"))
  }

  @Test("keys are sorted, so the same entry is always the same line")
  func sortedKeys() {
    let entry = RecordEntry(at: .seconds(1), event: .exited(process: "seed", code: 0, signal: nil, ordered: true))
    #expect(
      entry.line == #"{"at":1000000000,"event":{"exited":{"code":0,"ordered":true,"process":"seed"}}}"#)
  }

  @Test("a written record is read back whole")
  func file() async throws {
    try await withTemporaryFolder { folder in
      let writer = try RunRecordWriter(path: "\(folder)/record.jsonl")
      for entry in Self.entries { try writer.append(entry) }
      // Each line is with the kernel at once: read while the writer still holds the file.
      #expect(try RunRecord.read(path: "\(folder)/record.jsonl") == Self.entries)
    }
  }

  @Test("a last line that was cut short is named with its number")
  func cutShort() throws {
    let text = Self.entries.prefix(2).map { $0.line + "\n" }.joined() + #"{"at":4,"eve"#
    let error = #expect(throws: RunRecordError.self) { try RunRecord.parse(text, path: "record.jsonl") }
    #expect(error?.place == "record.jsonl:3")
    #expect(error?.what == "the last line is cut short, so its run did not end in good order")
  }

  @Test("a line that is no entry is named with its number and an example of what was expected")
  func badLine() throws {
    let text = Self.entries[0].line + "\n" + #"{"at":4,"event":{"exploded":{}}}"# + "\n"
    let error = #expect(throws: RunRecordError.self) { try RunRecord.parse(text, path: "record.jsonl") }
    #expect(error?.place == "record.jsonl:2")
    #expect(error?.description.contains(#"{"at":0,"event":{"joined":{"peer":"leecher-1"}}}"#) == true)
  }

  @Test("an empty record has no entries, and a missing one says where it was sought")
  func nothing() throws {
    #expect(try RunRecord.parse("", path: "x").isEmpty)
    let error = #expect(throws: RunRecordError.self) { try RunRecord.read(path: "/nonexistent/record.jsonl") }
    #expect(error?.description.contains("/nonexistent/record.jsonl") == true)
  }
}
