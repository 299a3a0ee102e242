import Planning
import TopologyFile

/// JSON with one spelling: keys sorted, two spaces of indentation, whole numbers and six-place decimals only.
///
/// What is written with it can be compared byte by byte.
public indirect enum CanonicalJSON: Hashable, Sendable {
  case null
  case flag(Bool)
  case integer(Int64)
  case decimal(Fixed)
  case text(String)
  case list([CanonicalJSON])
  case object([String: CanonicalJSON])

  /// The whole text, with a line end.
  public var text: String {
    var out = ""
    write(into: &out, depth: 0)
    out += "\n"
    return out
  }

  private func write(into out: inout String, depth: Int) {
    switch self {
    case .null: out += "null"
    case .flag(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .decimal(let value): out += value.description
    case .text(let value): JSONString.append(value, to: &out)
    case .list(let values):
      Self.write(values.map { (nil, $0) }, open: "[", close: "]", into: &out, depth: depth)
    case .object(let values):
      let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      Self.write(sorted.map { ($0.key, $0.value) }, open: "{", close: "}", into: &out, depth: depth)
    }
  }

  private static func write(
    _ members: [(key: String?, value: CanonicalJSON)], open: String, close: String, into out: inout String, depth: Int
  ) {
    guard !members.isEmpty else { return out += open + close }
    out += open
    for (place, member) in members.enumerated() {
      out += place == 0 ? "\n" : ",\n"
      out += String(repeating: "  ", count: depth + 1)
      if let key = member.key {
        JSONString.append(key, to: &out)
        out += ": "
      }
      member.value.write(into: &out, depth: depth + 1)
    }
    out += "\n" + String(repeating: "  ", count: depth) + close
  }
}

extension CanonicalJSON {
  init(_ value: PlannedValue) {
    switch value {
    case .text(let text): self = .text(text)
    case .flag(let flag): self = .flag(flag)
    case .integer(let integer): self = .integer(integer)
    case .number(let number): self = .decimal(Fixed(nearest: number))
    }
  }

  init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
  init(_ value: Fixed?) { self = value.map { .decimal($0) } ?? .null }
  init(_ value: String?) { self = value.map { .text($0) } ?? .null }
}
