/// An account's table for people: columns under each other, within the width of the window.
extension AccountTable {
  /// - Parameter width: columns of the window.
  public func lines(width: Int, style: TerminalStyle) -> [String] {
    guard !rows.isEmpty else { return [style.bold(heading)] + notes.map { "  " + style.dim($0) } }
    let shown = columns.indices.filter { columns[$0].head != nil }
    let texts = rows.map { row in shown.map { row[$0].shown } }
    let heads = shown.map { columns[$0].head ?? "" }
    let isNumber = shown.map { place in rows.contains { $0[place].isNumber && !$0[place].isNone } }
    let widths = fitted(heads, texts, shown, width: width)
    func line(_ cells: [String]) -> String {
      var line = " "
      for (place, cell) in cells.enumerated() {
        let text = Self.cut(cell, to: widths[place])
        let blank = String(repeating: " ", count: widths[place] - text.count)
        line += " " + (isNumber[place] ? blank + text : text + blank)
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
    var lines = [style.bold(heading), style.dim(line(heads))]
    lines += texts.map(line)
    return lines + notes.map { "  " + style.dim($0) }
  }

  /// As wide as the widest cell; where that is too much, the widest of those that may shrink give way first.
  private func fitted(_ heads: [String], _ texts: [[String]], _ shown: [Int], width: Int) -> [Int] {
    var widths = heads.indices.map { place in
      max(heads[place].count, texts.map { $0[place].count }.max() ?? 0)
    }
    let least = 8
    while widths.reduce(widths.count + 1, +) > width {
      let candidates = shown.indices.filter { columns[shown[$0]].mayShrink && widths[$0] > least }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    return widths
  }

  /// Without its middle: names differ at their ends.
  private static func cut(_ text: String, to width: Int) -> String {
    guard text.count > width, width > 1 else { return text }
    let end = (width - 1) / 2
    return text.prefix(width - 1 - end) + "…" + text.suffix(end)
  }
}

extension AccountTable.Cell {
  fileprivate var isNone: Bool { if case .none = self { true } else { false } }
}
