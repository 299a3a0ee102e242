import Reporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Standard output and standard error, and what they are. Lines are for people: what a terminal would obey in them, but for
/// our own colours, is spelled out.
enum Output {
  static let isTerminal = TerminalScreen.isTerminal(1)
  static let style = TerminalStyle.detect(isTerminal: isTerminal) { environment($0) }
  static let isGitHub = environment("GITHUB_ACTIONS") == "true"

  static func print(_ line: String) { put(TerminalText.harmless(line) + "\n") }
  static func print(_ lines: [String]) { if !lines.isEmpty { print(lines.joined(separator: "\n")) } }
  /// As it is, line ends with it, unless a terminal reads it.
  static func write(_ text: String) { put(isTerminal ? TerminalText.harmless(text) : text) }

  private static func put(_ text: String) {
    let reason = TerminalScreen.write(text, to: 1)
    // A reader who went away, or a terminal that is gone, wanted no more.
    guard reason != 0, reason != EPIPE, reason != EIO else { return }
    lost.withLock { $0 = $0 ?? reason }
  }

  /// Why not all of standard output was written, as where it is a file on a full disk; nil where all was.
  static var loss: FileFault? {
    let reason = lost.withLock { $0 }
    return reason.map { FileFault("cannot write all of it", "standard output", $0) }
  }

  private static let lost = Mutex<Int32?>(nil)
  static func error(_ line: String) { TerminalScreen.write(TerminalText.harmless(line) + "\n", to: 2) }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
