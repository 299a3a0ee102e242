/// Rows of cells as lines whose columns stand under each other.
enum Columns {
  /// The first column to the left, the last as it comes, the others to the right.
  static func lines(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    let last = rows.first?.last == ""
    return rows.map { row in
      row.enumerated().map { column, text in
        let gap = String(repeating: " ", count: widths[column] - text.count)
        if column == 0 { return text + gap }
        return column == count - 1 && last ? text : gap + text
      }.joined(separator: "  ").trimmed
    }
  }
}

extension String {
  /// Without blanks at its end.
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
