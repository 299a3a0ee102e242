import Judging

/// Numbers with so many places, the same for the same value on every machine.
enum Decimal {
  /// Rounded half away from zero; 1 to 5 places.
  static func text(_ value: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let text = Fixed(nearest: (value * scale).rounded() / scale).text(places: places)
    // No number is -0.
    return text.allSatisfy { "-0.".contains($0) } ? String(text.drop { $0 == "-" }) : text
  }

  /// With its sign, a plus too.
  static func signed(_ value: Double, places: Int) -> String {
    let text = text(value, places: places)
    return value > 0 && text.contains(where: { ("1"..."9").contains($0) }) ? "+" + text : text
  }
}
