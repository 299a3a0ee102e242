/// A line of the control channel that is no message: what was expected, and what came.
public struct ControlError: Error, Hashable, Sendable, CustomStringConvertible {
  public let expected: String
  /// The line, cut to 200 characters.
  public let line: String

  init(expected: String, line: some StringProtocol) {
    self.expected = expected
    self.line = String(line.prefix(200))
  }

  public var description: String { "control channel: expected \(expected), found \(String(reflecting: line))" }
}

/// One line: an object with one member, whose name is the kind of message and whose value holds the fields.
struct ControlLine {
  let kind: String
  private let fields: JSONValue
  private let line: String

  init(_ line: some StringProtocol) throws(ControlError) {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw ControlError(expected: "one line of JSON (\(error))", line: line)
    }
    guard case .object(let members) = value, members.count == 1, case .object = members[0].value else {
      throw ControlError(expected: "an object with one member that is an object", line: line)
    }
    kind = members[0].name
    fields = members[0].value
    self.line = String(line)
  }

  func text(_ name: String) throws(ControlError) -> String {
    guard let text = fields[name]?.string else { throw error("a text in \(kind).\(name)") }
    return text
  }

  func number(_ name: String) throws(ControlError) -> Double {
    guard let number = fields[name]?.number else { throw error("a number in \(kind).\(name)") }
    return number
  }

  func integer<Number: FixedWidthInteger>(_ name: String) throws(ControlError) -> Number {
    guard let number = fields[name]?.integer, let exact = Number(exactly: number) else {
      throw error("a whole number in \(kind).\(name)")
    }
    return exact
  }

  /// nil where the field is null or absent.
  func optional<Value>(
    _ name: String, _ read: (String) throws(ControlError) -> Value
  ) throws(ControlError) -> Value? {
    switch fields[name] {
    case nil, .null: return nil
    default: return try read(name)
    }
  }

  func error(_ expected: String) -> ControlError { ControlError(expected: expected, line: line) }

  static func make(_ kind: String, _ fields: JSONValue = [:]) -> String {
    JSONValue.object([.init(name: kind, value: fields)]).text
  }
}
