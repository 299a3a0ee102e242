public import SwarmTime

/// Numbers as a person reads them: three or four figures and a unit. Made from integers, so that a value always reads
/// the same.
public enum Quantity {
  /// `813 B`, `16.0 MiB`.
  public static func bytes(_ value: Int64) -> String { scaled(value, units: ["B", "KiB", "MiB", "GiB", "TiB"]) }

  /// Bytes per second: `256 KiB/s`.
  public static func rate(_ bytesPerSecond: Int64) -> String { bytes(bytesPerSecond) + "/s" }

  /// `0.4 s`, `74.3 s`, `12 min 05 s`, `2 h 03 min`; `-12 min 05 s`.
  public static func duration(_ duration: SwarmDuration) -> String {
    let tenths = Int64((duration.nanoseconds.magnitude + 50_000_000) / 100_000_000)
    let sign = duration.nanoseconds < 0 && tenths > 0 ? "-" : ""
    if tenths < 6000 { return "\(sign)\(decimal(tenths, digits: 1)) s" }
    let seconds = tenths / 10
    if seconds < 7200 { return "\(sign)\(seconds / 60) min \(padded(seconds % 60)) s" }
    return "\(sign)\(seconds / 3600) h \(padded(seconds / 60 % 60)) min"
  }

  /// `58.213 s`: an instant, to the millisecond.
  public static func instant(_ instant: SwarmInstant) -> String {
    let milliseconds = rounded(instant.nanoseconds, to: 1_000_000)
    return "\(decimal(milliseconds, digits: 3)) s"
  }

  /// `1 piece`, `64 pieces`.
  public static func count(_ number: some BinaryInteger, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// A ratio with three decimals: `0.957`.
  public static func ratio(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    return decimal(Int64((value * 1000).rounded()), digits: 3)
  }

  /// `value / unit`, half away from zero; at the ends of the range as well, where half a unit more would be beyond it.
  private static func rounded(_ value: Int64, to unit: Int64) -> Int64 {
    let (whole, rest) = value.quotientAndRemainder(dividingBy: unit)
    return rest >= unit / 2 ? whole + 1 : rest <= -unit / 2 ? whole - 1 : whole
  }

  /// `value` divided by ten to the power of `digits`.
  static func decimal(_ value: Int64, digits: Int) -> String {
    var text = String(value.magnitude)
    while text.count <= digits { text = "0" + text }
    let split = text.index(text.endIndex, offsetBy: -digits)
    return (value < 0 ? "-" : "") + text[..<split] + (digits == 0 ? "" : "." + text[split...])
  }

  static func padded(_ value: Int64, to width: Int = 2) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  private static func scaled(_ value: Int64, units: [String]) -> String {
    var tenths = value.magnitude.multipliedReportingOverflow(by: 10).partialValue
    var unit = 0
    while tenths >= 10240 && unit < units.count - 1 {
      tenths = (tenths + 512) / 1024
      unit += 1
    }
    let sign = value < 0 ? "-" : ""
    if unit == 0 || tenths >= 1000 { return "\(sign)\((tenths + 5) / 10) \(units[unit])" }
    return "\(sign)\(decimal(Int64(tenths), digits: 1)) \(units[unit])"
  }
}
