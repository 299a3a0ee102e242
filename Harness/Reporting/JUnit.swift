public import Judging
import Planning

/// A run as JUnit XML, the dialect that CI systems read: a suite for each run, a case for each verdict.
///
/// An undecided verdict is a skipped case, unless the topology lists its check under `mustDecide`: then it is a failure,
/// since the run's exit status is not 0 either. A fail that the client is known for is a skipped case that says so.
public struct JUnit: Sendable {
  public struct Suite: Sendable {
    public var name: String
    public var verdicts: [Verdict]
    public var mustDecide: [String]
    /// Wall time of the run.
    public var milliseconds: Int64
    /// Run folder, for the suite's output.
    public var folder: String

    public init(name: String, verdicts: [Verdict], mustDecide: [String], milliseconds: Int64, folder: String) {
      self.name = name
      self.verdicts = verdicts
      self.mustDecide = mustDecide
      self.milliseconds = milliseconds
      self.folder = folder
    }
  }

  public static func xml(_ suites: [Suite]) -> String {
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
    for suite in suites { write(suite, to: &out) }
    return out + "</testsuites>\n"
  }

  private static func write(_ suite: Suite, to out: inout String) {
    let failures = suite.verdicts.filter { fails($0, suite) }.count
    let skipped = suite.verdicts.filter { $0.outcome != .pass && !fails($0, suite) }.count
    out += "  <testsuite name=\"\(escaped(suite.name))\" tests=\"\(suite.verdicts.count)\" failures=\"\(failures)\""
    out += " errors=\"0\" skipped=\"\(skipped)\" time=\"\(Quantity.decimal(suite.milliseconds, digits: 3))\">\n"
    for (verdict, name) in zip(suite.verdicts, names(suite.verdicts)) {
      out += "    <testcase classname=\"\(escaped(suite.name)).\(escaped(verdict.check))\""
      out += " name=\"\(escaped(name))\""
      if verdict.status == .pass {
        out += "/>\n"
        continue
      }
      var message = verdict.reason ?? "expected \(verdict.expected); observed \(verdict.observed)"
      if verdict.outcome == .deviates, let known = verdict.knownDeviation {
        message = "known deviation: \(known.reason) (\(known.source)); \(message)"
      }
      out += ">\n"
      if fails(verdict, suite) {
        out += "      <failure type=\"\(verdict.status.rawValue)\" message=\"\(escaped(message))\">"
        out += escaped(detail(verdict).joined(separator: "\n")) + "</failure>\n"
      } else {
        out += "      <skipped message=\"\(escaped(message))\"/>\n"
      }
      out += "    </testcase>\n"
    }
    out += "    <system-out>\(escaped(suite.folder))</system-out>\n  </testsuite>\n"
  }

  /// Whom each verdict is about; where a check says several things of the same peers, also what it expected.
  private static func names(_ verdicts: [Verdict]) -> [String] {
    struct Case: Hashable {
      var check: String
      var subjects: [String]
    }
    var counts: [Case: Int] = [:]
    for verdict in verdicts { counts[Case(check: verdict.check, subjects: verdict.subjects), default: 0] += 1 }
    return verdicts.map { verdict in
      let who = verdict.subjects.isEmpty ? "swarm" : verdict.subjects.joined(separator: " ")
      let isOnly = counts[Case(check: verdict.check, subjects: verdict.subjects)] == 1
      return isOnly ? who : "\(who): \(verdict.expected)"
    }
  }

  private static func fails(_ verdict: Verdict, _ suite: Suite) -> Bool {
    verdict.outcome == .fail || (verdict.status == .undecided && suite.mustDecide.contains(verdict.check))
  }

  private static func detail(_ verdict: Verdict) -> [String] {
    ["expected: \(verdict.expected)", "observed: \(verdict.observed)"]
      + verdict.evidence.map { VerdictLines.evidence($0) }
  }

  /// Text for an attribute or an element; what XML 1.0 cannot hold at all becomes U+FFFD.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\n": out += "&#10;"
      case "\t": out += "&#9;"
      default:
        if scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF {
          out += "\u{FFFD}"
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }
}
