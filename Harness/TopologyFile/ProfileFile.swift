/// `NAME.profile.yaml`: what a judge may expect of a client's choking. Read by rows, as a topology is.
public enum ProfileFile {
  /// How long `snubbedAfter` is for a client that has no such rule: longer than any run.
  public static let never: Int64 = 24 * 3600 * 1_000_000_000

  private static let told = "Beside what is measured; no check goes by it."

  public static let schema = SchemaTable(
    "profile", "A client's choking: what is known of it, from its source or by measurement.",
    keys: [
      SchemaKey("name", .name, required: true, "The client."),
      SchemaKey("summary", .value(.text), default: "", "One line about it, with the version that it was written for."),
      SchemaKey(
        "sources", .texts, required: true, "Where each of these is written: source files, threads, measurements."),
      SchemaKey("period", .value(.duration), required: true, "Length of a choke round."),
      SchemaKey(
        "gridTolerance", .value(.duration), default: "500 ms", "How far off its grid a choke change may lie."),
      SchemaKey(
        "restartsOnVacancy", .value(.flag), default: "false",
        "A slot that falls free brings the next round at once, and the grid begins anew with it."),
      SchemaKey(
        "startsAt", .value(.duration), default: "0 s", allowsZero: true, "Its first round, after its start. \(told)"),
      SchemaKey(
        "slots", .value(.integer(0...1000)), "Regular upload slots; left out where the client sets them itself."),
      SchemaKey("optimisticSlots", .value(.integer(0...1000)), default: "1", "Optimistic upload slots."),
      SchemaKey(
        "allSlots", .value(.integer(0...10_000)),
        "Instead of `slots`: upload slots of the whole client, the optimistic ones among them."),
      SchemaKey(
        "optimisticShare", .value(.integer(1...1000)),
        "Instead of `optimisticSlots`: one in so many of `allSlots` is optimistic, and one at least."),
      SchemaKey(
        "torrentSlots", .value(.integer(0...10_000)),
        "Beside `allSlots`: most upload slots of one torrent. Regular ones come first, and none is left over for optimistic "
          + "ones where they fill it."),
      SchemaKey(
        "seedSlots", .value(.integer(0...1000)), "Slots as a seed; `slots` and `optimisticSlots` together if left out."),
      SchemaKey("tenure", .value(.duration), default: "30 s", "How long an optimistic unchoke lasts."),
      SchemaKey(
        "optimisticPeriod", .value(.duration),
        "Length of a clock that the optimistic slots have to themselves; left out where they change at rounds."),
      SchemaKey(
        "optimisticChoice", .value(.choice(["draw", "rotation", "longest-waiting"])), default: "draw",
        "Who gets the next optimistic slot."),
      SchemaKey(
        "newcomerWeight", .value(.integer(1...100)), default: "1",
        "Weight, in a draw, of one never yet unchoked on its connection; others have 1."),
      SchemaKey(
        "seedRule", .value(.choice(["newest-first", "fastest-upload", "round-robin", "anti-leech", "draw"])),
        required: true,
        "Whom a seed serves."),
      SchemaKey("rateWindow", .value(.duration), required: true, "Over which it counts what a peer has sent."),
      SchemaKey(
        "rateEstimator", .value(.choice(["window", "decay", "last-round"])), default: "window",
        "How it takes the rate: bytes of the window, an average that forgets slowly, bytes since the round before."),
      SchemaKey(
        "snubbedAfter", .value(.duration),
        "How long a peer that is asked may send nothing before it loses its regular slot; left out where nobody does."),
      SchemaKey(
        "immediateUnchoke", .value(.flag), default: "false",
        "A free slot is given at once to a peer that turns interested. \(told)"),
      SchemaKey(
        "chokesUninterested", .value(.flag), default: "false", "It chokes a peer that loses interest at once. \(told)"),
      SchemaKey(
        "unchokesUninterested", .value(.flag), default: "false",
        "It unchokes peers that want nothing, beyond its slots; if they then want something, the next round sees to it."
      ),
      SchemaKey(
        "answersWithin", .value(.duration),
        "How long after an event that asks for a slot, or frees one, the answer may follow; `gridTolerance` if left out."
      ),
      SchemaKey(
        "outputBuffer", .value(.duration), default: "0 s", allowsZero: true,
        "How long what it says may wait behind payload in a buffer of its own, before the kernel has it."),
    ])

  /// One file, read.
  public struct Reading: Sendable {
    /// By key, defaults filled in; nil where there is an error.
    public var values: [String: ParameterValue]?
    /// In the order of the file.
    public var diagnostics: [Diagnostic]
  }

  /// - Parameter file: Its path, for diagnostics.
  public static func read(bytes: [UInt8], file: String) -> Reading {
    let yaml = YAMLText(file: file)
    let sink = DiagnosticSink(file: file)
    do {
      guard let tree = try yaml.tree(try yaml.text(bytes)) else {
        sink.error(Place(line: 1, column: 1), "the file is empty", expected: SchemaDecoder.expectation(of: schema))
        return Reading(values: nil, diagnostics: sink.sorted)
      }
      let table = SchemaDecoder(sink: sink, checks: []).decode(tree, schema, path: "")
      checkSlots(table, sink)
      return Reading(values: sink.hasErrors ? nil : values(of: table), diagnostics: sink.sorted)
    } catch {
      return Reading(values: nil, diagnostics: [error.diagnostic])
    }
  }

  /// A client counts its slots in one way.
  private static func checkSlots(_ table: DecodedTable, _ sink: DiagnosticSink) {
    for (key, other) in [("allSlots", "slots"), ("optimisticShare", "optimisticSlots")] where table.has(key) {
      guard let second = table.entries[other] else { continue }
      sink.error(second.keyPlace, "\(other) stands beside \(key)", expected: "only one of both")
    }
    for key in ["optimisticShare", "torrentSlots"] where table.has(key) && !table.has("allSlots") {
      sink.error(table.place(key), "\(key) is a part of allSlots, which is missing", expected: "allSlots, or no \(key)")
    }
  }

  /// The text of a profile with other lines in place of those of the same keys, or behind all; an empty line takes its key
  /// away. Only keys that stand on one line can be changed.
  public static func text(_ text: String, with lines: [String: String]) -> String {
    var rest = lines
    var changed: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let key = String(line.prefix { $0 != ":" })
      guard let value = lines[key] else {
        changed.append(line)
        continue
      }
      rest[key] = nil
      // An empty line keeps the places of those behind it.
      changed.append(value.isEmpty ? "" : "\(key): \(value)")
    }
    let added = rest.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    if changed.last == "" { changed.removeLast() }
    return (changed.map(String.init) + added).joined(separator: "\n") + "\n"
  }

  private static func values(of table: DecodedTable) -> [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    for row in schema.keys {
      guard case .value(let kind) = row.shape else {
        if let text = table.text(row.key) { values[row.key] = .text(text) }
        continue
      }
      if case .scalar(let value) = table.entries[row.key]?.value {
        values[row.key] = value
      } else if let text = row.defaultText {
        values[row.key] = try? ScalarReader.read(text, as: kind, allowsZero: row.allowsZero)
      }
    }
    return values
  }
}
