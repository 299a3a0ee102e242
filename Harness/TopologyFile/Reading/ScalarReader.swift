/// Reads one scalar by the kind of its row.
package struct ScalarReader {
  package struct Trouble: Error {
    /// Ends a sentence that begins with the path.
    var problem: String
    var expected: String
    var suggestion: String?
  }

  /// - Parameter allowsZero: Of amounts; numbers have ranges of their own.
  package static func read(_ text: String, as kind: ValueKind, allowsZero: Bool = false) throws(Trouble)
    -> ParameterValue
  {
    let quoted = SourceTree.quoted(text)
    switch kind {
    case .text: return .text(text)
    case .flag:
      switch text {
      case "true": return .flag(true)
      case "false": return .flag(false)
      default: throw Trouble(problem: "\(quoted) is neither true nor false", expected: "true or false")
      }
    case .integer(let range):
      let expected = "a whole number \(Self.text(range))"
      guard let value = Int64(text) else {
        let isNumber = Double(text) != nil
        throw Trouble(
          problem: isNumber ? "\(quoted) is out of range or not whole" : "\(quoted) is not a number",
          expected: expected)
      }
      guard range.contains(value) else { throw Trouble(problem: "\(quoted) is out of range", expected: expected) }
      return .integer(value)
    case .number(let range):
      let expected = "a number \(Self.text(range))"
      guard let value = Double(text), value.isFinite, !text.lowercased().hasPrefix("0x") else {
        throw Trouble(problem: "\(quoted) is not a number", expected: expected)
      }
      guard range.contains(value) else { throw Trouble(problem: "\(quoted) is out of range", expected: expected) }
      return .number(value)
    case .duration: return .integer(try amount(text, .duration, allowsZero: allowsZero))
    case .seconds:
      let value = try amount(text, .duration, allowsZero: allowsZero)
      guard value % 1_000_000_000 == 0 else {
        throw Trouble(problem: "\(quoted) is not a whole number of seconds", expected: secondsExpectation)
      }
      return .integer(value)
    case .size: return .integer(try amount(text, .size, allowsZero: allowsZero))
    case .rate:
      if text == "unlimited" { return .text(text) }
      return .integer(try amount(text, .rate, allowsZero: allowsZero))
    case .choice(let words):
      if words.contains(text) { return .text(text) }
      throw Trouble(
        problem: "\(quoted) is not known here", expected: Self.list(words),
        suggestion: Suggestion.nearest(to: text, among: words))
    }
  }

  static let secondsExpectation = "a length of time in whole seconds, 1 s or more"

  static func amount(_ text: String, _ dimension: Dimension, allowsZero: Bool) throws(Trouble) -> Int64 {
    let quoted = SourceTree.quoted(text)
    guard let quantity = Quantity(text) else {
      let words = dimension == .rate ? ["unlimited"] : []
      throw Trouble(
        problem: "\(quoted) is not \(dimension.noun)", expected: dimension.expectation,
        suggestion: Suggestion.nearest(to: text, among: words))
    }
    let value: Int64
    do {
      value = try quantity.amount(dimension)
    } catch {
      switch error {
      case .notANumber: throw Trouble(problem: "\(quoted) is not \(dimension.noun)", expected: dimension.expectation)
      case .noUnit: throw Trouble(problem: "\(quoted) has no unit", expected: dimension.expectation)
      case .unknownUnit:
        throw Trouble(
          problem: "\(quoted) has an unknown unit", expected: dimension.expectation,
          suggestion: quantity.suggestion(dimension))
      case .otherDimension(let other):
        throw Trouble(
          problem: "\(quoted) is \(other.noun), not \(dimension.noun)", expected: dimension.expectation)
      case .negative: throw Trouble(problem: "\(quoted) is negative", expected: dimension.expectation)
      case .tooLarge:
        throw Trouble(problem: "\(quoted) is too large", expected: "at most \(dimension.maximum.text)")
      }
    }
    guard value > 0 || allowsZero else {
      throw Trouble(problem: "\(quoted) is not above zero", expected: dimension.expectation)
    }
    return value
  }

  /// `30 / min`: the mean interval in nanoseconds.
  static func interval(_ text: String) throws(Trouble) -> Int64 {
    let expected = "so many for each length of time, such as 30 / min"
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(trimmed)
    guard parts.count == 2, let count = Double(parts[0]) else {
      throw Trouble(problem: "\(SourceTree.quoted(text)) is not a number of arrivals over time", expected: expected)
    }
    guard count > 0, count <= 1e9 else {
      throw Trouble(problem: "\(SourceTree.quoted(text)) is out of range", expected: expected)
    }
    let unit = parts[1].first?.isNumber == true ? parts[1] : "1 \(parts[1])"
    guard let length = try? amount(unit, .duration, allowsZero: false) else {
      throw Trouble(problem: "\(SourceTree.quoted(text)) has no unit of time", expected: expected)
    }
    let interval = (Double(length) / count).rounded()
    // Some 30 years: far beyond any run, and sums of such intervals stay within 64 bits.
    guard interval <= 1e18 else {
      throw Trouble(problem: "\(SourceTree.quoted(text)) is out of range", expected: expected)
    }
    return max(1, Int64(interval))
  }

  private static func trimmed(_ part: Substring) -> String {
    String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  static func text(_ range: ClosedRange<Int64>) -> String {
    range.upperBound == .max ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
  }

  static func text(_ range: ClosedRange<Double>) -> String {
    "from \(number(range.lowerBound)) to \(number(range.upperBound))"
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// `a`, `a or b`, `a, b or c`.
  package static func list(_ words: [String], _ last: String = "or") -> String {
    guard let end = words.last else { return "nothing" }
    return words.count == 1 ? end : words.dropLast().joined(separator: ", ") + " \(last) " + end
  }
}
