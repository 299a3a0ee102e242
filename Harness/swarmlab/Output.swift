import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Standard output and standard error, and what they are.
enum Output {
  static let isTerminal = TerminalScreen.isTerminal(1)
  static let style = TerminalStyle.detect(isTerminal: isTerminal) { environment($0) }
  static let isGitHub = environment("GITHUB_ACTIONS") == "true"

  static func print(_ line: String) { TerminalScreen.write(line + "\n", to: 1) }
  static func print(_ lines: [String]) { if !lines.isEmpty { print(lines.joined(separator: "\n")) } }
  /// As it is, line ends with it.
  static func write(_ text: String) { TerminalScreen.write(text, to: 1) }
  static func error(_ line: String) { TerminalScreen.write(line + "\n", to: 2) }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
