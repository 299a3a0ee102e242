import Judging
import Replaying
import Reporting

/// A recording and its re-enactment, side by side.
enum ReenactReport {
  static func lines(_ comparison: WorkloadComparison, of recorded: Int) -> [String] {
    var lines = [
      "", Output.style.bold("recorded and re-enacted") + ": \(comparison.peers) of \(recorded) peers in both",
    ]
    let head = ["leechers", "recorded: quartiles", "re-enacted: quartiles", "difference of medians, 95 %"]
    let rows = comparison.spreads.map { spread in
      [
        "\(spread.name), \(spread.unit)", text(spread.recorded), text(spread.reenacted),
        "\(number(spread.reenacted.median - spread.recorded.median)) (\(number(spread.low)) to \(number(spread.high)))",
      ]
    }
    lines += ([head] + rows).map { cells in
      "  "
        + zip(cells, [24, 34, 34, 0]).map { cell, width in
          cell + String(repeating: " ", count: max(cell.count < width ? 0 : 1, width - cell.count))
        }.joined()
    }
    lines += text(comparison.completion, "completion times", "peers")
    lines += text(comparison.pairs, "bytes between pairs", "ordered pairs")
    return lines
  }

  private static func text(_ correlation: Correlation?, _ name: String, _ unit: String) -> [String] {
    guard let correlation else { return ["  \(name): no correlation, with fewer than four peers or no differences"] }
    return [
      "  \(name), \(correlation.count) \(unit): Spearman \(text(correlation.spearman)), Pearson "
        + "\(text(correlation.pearson)); p = \(Fixed(nearest: correlation.chance).text(places: 4)), "
        + "by \(correlation.relabellings) relabellings"
    ]
  }

  private static func text(_ interval: Correlation.Interval) -> String {
    "\(Quantity.ratio(interval.value)) (\(Quantity.ratio(interval.low)) to \(Quantity.ratio(interval.high)))"
  }

  private static func text(_ quartiles: WorkloadComparison.Quartiles) -> String {
    guard quartiles.count > 0 else { return "none" }
    return "\(number(quartiles.lower)), \(number(quartiles.median)), \(number(quartiles.upper)) (n \(quartiles.count))"
  }

  /// With one decimal.
  private static func number(_ value: Double) -> String {
    let tenths = Int64((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }
}
