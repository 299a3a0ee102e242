/// One quantity over another as an SVG file of its own: lines for what theory says, marks with whiskers for what was
/// measured.
public struct Plot: Sendable {
  public struct Series: Sendable {
    /// What it is, beside its line or in the legend.
    public var name: String
    /// 0 to 4: colour and form of its marks.
    public var kind: Int
    public var line: [Point] = []
    public var marks: [Mark] = []

    public init(name: String, kind: Int, line: [Point] = [], marks: [Mark] = []) {
      self.name = name
      self.kind = kind
      self.line = line
      self.marks = marks
    }
  }

  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A measured point, and the interval that it stands for.
  public struct Mark: Hashable, Sendable {
    public var x: Double
    public var y: Double
    public var interval: ClosedRange<Double>?
    /// Where the truth lies if the mark is only a bound of it; nil for what was measured.
    public var truth: Side?

    public enum Side: Hashable, Sendable { case above, below }

    public init(_ x: Double, _ y: Double, interval: ClosedRange<Double>? = nil, truth: Side? = nil) {
      self.x = x
      self.y = y
      self.interval = interval
      self.truth = truth
    }
  }

  public var title: String
  /// Names of the axes with their units.
  public var across: String
  public var up: String
  public var series: [Series]
  /// A height that is marked by a dashed line, and its words.
  public var levels: [(y: Double, words: String)] = []
  public var xRange: ClosedRange<Double>
  public var yRange: ClosedRange<Double>

  public init(
    title: String, across: String, up: String, series: [Series], xRange: ClosedRange<Double>,
    yRange: ClosedRange<Double>
  ) {
    self.title = title
    self.across = across
    self.up = up
    self.series = series
    self.xRange = xRange
    self.yRange = yRange
  }

  /// - Parameters:
  ///   - width: in pixels; 760 for a page, 330 for a phone.
  ///   - height: of the frame.
  public func svg(width: Int = 760, height: Double = 300) -> String {
    var sheet = SVGSheet(width: width)
    let (left, right, top, bottom) = (58.0, Double(width) - 16, 44.0, 44 + height)
    let x = { (value: Double) in left + (right - left) * Self.share(value, xRange) }
    let y = { (value: Double) in bottom - (bottom - top) * Self.share(value, yRange) }
    sheet.text(title, x: 8, y: 17, style: "title")
    sheet.text(up, x: 8, y: 36)
    let room = width < 500 ? 5 : 8
    for value in Self.ticks(yRange, atMost: 6) {
      sheet.line(value == yRange.lowerBound ? "axis" : "grid", left, y(value), right, y(value))
      sheet.text(Self.words(value), x: left - 6, y: y(value) + 4, .end)
    }
    for value in Self.ticks(xRange, atMost: room) {
      sheet.line("grid", x(value), top, x(value), bottom)
      sheet.text(Self.words(value), x: x(value), y: bottom + 16, .middle)
    }
    sheet.text(across, x: (left + right) / 2, y: bottom + 34, .middle)
    for level in levels where yRange.contains(level.y) {
      sheet.line("limit", left, y(level.y), right, y(level.y))
      // Where there is little room, as much as stands before the first comma.
      let words = width < 500 ? String(level.words.prefix { $0 != "," }) : level.words
      sheet.text(words, x: right - 4, y: y(level.y) - 5, .end)
    }
    for one in series {
      let shown = one.line.filter { xRange.contains($0.x) && yRange.contains($0.y) }
      if !shown.isEmpty { sheet.path("held line of-\(one.kind % 6)", shown.map { (x($0.x), y($0.y)) }) }
    }
    for one in series {
      for mark in one.marks where xRange.contains(mark.x) {
        if let interval = mark.interval { whisker(&sheet, x(mark.x), interval, y, one.kind) }
        if let side = mark.truth {
          bound(&sheet, x(mark.x), y(mark.y), side, one.kind)
        } else {
          sheet.shape(one.kind, x: x(mark.x), y: y(mark.y), radius: 4)
        }
      }
    }
    sheet.height = Int(legend(&sheet, from: bottom + 58, left: left, right: right)) + 10
    return sheet.document(title: "\(title): \(up) over \(across)")
  }

  private func whisker(
    _ sheet: inout SVGSheet, _ x: Double, _ interval: ClosedRange<Double>, _ y: (Double) -> Double, _ kind: Int
  ) {
    let style = "held of-\(kind % 6)"
    let (low, high) = (y(max(interval.lowerBound, yRange.lowerBound)), y(min(interval.upperBound, yRange.upperBound)))
    sheet.line(style, x, low, x, high)
    for end in [low, high] { sheet.line(style, x - 4, end, x + 4, end) }
  }

  /// A mark that is hollow, with an arrow to where the truth lies.
  private func bound(_ sheet: inout SVGSheet, _ x: Double, _ y: Double, _ side: Mark.Side, _ kind: Int) {
    let style = Self.hollow(kind)
    let way = side == .above ? -1.0 : 1.0
    let tip = y + 16 * way
    sheet.shape(kind, x: x, y: y, radius: 4, style: style)
    sheet.line(style, x, y + 5 * way, x, tip)
    for wing in [-3.0, 3.0] { sheet.line(style, x + wing, tip - 4 * way, x, tip) }
  }

  private static func hollow(_ kind: Int) -> String { "held line of-\(kind % 6)" }

  /// What stands beside a mark that is a bound; nil where there is none.
  var boundWords: String? {
    let sides = Set(series.flatMap(\.marks).filter { xRange.contains($0.x) }.compactMap(\.truth))
    guard let side = sides.first else { return nil }
    if sides.count > 1 { return "a bound: the truth lies where it points" }
    return side == .above ? "a bound: the truth lies above" : "a bound: the truth lies below"
  }

  /// - Returns: where it ends.
  private func legend(_ sheet: inout SVGSheet, from top: Double, left: Double, right: Double) -> Double {
    var (x, y) = (12.0, top)
    for one in series {
      let wide = 34 + SVGSheet.letter * Double(one.name.count)
      if x + wide > right, x > 12 { (x, y) = (12, y + 18) }
      if !one.line.isEmpty { sheet.line("held line of-\(one.kind % 6)", x, y - 4, x + 16, y - 4) }
      if !one.marks.isEmpty { sheet.shape(one.kind, x: x + 8, y: y - 4, radius: 4) }
      sheet.text(one.name, x: x + 22, y: y, room: right - x - 22)
      x += wide
    }
    if let boundWords {
      // On a line of its own, with room for the arrow.
      y += 22
      for (place, one) in series.filter({ $0.marks.contains { $0.truth != nil } }).enumerated() {
        let side = one.marks.compactMap(\.truth).first ?? .above
        x = 20 + 16 * Double(place)
        bound(&sheet, x, y - (side == .above ? 0 : 12), side, one.kind)
      }
      sheet.text(boundWords, x: x + 14, y: y, room: right - x - 14)
    }
    return y
  }

  // MARK: Scales

  private static func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    let length = range.upperBound - range.lowerBound
    return length > 0 ? (value - range.lowerBound) / length : 0
  }

  /// Round values within, about as many as asked for.
  static func ticks(_ range: ClosedRange<Double>, atMost count: Int) -> [Double] {
    let length = range.upperBound - range.lowerBound
    guard length > 0, length.isFinite, count > 0 else { return [range.lowerBound] }
    var step = 1e-9
    var turn = 0
    while length / step > Double(count) {
      step *= [2, 2.5, 2][turn % 3]
      turn += 1
    }
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    return first > last ? [] : (Int(first)...Int(last)).map { Double($0) * step }
  }

  /// A number with at most three decimals, none that is not needed.
  public static func words(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    var text = Quantity.decimal(Int64((value * 1000).rounded()), digits: 3)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
