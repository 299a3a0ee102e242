package import SwarmTime

/// Quantities as text, for people: exact where the value is round, else to three or four digits.
package enum Wording {
  package static func time(_ duration: SwarmDuration) -> String {
    let milliseconds = Int64((Double(duration.nanoseconds) / 1e6).rounded())
    if milliseconds == 0 { return "0 s" }
    if abs(milliseconds) < 1000 { return "\(milliseconds) ms" }
    if abs(milliseconds) >= 7_200_000 { return "\(decimal(Double(milliseconds) / 3_600_000)) h" }
    if abs(milliseconds) >= 600_000 { return "\(decimal(Double(milliseconds) / 60_000)) min" }
    return "\(decimal(Double(milliseconds) / 1000)) s"
  }

  package static func bytes(_ bytes: Int64) -> String {
    for (unit, size) in [("GiB", Int64(1) << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where bytes >= size {
      return "\(decimal(Double(bytes) / Double(size))) \(unit)"
    }
    return "\(bytes) B"
  }

  /// `1 piece`, `64 pieces`.
  package static func count(_ number: some BinaryInteger, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// At most three decimals, no zeros at the end.
  package static func decimal(_ value: Double) -> String {
    let thousandths = Int64((abs(value) * 1000).rounded())
    var text = String(thousandths / 1000)
    let rest = thousandths % 1000
    if rest > 0 {
      var digits = String(rest)
      digits = String(repeating: "0", count: 3 - digits.count) + digits
      while digits.hasSuffix("0") { digits.removeLast() }
      text += "." + digits
    }
    return (value < 0 && thousandths > 0 ? "-" : "") + text
  }
}
