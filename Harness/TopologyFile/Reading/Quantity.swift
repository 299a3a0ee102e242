/// Amounts with units: how they are written, and what they come to.
enum Dimension: CaseIterable {
  case duration, size, rate

  /// Name, multiplier and divisor to nanoseconds, bytes, or bytes per second.
  var units: [(name: String, times: Int64, over: Int64)] {
    switch self {
    case .duration:
      [
        ("ns", 1, 1), ("us", 1_000, 1), ("ms", 1_000_000, 1), ("s", 1_000_000_000, 1), ("min", 60_000_000_000, 1),
        ("h", 3_600_000_000_000, 1),
      ]
    case .size: Self.bytes
    case .rate:
      Self.bytes.map { ($0.name + "/s", $0.times, 1) } + [
        ("bit/s", 1, 8), ("kbit/s", 1_000, 8), ("Mbit/s", 1_000_000, 8), ("Gbit/s", 1_000_000_000, 8),
      ]
    }
  }

  private static let bytes: [(name: String, times: Int64, over: Int64)] = [
    ("B", 1, 1), ("KiB", 1 << 10, 1), ("MiB", 1 << 20, 1), ("GiB", 1 << 30, 1), ("kB", 1_000, 1), ("MB", 1_000_000, 1),
    ("GB", 1_000_000_000, 1),
  ]

  var noun: String {
    switch self {
    case .duration: "a length of time"
    case .size: "an amount of bytes"
    case .rate: "a rate"
    }
  }

  var expectation: String {
    switch self {
    case .duration: "a length of time with its unit, such as 30 s"
    case .size: "an amount of bytes with its unit, such as 16 MiB"
    case .rate: "a rate with its unit, such as 512 KiB/s, or unlimited"
    }
  }

  /// The largest that makes sense, and how it is written.
  var maximum: (value: Int64, text: String) {
    switch self {
    case .duration: (31_536_000_000_000_000, "8760 h")
    case .size: (1 << 40, "1024 GiB")
    case .rate: (1 << 40, "1024 GiB/s")
    }
  }
}

/// A number and what follows it, as written: `1.5 MiB`.
struct Quantity {
  enum Trouble: Error, Hashable {
    case notANumber
    case noUnit
    case unknownUnit(String)
    case otherDimension(Dimension)
    case negative
    case tooLarge
  }

  private var digits: Substring
  private var fraction: Substring
  private var isNegative: Bool
  var unit: String

  /// Nil where the text does not begin with a number.
  init?(_ text: String) {
    var rest = Substring(text)
    isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(digits.count)
    fraction = ""
    if rest.first == "." {
      fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard !fraction.isEmpty else { return nil }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !digits.isEmpty else { return nil }
    if rest.first == " " { rest = rest.dropFirst() }
    unit = String(rest)
  }

  /// The amount in the dimension's base unit, rounded to a whole number.
  func amount(_ dimension: Dimension) throws(Trouble) -> Int64 {
    guard !unit.isEmpty else { throw .noUnit }
    guard let scale = dimension.units.first(where: { $0.name == unit }) else {
      if let other = Dimension.allCases.first(where: { $0.units.contains { $0.name == unit } }) {
        throw .otherDimension(other)
      }
      throw .unknownUnit(unit)
    }
    if isNegative { throw .negative }
    let significant = digits.drop { $0 == "0" }
    let decimals = fraction.prefix(12)
    guard significant.count <= 16, let mantissa = Int128(String(significant) + decimals + "0") else { throw .tooLarge }
    var divisor = Int128(scale.over) * 10
    for _ in 0..<decimals.count { divisor *= 10 }
    let value = (mantissa * Int128(scale.times) + divisor / 2) / divisor
    guard value <= Int128(dimension.maximum.value) else { throw .tooLarge }
    return Int64(value)
  }

  /// How it would be written with a unit that exists: by the same letters in another case, or as a known slip.
  func suggestion(_ dimension: Dimension) -> String? {
    let names = dimension.units.map(\.name)
    let number = "\(isNegative ? "-" : "")\(digits)\(fraction.isEmpty ? "" : "." + fraction)"
    if let known = Self.slips[unit], names.contains(known) { return "\(number) \(known)" }
    if let same = names.first(where: { $0.lowercased() == unit.lowercased() }) { return "\(number) \(same)" }
    return Suggestion.nearest(to: unit, among: names).map { "\(number) \($0)" }
  }

  private static let slips = [
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "m": "min", "minute": "min", "minutes": "min", "hour": "h",
    "hours": "h", "hr": "h", "K": "KiB", "M": "MiB", "G": "GiB", "k": "KiB", "KB": "KiB", "bytes": "B", "b": "B",
    "KB/s": "KiB/s", "KiBps": "KiB/s", "MiBps": "MiB/s", "Mbps": "Mbit/s", "kbps": "kbit/s", "MBps": "MB/s",
    "bps": "bit/s",
    "Gbps": "Gbit/s", "Mb/s": "Mbit/s", "kb/s": "kbit/s",
  ]
}
