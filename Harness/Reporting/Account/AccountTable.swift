import SwarmTime
import TopologyFile

/// One table of the account of a capture: the same rows for people, as CSV and as JSON lines.
public struct AccountTable: Sendable {
  /// `connections`, as `--of` names it; also the word that each JSON line begins with.
  public let name: String
  /// Over the table, for people.
  public var heading: String
  /// Below the table, for people.
  public var notes: [String] = []
  let columns: [Column]
  private(set) var rows: [[Cell]] = []

  struct Column: Sendable {
    /// Its name in CSV and JSON.
    let key: String
    /// Its head for people; nil keeps it from them.
    let head: String?
    /// Texts may be cut in the middle where the window is too narrow.
    var mayShrink = false
  }

  /// What stands in a row, apart from how it is written.
  enum Cell: Sendable {
    case none
    case text(String)
    case list([String])
    case integer(Int64)
    case bytes(Int64)
    /// Bytes a second.
    case rate(Int64)
    /// Swarm nanoseconds since zero, and a length of time.
    case instant(Int64)
    case duration(Int64)
    case flag(Bool)
  }

  init(_ name: String, heading: String, _ columns: [Column]) {
    self.name = name
    self.heading = heading
    self.columns = columns
  }

  mutating func add(_ cells: [Cell]) { rows.append(cells) }

  public var rowCount: Int { rows.count }

  // MARK: For scripts

  /// A head, then a line for each row (RFC 4180, with line feeds). Lists are joined by spaces, times are seconds.
  public var csv: String {
    var text = columns.map(\.key).joined(separator: ",") + "\n"
    for row in rows {
      text += row.map { Self.field($0.plain) }.joined(separator: ",") + "\n"
    }
    return text
  }

  /// An object for each row, `table` first, then the columns in their order; what is not known is null.
  public var jsonLines: String {
    var text = ""
    for row in rows {
      text += "{\"table\":" + JSONString.quoted(name)
      for (column, cell) in zip(columns, row) { text += ",\"\(column.key)\":" + cell.json }
      text += "}\n"
    }
    return text
  }

  /// By scalars: to who reads the file, a comma or a quote is one whatever mark combines with it.
  private static func field(_ text: String) -> String {
    let special: [Unicode.Scalar] = [",", "\"", "\n", "\r"]
    guard text.unicodeScalars.contains(where: special.contains) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

extension AccountTable.Cell {
  static func text(_ text: String?) -> Self { text.map { .text($0) } ?? .none }
  static func instant(_ instant: SwarmInstant?) -> Self { instant.map { .instant($0.nanoseconds) } ?? .none }
  static func integer(_ value: Int) -> Self { .integer(Int64(value)) }
  static func integer(_ value: Int?) -> Self { value.map { .integer(Int64($0)) } ?? .none }
  static func flag(_ value: Bool?) -> Self { value.map { .flag($0) } ?? .none }

  /// For CSV.
  fileprivate var plain: String {
    switch self {
    case .none: ""
    case .text(let text): text
    case .list(let texts): texts.joined(separator: " ")
    case .integer(let value), .bytes(let value), .rate(let value): String(value)
    case .instant(let value), .duration(let value): Self.seconds(value)
    case .flag(let flag): flag ? "1" : "0"
    }
  }

  fileprivate var json: String {
    switch self {
    case .none: "null"
    case .text(let text): JSONString.quoted(text)
    case .list(let texts): "[" + texts.map(JSONString.quoted).joined(separator: ",") + "]"
    case .flag(let flag): flag ? "true" : "false"
    default: plain
    }
  }

  /// For people.
  var shown: String {
    switch self {
    case .none: "-"
    case .text(let text): text
    case .list(let texts): texts.isEmpty ? "-" : texts[0] + (texts.count > 1 ? " +\(texts.count - 1)" : "")
    case .integer(let value): String(value)
    case .bytes(let value): value == 0 ? "-" : Quantity.bytes(value)
    case .rate(let value): value == 0 ? "-" : Quantity.rate(value)
    case .instant(let value): Quantity.instant(SwarmInstant(nanoseconds: value))
    case .duration(let value): value == 0 ? "-" : Quantity.duration(SwarmDuration(nanoseconds: value))
    case .flag(let flag): flag ? "yes" : "no"
    }
  }

  /// Numbers stand under each other's last figures.
  var isNumber: Bool {
    switch self {
    case .text, .list, .flag: false
    default: true
    }
  }

  /// Nine places, so that no nanosecond is lost.
  private static func seconds(_ nanoseconds: Int64) -> String { Quantity.decimal(nanoseconds, digits: 9) }
}
