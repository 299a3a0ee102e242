import Judging
import SwarmTime

extension Drawing {
  /// The choke timeline: for each partner what came from it, whether it unchoked the peer, whether the peer unchoked it,
  /// and whether it was interested.
  func chokes() -> String {
    let choker = picture.chokers[peer]
    let x = TimeScale(from: from, to: to, left: 110, right: 745)
    let all = choker.rows.filter { shows($0, x) }
    let rows = chosen(all, x)
    let steps = max(1, Int(choker.window.nanoseconds / picture.flowStep.nanoseconds))
    let sums = rows.map { row in flow(from: row.partner)?.sums(over: steps) ?? [] }
    // A seed, which nobody reciprocates, may give far more than all others: it is cut off rather than they flattened.
    let ranked = rows.indices.filter { !picture.peers[rows[$0].partner].isSeed }
    let most = max(1024, (ranked.isEmpty ? Array(rows.indices) : ranked).compactMap { sums[$0].max() }.max() ?? 0)
    let (row, top) = (30.0, 40.0)
    let bottom = top + row * Double(max(1, rows.count))
    var sheet = SVGSheet(width: Self.width)
    sheet.text(title("\(name) as a choker"), x: 8, y: 16, style: "title", room: 620)
    if rows.count < all.count { sheet.text("\(rows.count) of \(all.count) partners", x: 745, y: 16, .end) }
    for round in choker.grid?.rounds(from: from, to: to) ?? [] {
      sheet.line("round", x(round), top, x(round), bottom)
    }
    sheet.timeAxis(x, bottom: bottom, top: nil)
    for (place, line) in rows.enumerated() {
      let y = top + row * Double(place)
      sheet.line("grid", 0, y, Double(Self.width), y)
      sheet.text(picture.peers[line.partner].name, x: 102, y: y + row / 2 + 4, .end, style: "name", room: 98)
      draw(sums[place], most: most, y: y, row: row, x, &sheet)
      draw(line, low: y + row - 14, x, &sheet)
    }
    if rows.isEmpty { sheet.text("no choke, interest or payload in this stretch", x: x.left + 8, y: top + 19) }
    let partners = rows.map(\.partner)
    for moment in marks(x) {
      sheet.line("mark", x(moment.at), top - 8, x(moment.at), bottom)
      sheet.flag("mark", x: x(moment.at), y: top - 14)
      for place in moment.peers.compactMap({ partners.firstIndex(of: $0) }) {
        sheet.circle("mark", x: x(moment.at), y: top + row * Double(place) + row - 7, radius: 5)
      }
    }
    let rate = Quantity.rate(most * 1_000_000_000 / max(1, choker.window.nanoseconds))
    let first = sheet.legend(
      y: bottom + 36,
      [("regular", "unchokes it, regular", 7), ("optimistic", "unchokes it, optimistic", 7), ("slot", "either", 7)])
    let window = SVGSheet.seconds(SwarmInstant(nanoseconds: choker.window.nanoseconds))
    let last = sheet.legend(
      y: first + 18,
      [
        ("want", "it is interested", 2), ("theirs", "it unchokes \(name)", 2),
        ("rate", "received from it over \(window), full height \(rate)", 8),
      ])
    sheet.height = Int(last) + 10
    return sheet.document(title: title("Choke timeline of \(name)"))
  }

  private func shows(_ row: ChokePicture.Row, _ x: TimeScale) -> Bool {
    row.unchoked.contains { $0.start < to && $0.end > from }
      || row.interested.contains { $0.start < to && $0.end > from }
      || row.unchokedBy.contains { $0.start < to && $0.end > from }
  }

  /// As many as there is room for, in their order.
  private func chosen(_ rows: [ChokePicture.Row], _ x: TimeScale) -> [ChokePicture.Row] {
    guard rows.count > mostPartners else { return rows }
    let named = Set(marks(x).flatMap(\.peers))
    func rank(_ row: ChokePicture.Row) -> Int {
      if named.contains(row.partner) { return 0 }
      return row.unchoked.contains { $0.start < to && $0.end > from } ? 1 : 2
    }
    let kept = Set(
      rows.sorted { (rank($0), $0.partner) < (rank($1), $1.partner) }.prefix(mostPartners).map(\.partner))
    return rows.filter { kept.contains($0.partner) }
  }

  private func flow(from partner: Int) -> Flow? {
    picture.flows.first { $0.pair.from == partner && $0.pair.to == peer }
  }

  /// The rate over the window, as an area above the middle of the row.
  private func draw(_ sums: [Int64], most: Int64, y: Double, row: Double, _ x: TimeScale, _ sheet: inout SVGSheet) {
    let low = y + row - 14
    var points: [(x: Double, y: Double)] = []
    for (slot, sum) in sums.enumerated() {
      let at = SwarmInstant(nanoseconds: Int64(slot + 1) * picture.flowStep.nanoseconds)
      guard at >= from, at <= to else { continue }
      points.append((x(at), low - (row - 16) * min(1, Double(sum) / Double(most))))
    }
    guard let first = points.first, let last = points.last else { return }
    // Nothing came: a flat line says no more than none.
    guard points.contains(where: { $0.y < low - 0.05 }) else { return }
    sheet.path("rate", [(first.x, low)] + points + [(last.x, low)], closed: true)
  }

  private func draw(_ line: ChokePicture.Row, low: Double, _ x: TimeScale, _ sheet: inout SVGSheet) {
    func span(_ style: String, _ start: SwarmInstant, _ end: SwarmInstant, y: Double, height: Double) {
      guard start < to, end > from else { return }
      sheet.box(style, x: x(start), y: y, width: x(end) - x(start), height: height)
    }
    for stretch in line.unchokedBy { span("theirs", stretch.start, stretch.end, y: low, height: 2) }
    for stretch in line.unchoked {
      span(Self.style(stretch.label), stretch.start, stretch.end, y: low + 3.5, height: 7)
    }
    for stretch in line.interested { span("want", stretch.start, stretch.end, y: low + 11.5, height: 1.5) }
  }

  private static func style(_ label: ChokePicture.Label) -> String {
    switch label {
    case .slot: "slot"
    case .regular: "regular"
    case .optimistic: "optimistic"
    }
  }
}
