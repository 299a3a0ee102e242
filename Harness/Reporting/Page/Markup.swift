import Judging

/// Pieces of HTML and SVG that several parts of a report need.
package enum Markup {
  static func mark(_ outcome: Verdict.Outcome) -> String {
    switch outcome {
    case .pass: "✓"
    case .deviates: "≠"
    case .fail: "✗"
    case .undecided: "?"
    }
  }

  static func pill(_ outcome: Verdict.Outcome) -> String {
    "<span class=\"pill \(outcome.rawValue)\">\(mark(outcome)) \(outcome.rawValue)</span>"
  }

  /// JSON that may stand in a script element, where only "<" could end it or begin a comment. By scalars, here as below: what
  /// is one character to a person, a mark before "<", is two to a browser.
  static func json(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { out, scalar in
      if scalar == "<" { out += "\\u003c" } else { out.unicodeScalars.append(scalar) }
    }
  }

  /// Text for an element or a quoted attribute.
  package static func text(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { out, scalar in
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.unicodeScalars.append(scalar)
      }
    }
  }
}
