import Yams

/// The way from bytes to a `SourceTree`. What goes wrong here is reported first and alone, since nothing after it can be
/// trusted.
struct YAMLText {
  var file: String

  struct Unreadable: Error {
    var diagnostic: Diagnostic
  }

  /// The mark that some editors put before UTF-8. It is no character of the text.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  func text(_ file: [UInt8]) throws(Unreadable) -> String {
    let bytes = file.starts(with: Self.byteOrderMark) ? Array(file.dropFirst(Self.byteOrderMark.count)) : file
    guard bytes.count <= TopologyLimits.maximumFileBytes else {
      throw trouble(
        Place(line: 1, column: 1), "the file is larger than \(TopologyLimits.maximumFileBytes >> 20) MiB",
        expected: "a topology; many equal peers are one group with a count")
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let good = Self.validPrefix(bytes)
    let lines = String(decoding: bytes[..<good], as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    throw trouble(
      Place(line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1),
      "the file is not UTF-8: byte \(Self.hexadecimal(bytes[good])) begins no character",
      expected: "text in UTF-8")
  }

  /// Nil for a file without any value.
  func tree(_ text: String) throws(Unreadable) -> SourceTree? {
    try checkAliases(text)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw unreadable(error, text)
    } catch {
      throw trouble(Place(line: 1, column: 1), "not valid YAML: \(error)")
    }
    guard let root else { return nil }
    var maker = SourceTreeMaker()
    do {
      let tree = try maker.tree(root)
      if case .nothing = tree.content { return nil }
      return tree
    } catch {
      throw trouble(error.place, error.message, expected: error.expected)
    }
  }

  /// Aliases can multiply to any size while YAML is composed, so their number is bounded before. Counts what looks like an
  /// anchor or alias, in quotes too.
  private func checkAliases(_ text: String) throws(Unreadable) {
    var anchors = 0
    var aliases = 0
    var line = 1
    var column = 0
    var isStart = true
    var pending: Character?
    for character in text {
      column += 1
      if let mark = pending, character.isLetter || character.isNumber || character == "_" || character == "-" {
        if mark == "&" { anchors += 1 } else { aliases += 1 }
        if anchors > TopologyLimits.maximumAnchors || aliases > TopologyLimits.maximumAliases {
          throw trouble(
            Place(line: line, column: column - 1),
            "more than \(TopologyLimits.maximumAnchors) anchors or \(TopologyLimits.maximumAliases) aliases",
            expected: "values that groups share under \"defaults\"")
        }
      }
      pending = isStart && (character == "&" || character == "*") ? character : nil
      if character.isNewline {
        line += 1
        column = 0
      }
      isStart = character.isWhitespace || "[{,:-?".contains(character)
    }
  }

  private func unreadable(_ error: YamlError, _ text: String) -> Unreadable {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = Place(line: mark.line, column: mark.column)
      if problem.contains("character that cannot start any token"), Self.hasTab(text, at: place) {
        return trouble(place, "not valid YAML: a tab", expected: "spaces; YAML is not indented with tabs")
      }
      if problem.contains("found another document") {
        return trouble(place, "a second document begins here", expected: "one topology in a file")
      }
      let within = context.map { " (\($0.text) at line \($0.mark.line), column \($0.mark.column))" } ?? ""
      return trouble(place, "not valid YAML: \(problem)\(within)")
    case .reader(let problem, _, let value, _):
      let place = Self.place(of: value, in: text)
      return trouble(place, "not valid YAML: \(problem)", expected: "text without control characters")
    case .duplicatedKeysInMapping(let keys, let context):
      let first = Place(line: context.mark.line, column: context.mark.column)
      let key = keys.first ?? ""
      return trouble(
        Self.second(key, after: first, in: text) ?? first,
        "the key \(SourceTree.quoted(key)) is given twice, first in line \(first.line)", expected: "each key once")
    default:
      return trouble(Place(line: 1, column: 1), "not valid YAML: \(error)")
    }
  }

  private func trouble(_ place: Place, _ message: String, expected: String? = nil) -> Unreadable {
    Unreadable(diagnostic: Diagnostic(file: file, place: place, message: message, expected: expected))
  }
}
