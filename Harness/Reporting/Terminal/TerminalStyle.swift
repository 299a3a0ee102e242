import Judging

/// Colours of the terminal, or none: with NO_COLOR set (no-color.org), TERM=dumb, or when it is no terminal.
public struct TerminalStyle: Sendable, Hashable {
  public var coloured: Bool

  public init(coloured: Bool) { self.coloured = coloured }

  public static func detect(isTerminal: Bool, environment: (String) -> String?) -> TerminalStyle {
    let refused = environment("NO_COLOR").map { !$0.isEmpty } ?? false
    return TerminalStyle(coloured: isTerminal && !refused && environment("TERM") != "dumb")
  }

  public func bold(_ text: String) -> String { wrapped(text, "1") }
  public func dim(_ text: String) -> String { wrapped(text, "2") }
  public func red(_ text: String) -> String { wrapped(text, "31") }
  public func green(_ text: String) -> String { wrapped(text, "32") }
  public func yellow(_ text: String) -> String { wrapped(text, "33") }
  public func blue(_ text: String) -> String { wrapped(text, "34") }

  /// Nine columns wide.
  func outcome(_ outcome: Verdict.Outcome) -> String {
    switch outcome {
    case .pass: green("pass     ")
    case .deviates: blue("deviates ")
    case .fail: wrapped("FAIL     ", "1;31")
    case .undecided: yellow("undecided")
    }
  }

  /// All that `wrapped` writes between `ESC [` and `m`.
  static let codes = ["0", "1", "2", "31", "32", "33", "34", "1;31"]

  private func wrapped(_ text: String, _ code: String) -> String { coloured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
