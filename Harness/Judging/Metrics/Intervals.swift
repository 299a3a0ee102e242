import SwarmTime

extension Scene {
  /// The content of `intervals.csv`: a row for each stretch in which `from` had unchoked `to`, or was interested in it.
  ///
  /// Times in swarm seconds since zero with nine places; frames 0 where no message began or ended it; `censored` is 1
  /// where the end of the capture cut it off. Of an unchoke by a leecher, `slot` is what kind of slot it was
  /// (`SlotLabel`), `sure` the share of its time in which that is known, and `why` the reason; else they are empty.
  /// Sorted by start, kind, from, to.
  public var intervalsCSV: String {
    struct Row {
      var kind: String
      var pair: Pair
      var span: Span
      var slot: SlotLabel?
    }
    var rows: [Row] = []
    for line in timelines.interests { rows += line.on.map { Row(kind: "interest", pair: line.pair, span: $0) } }
    let leechers = cast.names.indices.map { slots(of: $0) }
    for line in timelines.unchokes {
      let kinds = leechers[line.pair.from]?.kinds
      rows += line.on.map { span in
        Row(kind: "unchoke", pair: line.pair, span: span, slot: kinds?.label(of: line.pair.to, from: span.start))
      }
    }
    rows.sort { a, b in
      if a.span.start != b.span.start { return a.span.start < b.span.start }
      return (a.kind, a.pair.from, a.pair.to) < (b.kind, b.pair.from, b.pair.to)
    }
    var text = "kind,from,to,start,end,startFrame,endFrame,censored,slot,sure,why\n"
    for row in rows {
      let names = "\(Self.field(cast.names[row.pair.from])),\(Self.field(cast.names[row.pair.to]))"
      let times = "\(Self.seconds(row.span.start)),\(Self.seconds(row.span.end))"
      let frames = "\(row.span.startFrame),\(row.span.endFrame)"
      let slot = row.slot.map { "\($0.kind.rawValue),\($0.sure),\($0.reason.rawValue)" } ?? ",,"
      text += "\(row.kind),\(names),\(times),\(frames),\(row.span.isCensored ? 1 : 0),\(slot)\n"
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
    guard name.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return name }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
