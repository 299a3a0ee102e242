import Dissection
import Judging
import Reporting

/// How much of a capture was understood, and what could not be read, by kind.
struct CoverageLines {
  let account: Account

  init(_ account: Account) { self.account = account }

  var lines: [String] {
    let trace = account.scene.trace
    let coverage = trace.coverage
    var first = "\(Quantity.count(coverage.frames, "frame")), \(Quantity.count(coverage.streams, "stream")) "
    first += "(\(coverage.streamsFromSYN) from \(coverage.streams == 1 ? "its" : "their") SYN"
    if coverage.streamsOverUTP > 0 { first += ", \(coverage.streamsOverUTP) over uTP" }
    first += "), \(Quantity.bytes(coverage.streamBytes)) of stream"
    var lines = [first]
    if coverage.holeBytes > 0 || !trace.holes.isEmpty { lines.append(holes(trace)) }
    var unread = unread
    if coverage.unreadBytes > 0 {
      unread.append(amount(coverage.unreadBytes, "of peer wire", coverage))
    }
    if !unread.isEmpty { lines.append("not read: " + unread.joined(separator: ", ")) }
    let datagrams = coverage.datagrams.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    if !datagrams.isEmpty { lines.append("datagrams: " + datagrams.joined(separator: ", ")) }
    let passed = coverage.passedOver.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    if !passed.isEmpty { lines.append("frames passed over: " + passed.joined(separator: ", ")) }
    return lines
  }

  /// `12 holes, 3.1 KiB (0.4 % of the streams): 10 within blocks, 2 that messages may be lost in`.
  private func holes(_ trace: Trace) -> String {
    let payload = trace.holes.count { $0.loses == .payload }
    let state = trace.holes.count - payload
    let kinds = [(payload, "within blocks"), (state, "in which messages may be lost")]
    let words = kinds.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return "\(Quantity.count(trace.holes.count, "hole")), "
      + "\(amount(trace.coverage.holeBytes, "missing", trace.coverage)): \(words)"
  }

  /// `3.1 KiB missing (0.4 % of the streams)`.
  private func amount(_ bytes: Int64, _ what: String, _ coverage: Coverage) -> String {
    let share = Fixed(bytes, over: coverage.streamBytes + coverage.holeBytes)
    let percent = share.map { "\(Fixed(millionths: $0.millionths * 100).text(places: 2)) %" } ?? "none"
    return "\(Quantity.bytes(bytes)) \(what) (\(percent) of the streams)"
  }

  /// `2 encrypted (3.1 MiB)`, by kind.
  private var unread: [String] {
    ["encrypted", "unknown"].compactMap { kind in
      let ones = account.connections.filter { AccountTable.content($0) == kind }
      guard !ones.isEmpty else { return nil }
      return "\(ones.count) \(kind) (\(Quantity.bytes(ones.reduce(0) { $0 + $1.streamBytes })))"
    }
  }
}
