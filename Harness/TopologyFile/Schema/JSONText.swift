/// A JSON value that keeps the order of its keys, since a schema is read by people too.
indirect enum JSONText {
  case text(String)
  case number(String)
  case flag(Bool)
  case list([JSONText])
  case object([(String, JSONText)])

  func write(indent: Int = 0) -> String {
    let inner = String(repeating: " ", count: indent + 2)
    let outer = String(repeating: " ", count: indent)
    switch self {
    case .text(let text): return JSONString.quoted(text)
    case .number(let text): return text
    case .flag(let flag): return flag ? "true" : "false"
    case .list(let items):
      let written = items.map { $0.write(indent: indent + 2) }
      if written.reduce(0, { $0 + $1.count }) < 80, !written.contains(where: { $0.contains("\n") }) {
        return "[" + written.joined(separator: ", ") + "]"
      }
      return "[\n" + written.map { inner + $0 }.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let pairs):
      if pairs.isEmpty { return "{}" }
      let lines = pairs.map { "\(inner)\(JSONString.quoted($0.0)): \($0.1.write(indent: indent + 2))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    }
  }
}
