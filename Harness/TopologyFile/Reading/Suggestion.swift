/// What was perhaps meant.
package enum Suggestion {
  /// The nearest of `candidates` within a third of the word's length (one slip at least); the first of equals.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    guard word.count <= 64 else { return nil }
    let letters = Array(word.lowercased())
    let limit = max(1, letters.count / 3)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let distance = Self.distance(letters, Array(candidate.lowercased()))
      if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.candidate ?? beginning(with: word, among: candidates)
  }

  /// The only candidate that begins with a word of three letters or more.
  private static func beginning(with word: String, among candidates: [String]) -> String? {
    let found = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
    return word.count >= 3 && found.count == 1 ? found[0] : nil
  }

  /// Damerau and Levenshtein, with neighbours exchanged counted as one slip (optimal string alignment).
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
