public import SwarmTime

/// Sessions one after another: how long a peer stays, and how long it is away then.
///
/// A text file, a line for each session, such as `12.5 s, 40 s`; what follows a `#` is for people.
public struct SessionTrace: Hashable, Sendable {
  public struct Session: Hashable, Sendable {
    public var stays: SwarmDuration
    public var isAway: SwarmDuration

    package init(stays: SwarmDuration, isAway: SwarmDuration) {
      self.stays = stays
      self.isAway = isAway
    }
  }

  /// One at least.
  public var sessions: [Session]

  package init(sessions: [Session]) { self.sessions = sessions }

  /// More are a file of something else.
  static let mostSessions = 100_000

  /// - Parameter file: Its path, for diagnostics.
  /// - Returns: Nil where something is wrong, which is told to the sink.
  static func read(_ bytes: [UInt8], file: String, _ sink: DiagnosticSink) -> SessionTrace? {
    var sessions: [Session] = []
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    func error(_ line: Int, _ message: String, expected: String) {
      sink.add(Diagnostic(file: file, place: Place(line: line, column: 1), message: message, expected: expected))
    }
    for (index, line) in lines.enumerated() {
      let text = line.prefix { $0 != "#" }
      guard text.contains(where: { !$0.isWhitespace }) else { continue }
      let times = text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
      guard times.count == 2 else {
        error(
          index + 1, "\(SourceTree.quoted(trimmed(text))) is no session",
          expected: "how long a peer stays and how long it is away then, such as 30 s, 2 min")
        return nil
      }
      do throws(ScalarReader.Trouble) {
        let stays = try ScalarReader.amount(times[0], .duration, allowsZero: false)
        let isAway = try ScalarReader.amount(times[1], .duration, allowsZero: false)
        sessions.append(
          Session(stays: SwarmDuration(nanoseconds: stays), isAway: SwarmDuration(nanoseconds: isAway)))
      } catch {
        sink.add(
          Diagnostic(
            file: file, place: Place(line: index + 1, column: 1), message: error.problem, expected: error.expected,
            suggestion: error.suggestion))
        return nil
      }
      if sessions.count > mostSessions {
        error(index + 1, "more than \(mostSessions) sessions", expected: "a shorter trace")
        return nil
      }
    }
    guard !sessions.isEmpty else {
      error(1, "no sessions", expected: "a line for each, such as 30 s, 2 min")
      return nil
    }
    return SessionTrace(sessions: sessions)
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
