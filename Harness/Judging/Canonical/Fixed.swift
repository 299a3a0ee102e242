/// A decimal of six places, held as a whole number of millionths: the same text for the same inputs on every machine.
public struct Fixed: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public var millionths: Int64

  public init(millionths: Int64) { self.millionths = millionths }

  /// `part / whole`, rounded half away from zero; nil where `whole` is 0 or the quotient is out of range.
  public init?(_ part: Int64, over whole: Int64) {
    guard whole != 0 else { return nil }
    let isNegative = (part < 0) != (whole < 0)
    let product = part.magnitude.multipliedFullWidth(by: 1_000_000)
    guard product.high < whole.magnitude else { return nil }
    let (quotient, remainder) = whole.magnitude.dividingFullWidth(product)
    let rounded = quotient &+ (remainder >= whole.magnitude - remainder ? 1 : 0)
    guard let value = Int64(exactly: rounded) else { return nil }
    millionths = isNegative ? -value : value
  }

  /// The nearest decimal of six places; values beyond its range become the range's ends, and no number becomes 0.
  public init(nearest value: Double) {
    let scaled = (value * 1_000_000).rounded()
    millionths = Int64(exactly: scaled) ?? (scaled > 0 ? .max : scaled < 0 ? .min : 0)
  }

  public var value: Double { Double(millionths) / 1_000_000 }

  /// `0.912345`, always with six places.
  public var description: String { text(places: 6) }

  /// Cut, not rounded, to 1 to 6 places.
  public func text(places: Int) -> String {
    let whole = millionths.magnitude / 1_000_000
    let digits = String(millionths.magnitude % 1_000_000)
    let padded = String(repeating: "0", count: 6 - digits.count) + digits
    return "\(millionths < 0 ? "-" : "")\(whole).\(padded.prefix(max(1, min(places, 6))))"
  }

  public static func < (a: Fixed, b: Fixed) -> Bool { a.millionths < b.millionths }
}
