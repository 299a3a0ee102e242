/// Text on its way to a person. What others have named (clients on the wire, files, logs) may hold what moves a terminal's
/// cursor, clears its window or types for its user.
public enum TerminalText {
  /// With control characters spelled out, as `\u{1B}`, but for line feeds, tabs, and the colours of `TerminalStyle`.
  public static func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var harmless = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first {
      if scalar == "\u{1B}", let colour = colour(at: rest) {
        harmless += colour
        rest = rest.dropFirst(colour.unicodeScalars.count)
        continue
      }
      if isControl(scalar) {
        harmless += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        harmless.unicodeScalars.append(scalar)
      }
      rest = rest.dropFirst()
    }
    return harmless
  }

  /// Those of ASCII, and those of Latin-1, which some terminals obey as well.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case ..<0x20, 0x7F...0x9F: true
    default: false
    }
  }

  private static let colours = TerminalStyle.codes.map { "\u{1B}[\($0)m" }

  private static func colour(at rest: Substring.UnicodeScalarView) -> String? {
    colours.first { rest.starts(with: $0.unicodeScalars) }
  }
}
