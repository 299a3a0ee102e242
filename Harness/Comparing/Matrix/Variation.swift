/// One key of a topology and the values that it takes: `--vary defaults.choking.slots=1,4`.
public struct Variation: Hashable, Sendable {
  public let path: String
  public let values: [String]

  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// Values are parted by commas outside of brackets, braces and quotes, so that one may be a list or a section.
  ///
  /// - Throws: what is wrong, and what was expected.
  public init(_ text: String) throws(Fault) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let example = "expected PATH=A,B,…, such as defaults.choking.slots=1,4"
    guard parts.count == 2, !parts[0].isEmpty else { throw Fault(description: "--vary \(text): \(example)") }
    path = String(parts[0])
    values = Self.split(parts[1])
    guard values.allSatisfy({ !$0.isEmpty }) else {
      throw Fault(description: "--vary \(text): a value is empty; \(example)")
    }
    guard values.count > 1 else {
      throw Fault(description: "--vary \(text): one value is no variation; \(example) (--set gives a key one value)")
    }
    if let twice = values.indices.first(where: { values[..<$0].contains(values[$0]) }) {
      throw Fault(description: "--vary \(text): \(values[twice]) stands twice; expected different values")
    }
  }

  private static func split(_ text: Substring) -> [String] {
    var values = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      if character == quote {
        quote = nil
      } else if quote == nil {
        switch character {
        case "\"", "'": quote = character
        case "[", "{": depth += 1
        case "]", "}": depth -= 1
        case "," where depth <= 0:
          values.append("")
          continue
        default: break
        }
      }
      values[values.count - 1].append(character)
    }
    return values.map { value in
      String(value.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}

/// One combination of varied values, by which runs are told apart.
public struct Setting: Hashable, Sendable {
  /// Paths and values, in the order of the command line.
  public let values: [Value]

  public struct Value: Hashable, Sendable, Codable {
    public var path: String
    public var value: String

    public init(path: String, value: String) {
      self.path = path
      self.value = value
    }
  }

  public init(_ values: [Value]) { self.values = values }

  /// `defaults.choking.slots=1`; with several keys, all of them.
  public var name: String {
    values.isEmpty ? "as it is" : values.map { "\($0.path)=\($0.value)" }.joined(separator: " ")
  }

  /// Every combination, the last key changing first; one setting, without values, of no variation.
  public static func all(of variations: [Variation]) -> [Setting] {
    variations.reduce([Setting([])]) { settings, variation in
      settings.flatMap { setting in
        variation.values.map { Setting(setting.values + [Value(path: variation.path, value: $0)]) }
      }
    }
  }

  /// What to call each for short: the last key of each path, with as many of those before it as tell the paths apart.
  public static func labels(of settings: [Setting]) -> [String] {
    let paths = settings.first?.values.map { $0.path.split(separator: ".").map(String.init) } ?? []
    var keep = 1
    func short(_ path: [String]) -> String { path.suffix(keep).joined(separator: ".") }
    while keep < 10, Set(paths.map(short)).count < Set(paths).count { keep += 1 }
    return settings.map { setting in
      setting.values.isEmpty
        ? setting.name : zip(paths, setting.values).map { "\(short($0))=\($1.value)" }.joined(separator: ", ")
    }
  }
}
