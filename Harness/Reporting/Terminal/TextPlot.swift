/// The same as `Plot` for a terminal: a frame of characters.
public struct TextPlot: Sendable {
  private let plot: Plot
  private let columns: Int
  private let rows: Int

  public init(_ plot: Plot, columns: Int = 64, rows: Int = 16) {
    self.plot = plot
    self.columns = max(8, columns)
    self.rows = max(4, rows)
  }

  /// Of lines, by kind.
  private static let dots: [Character] = [".", "-", "~", "+", "="]
  /// Of marks.
  private static let signs: [Character] = ["o", "x", "*", "#", "%"]

  public var lines: [String] {
    var cells = Array(repeating: Array(repeating: Character(" "), count: columns), count: rows)
    for one in plot.series {
      for column in 0..<columns {
        guard let y = Self.height(one.line, at: value(ofColumn: column)), let row = row(y) else { continue }
        cells[row][column] = Self.dots[one.kind % Self.dots.count]
      }
    }
    for mark in plot.series.flatMap(\.marks) {
      guard let side = mark.truth, let row = row(mark.y), let column = column(mark.x) else { continue }
      let beside = side == .above ? row - 1 : row + 1
      if cells.indices.contains(beside) { cells[beside][column] = Self.arrow(side) }
    }
    for one in plot.series {
      for mark in one.marks {
        guard let row = row(mark.y), let column = column(mark.x) else { continue }
        cells[row][column] = Self.signs[one.kind % Self.signs.count]
      }
    }
    return framed(cells)
  }

  private static func arrow(_ side: Plot.Mark.Side) -> Character { side == .above ? "^" : "v" }

  private func framed(_ cells: [[Character]]) -> [String] {
    let labels = Dictionary(
      Plot.ticks(plot.yRange, atMost: 5).compactMap { value in row(value).map { ($0, Plot.words(value)) } }
    ) { first, _ in first }
    let margin = (labels.values.map(\.count).max() ?? 1) + 1
    var lines = [plot.up]
    for (place, row) in cells.enumerated() {
      let label = labels[place] ?? ""
      lines.append(String(repeating: " ", count: margin - label.count) + label + " |" + Self.trimmed(row))
    }
    lines.append(String(repeating: " ", count: margin + 1) + "+" + String(repeating: "-", count: columns))
    var below = Array(repeating: Character(" "), count: columns + 8)
    for value in Plot.ticks(plot.xRange, atMost: 7) {
      guard let column = column(value) else { continue }
      for (offset, character) in Plot.words(value).enumerated() where column + offset < below.count {
        below[column + offset] = character
      }
    }
    lines.append(String(repeating: " ", count: margin + 2) + Self.trimmed(below) + "  " + plot.across)
    lines += plot.series.map { one in
      let line = one.line.isEmpty ? "" : String(repeating: Self.dots[one.kind % Self.dots.count], count: 3)
      let sign = one.marks.isEmpty ? "" : String(Self.signs[one.kind % Self.signs.count])
      return "  " + [line, sign].filter { !$0.isEmpty }.joined(separator: " ") + "  " + short(one.name)
    }
    if let words = plot.boundWords {
      let sides = Set(plot.series.flatMap(\.marks).compactMap(\.truth))
      lines.append("  " + String(sides.map(Self.arrow).sorted()) + "  " + words)
    }
    return lines
  }

  /// No longer than the frame is wide.
  private func short(_ name: String) -> String {
    name.count > columns ? String(name.prefix(columns - 1)) + "…" : name
  }

  private func value(ofColumn column: Int) -> Double {
    let range = plot.xRange
    return range.lowerBound + (range.upperBound - range.lowerBound) * Double(column) / Double(columns - 1)
  }

  private func column(_ x: Double) -> Int? { Self.place(x, plot.xRange, columns) }
  private func row(_ y: Double) -> Int? { Self.place(y, plot.yRange, rows).map { rows - 1 - $0 } }

  private static func place(_ value: Double, _ range: ClosedRange<Double>, _ count: Int) -> Int? {
    guard range.contains(value), range.upperBound > range.lowerBound else { return nil }
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return min(count - 1, Int((share * Double(count - 1)).rounded()))
  }

  /// Between the two points around `x`; nil beyond the ends.
  private static func height(_ line: [Plot.Point], at x: Double) -> Double? {
    guard let next = line.firstIndex(where: { $0.x >= x }) else { return nil }
    guard next > 0 else { return line[next].x == x ? line[next].y : nil }
    let (a, b) = (line[next - 1], line[next])
    return b.x > a.x ? a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) : b.y
  }

  private static func trimmed(_ row: [Character]) -> String {
    String(row.reversed().drop { $0 == " " }.reversed())
  }
}
