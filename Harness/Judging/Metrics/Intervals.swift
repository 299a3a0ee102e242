import SwarmTime

extension Scene {
  /// The content of `intervals.csv`: a row for each stretch in which `from` had unchoked `to`, or was interested in it.
  ///
  /// Times in swarm seconds since zero with nine places; frames 0 where no message began or ended it; `censored` is 1
  /// where the end of the capture cut it off. Sorted by start, kind, from, to.
  public var intervalsCSV: String {
    struct Row {
      var kind: String
      var pair: Pair
      var span: Span
    }
    var rows: [Row] = []
    for (kind, lines) in [("interest", timelines.interests), ("unchoke", timelines.unchokes)] {
      for line in lines { rows += line.on.map { Row(kind: kind, pair: line.pair, span: $0) } }
    }
    rows.sort { a, b in
      if a.span.start != b.span.start { return a.span.start < b.span.start }
      return (a.kind, a.pair.from, a.pair.to) < (b.kind, b.pair.from, b.pair.to)
    }
    var text = "kind,from,to,start,end,startFrame,endFrame,censored\n"
    for row in rows {
      let names = "\(Self.field(cast.names[row.pair.from])),\(Self.field(cast.names[row.pair.to]))"
      let times = "\(Self.seconds(row.span.start)),\(Self.seconds(row.span.end))"
      let frames = "\(row.span.startFrame),\(row.span.endFrame)"
      text += "\(row.kind),\(names),\(times),\(frames),\(row.span.isCensored ? 1 : 0)\n"
    }
    return text
  }

  private static func seconds(_ instant: SwarmInstant) -> String {
    let (whole, rest) = instant.nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(rest)
    return "\(instant.nanoseconds < 0 ? "-" : "")\(whole)." + String(repeating: "0", count: 9 - digits.count) + digits
  }

  /// Quoted where it must be (RFC 4180).
  private static func field(_ name: String) -> String {
    guard name.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" }) else { return name }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
