import SwarmTime

/// An SVG that stands alone: a ground, its own colours for light and dark, and a time axis.
package struct SVGSheet {
  package let width: Int
  /// Grows as rows are added.
  package var height = 0
  private var body = ""

  package init(width: Int) { self.width = width }

  package mutating func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
    body += "<line class=\"\(style)\" x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" "
    body += "x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\"/>\n"
  }

  package mutating func box(_ style: String, x: Double, y: Double, width: Double, height: Double) {
    body += "<rect class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
    body += "width=\"\(Self.number(max(width, 0.8)))\" height=\"\(Self.number(height))\"/>\n"
  }

  mutating func path(_ style: String, _ points: [(x: Double, y: Double)], closed: Bool = false) {
    guard let first = points.first else { return }
    var d = "M\(Self.number(first.x)) \(Self.number(first.y))"
    for point in points.dropFirst() { d += "L\(Self.number(point.x)) \(Self.number(point.y))" }
    body += "<path class=\"\(style)\" d=\"\(d)\(closed ? "Z" : "")\"/>\n"
  }

  /// A line that keeps its height until the next point, and the last until `right`.
  mutating func steps(_ style: String, _ points: [(x: Double, y: Double)], to right: Double) {
    guard let first = points.first else { return }
    var d = "M\(Self.number(first.x)) \(Self.number(first.y))"
    for point in points.dropFirst() { d += "H\(Self.number(point.x))V\(Self.number(point.y))" }
    body += "<path class=\"\(style)\" d=\"\(d)H\(Self.number(right))\"/>\n"
  }

  /// - Parameter title: what is told where it is pointed at.
  package mutating func circle(_ style: String, x: Double, y: Double, radius: Double, title: String? = nil) {
    body += "<circle class=\"\(style)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" "
    let end = title.map { "><title>\(Markup.text($0))</title></circle>" } ?? "/>"
    body += "r=\"\(Self.number(radius))\"\(end)\n"
  }

  /// A small triangle that points down at `x`.
  mutating func flag(_ style: String, x: Double, y: Double) {
    let points = [(-5.0, 0.0), (5, 0), (0, 9)].map { "\(Self.number(x + $0.0)),\(Self.number(y + $0.1))" }
    body += "<polygon class=\"\(style)\" points=\"\(points.joined(separator: " "))\"/>\n"
  }

  /// A mark whose form and colour tell its class.
  ///
  /// - Parameter style: instead of the class's own.
  mutating func shape(_ kind: Int, x: Double, y: Double, radius: Double, style: String? = nil) {
    let forms: [[(Double, Double)]] = [
      [], [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)], [(0, -1.1), (1.1, 0.8), (-1.1, 0.8)],
      [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)], [(0, 1.1), (1.1, -0.8), (-1.1, -0.8)],
    ]
    let style = style ?? "class-\(kind % 6)"
    let form = forms[kind % forms.count]
    guard !form.isEmpty else { return circle(style, x: x, y: y, radius: radius) }
    let points = form.map { "\(Self.number(x + $0.0 * radius)),\(Self.number(y + $0.1 * radius))" }
    body += "<polygon class=\"\(style)\" points=\"\(points.joined(separator: " "))\"/>\n"
  }

  package enum Anchor: String { case start, middle, end }

  /// - Parameter room: pixels that there are: what is longer is cut, and told whole where it is pointed at.
  package mutating func text(
    _ text: String, x: Double, y: Double, _ anchor: Anchor = .start, style: String = "", room: Double = 1e6
  ) {
    let kind = style.isEmpty ? "" : " class=\"\(style)\""
    let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    let most = max(2, Int(room / Self.letter))
    let isCut = text.count > most
    let shown = isCut ? String(text.prefix(most - 1)) + "…" : text
    let whole = isCut ? "<title>\(Markup.text(text))</title>" : ""
    body += "<text\(kind) x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(side)>\(whole)\(Markup.text(shown))</text>\n"
  }

  /// Of a letter, on average.
  package static let letter = 6.4

  /// Samples with their words, in as many lines as they need.
  ///
  /// - Returns: where the last line stands.
  package mutating func legend(y top: Double, _ items: [(style: String, words: String, height: Double)]) -> Double {
    let right = Double(width) - 12
    var (x, y) = (12.0, top)
    for item in items {
      let wide = 34 + Self.letter * Double(item.words.count)
      if x + wide > right, x > 12 { (x, y) = (12, y + 18) }
      if item.style == "up" || item.style == "down" {
        line(item.style, x, y - 4, x + 14, y - 4)
      } else {
        box(item.style, x: x, y: y - 4 - item.height / 2, width: 14, height: item.height)
      }
      text(item.words, x: x + 19, y: y, room: right - x - 19)
      x += wide
    }
    return y
  }

  /// The mark of each class with its name, in as many lines as they need.
  ///
  /// - Returns: where the last line stands.
  package mutating func classes(y top: Double, _ names: [String]) -> Double {
    let right = Double(width) - 8
    var (x, y) = (14.0, top)
    for (kind, name) in names.enumerated() {
      let wide = 26 + Self.letter * Double(name.count)
      if x + wide > right, x > 14 { (x, y) = (14, y + 18) }
      shape(kind, x: x, y: y - 4, radius: 4.5)
      text(name, x: x + 9, y: y, room: right - x - 9)
      x += wide
    }
    return y
  }

  /// Times below the drawing, with or without lines up to `top`.
  mutating func timeAxis(_ x: TimeScale, bottom: Double, top: Double?) {
    line("axis", x.left, bottom, x.right, bottom)
    for time in x.ticks {
      if let top { line("grid", x(time), top, x(time), bottom) }
      text(Self.seconds(time), x: x(time), y: bottom + 15, .middle)
    }
  }

  /// For a page whose style it takes.
  package func fragment(title: String) -> String {
    "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(Markup.text(title))\">\n\(body)</svg>\n"
  }

  /// The whole document. `title` is what a reader who cannot see it is told.
  func document(title: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
    role="img" aria-label="\(Markup.text(title))">
    <title>\(Markup.text(title))</title>
    <style>\(Self.style)</style>
    <rect class="ground" width="\(width)" height="\(height)"/>
    \(body)</svg>

    """
  }

  /// Whole seconds where they are whole: `30 s`, `12.5 s`.
  static func seconds(_ instant: SwarmInstant) -> String {
    let tenths = (instant.nanoseconds + 50_000_000) / 100_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(Quantity.decimal(tenths, digits: 1)) s"
  }

  /// A tenth of a pixel, without what it does not need.
  static func number(_ value: Double) -> String {
    let tenths = Int64((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : Quantity.decimal(tenths, digits: 1)
  }

  private static let style = """
    svg{--ink:#1c2430;--soft:#5c6773;--line:#dfe3e8;--card:#fff;--regular:#2f6fde;--optimistic:#e08a00;--slot:#8a97a8;\
    --want:#3f4a58;--rate:#0d9373;--round:#c3cad3;--fail:#c62f2f;font:12px system-ui,-apple-system,"Segoe UI",sans-serif}
    @media(prefers-color-scheme:dark){svg{--ink:#e5e9ef;--soft:#98a3b1;--line:#2e3742;--card:#1a2029;--regular:#6ea3ff;\
    --optimistic:#f0a93b;--slot:#76849a;--want:#b9c3d0;--rate:#35c79f;--round:#3f4a58;--fail:#ff7b72}}
    .ground{fill:var(--card)}text{fill:var(--soft)}.name{fill:var(--ink)}.title{fill:var(--ink);font-weight:600}
    .axis,.grid{stroke:var(--line)}.round{stroke:var(--round);stroke-width:.8}.limit{stroke:var(--soft);stroke-dasharray:4 4}
    .regular{fill:var(--regular)}.optimistic{fill:var(--optimistic)}.slot{fill:var(--slot)}.want{fill:var(--want)}
    .theirs{fill:var(--rate)}.rate{fill:var(--rate);fill-opacity:.4}
    .up,.down,.held{fill:none;stroke:var(--regular);stroke-width:1.6}.down{stroke:var(--rate)}.held{opacity:.6;stroke-width:1.3}
    .held.line{opacity:1;stroke-width:2}.of-1{stroke:var(--rate)}.of-2{stroke:#d26a00}.of-3{stroke:#9a45b8}.of-4{stroke:#c83e6c}.of-5{stroke:#4f7a8c}
    .held.focus{stroke:var(--fail);opacity:1;stroke-width:2}.event{stroke:var(--soft);stroke-dasharray:2 3}
    .class-0{fill:var(--regular)}.class-1{fill:var(--rate)}.class-2{fill:#d26a00}.class-3{fill:#9a45b8}.class-4{fill:#c83e6c}
    .class-5{fill:#4f7a8c}line.mark{stroke:var(--fail);opacity:.6}circle.mark{fill:none;stroke:var(--fail);stroke-width:2}polygon.mark{fill:var(--fail)}
    """
}

/// Times of a stretch along a line of pixels.
struct TimeScale {
  let from: SwarmInstant
  let to: SwarmInstant
  let left: Double
  let right: Double

  func callAsFunction(_ time: SwarmInstant) -> Double {
    let inside = max(from, min(time, to))
    return left + (right - left) * Double((inside - from).nanoseconds) / Double(max(1, (to - from).nanoseconds))
  }

  func holds(_ time: SwarmInstant) -> Bool { from <= time && time <= to }

  /// About eight round times.
  var ticks: [SwarmInstant] {
    let length = max(1, (to - from).nanoseconds)
    var step: Int64 = 1_000_000
    let factors: [Int64] = [2, 5, 10]
    var turn = 0
    var base = step
    while length / step > 10 {
      step = base * factors[turn % 3]
      if turn % 3 == 2 { base = step }
      turn += 1
    }
    let first = (from.nanoseconds + step - 1) / step * step
    return stride(from: first, through: to.nanoseconds, by: Int.Stride(step)).map { SwarmInstant(nanoseconds: $0) }
  }
}
