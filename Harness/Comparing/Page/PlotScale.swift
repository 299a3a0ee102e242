/// Values along a line of pixels, with round numbers to mark.
struct PlotScale {
  let low: Double
  let high: Double
  let left: Double
  let right: Double
  /// Between marks.
  let step: Double

  /// Holds all values, and a little more to each side.
  init(_ values: [Double], left: Double, right: Double) {
    let (least, most) = (values.min() ?? 0, values.max() ?? 1)
    let width = most - least
    // Of equal values: enough around them that they do not look like a spread.
    let pad = width > 0 ? 0.06 * width : max(abs(most) * 0.1, 0.1)
    (low, high) = (least - pad, most + pad)
    (self.left, self.right) = (left, right)
    step = Self.step(for: high - low)
  }

  func callAsFunction(_ value: Double) -> Double {
    left + (right - left) * (max(low, min(high, value)) - low) / (high - low)
  }

  /// Round values within, four or so.
  var ticks: [Double] {
    let first = (low / step).rounded(.up)
    return stride(from: first, through: (high / step).rounded(.down), by: 1).map { $0 * step }
  }

  /// Places that a mark needs.
  var places: Int {
    var (places, size) = (0, step)
    while places < 4, abs(size - size.rounded()) > 1e-6 { (places, size) = (places + 1, size * 10) }
    return places
  }

  private static func step(for width: Double) -> Double {
    var power = 1.0
    while power * 10 <= width { power *= 10 }
    while power > width { power /= 10 }
    return [0.2, 0.25, 0.5, 1, 2, 2.5].map { $0 * power }.first { width / $0 <= 5 } ?? power * 5
  }
}
