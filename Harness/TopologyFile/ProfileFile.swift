/// `NAME.profile.yaml`: what a judge may expect of a client's choking. Read by rows, as a topology is.
public enum ProfileFile {
  /// How long `snubbedAfter` is for a client that has no such rule: longer than any run.
  public static let never: Int64 = 24 * 3600 * 1_000_000_000

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
      SchemaKey("startsAt", .value(.duration), default: "0 s", allowsZero: true, "Its first round, after its start."),
      SchemaKey(
        "slots", .value(.integer(0...1000)), "Regular upload slots; left out where the client sets them itself."),
      SchemaKey("optimisticSlots", .value(.integer(0...1000)), default: "1", "Optimistic upload slots."),
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
        "seedRule", .value(.choice(["newest-first", "fastest-upload", "round-robin", "draw"])), required: true,
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
        "A free slot is given at once to a peer that turns interested."),
      SchemaKey("chokesUninterested", .value(.flag), default: "false", "It chokes a peer that loses interest at once."),
      SchemaKey(
        "answersWithin", .value(.duration),
        "How long after an event that asks for a slot, or frees one, the answer may follow; `gridTolerance` if left out."
      ),
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
      return Reading(values: sink.hasErrors ? nil : values(of: table), diagnostics: sink.sorted)
    } catch {
      return Reading(values: nil, diagnostics: [error.diagnostic])
    }
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
