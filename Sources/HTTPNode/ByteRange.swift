/// Which bytes of a file a request asks for (RFC 9110, section 14): one range of them, or all.
package enum ByteRange: Hashable {
  /// All of it: no `Range`, one that we do not understand, or several, which a server may ignore.
  case whole
  case part(Range<Int64>)
  /// Nothing of the file lies in it.
  case unsatisfiable

  /// - Parameter field: value of `Range`, such as `bytes=100-199`, `bytes=100-` or `bytes=-100`; nil where there is none.
  package init(_ field: String?, size: Int64) {
    self = .whole
    guard let field, field.hasPrefix("bytes=") else { return }
    let ends = field.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else { return }
    switch (Self.number(ends[0]), Self.number(ends[1])) {
    case (let first?, let last?):
      // A range that ends before it begins is invalid, and an invalid one is ignored.
      guard first <= last else { return }
      self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
    case (let first?, nil) where ends[1].isEmpty: self = first < size ? .part(first..<size) : .unsatisfiable
    case (nil, let length?) where ends[0].isEmpty:
      self = length > 0 && size > 0 ? .part(max(0, size - length)..<size) : .unsatisfiable
    default: return
    }
  }

  /// Whether the part that a `Content-Range` names, such as `bytes 100-199/200`, ends where the file ends. A server may
  /// send less than it was asked for (RFC 9110, section 15.3.7).
  package static func reachesEnd(contentRange field: String) -> Bool {
    let halves = field.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, let size = number(halves[1]), size > 0,
      let last = halves[0].split(separator: "-").last.flatMap({ number($0) })
    else { return false }
    return last == size - 1
  }

  /// Digits alone: neither a sign nor a space may stand there.
  private static func number(_ text: Substring) -> Int64? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
  }
}
