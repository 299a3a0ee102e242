import FoundationEssentials

extension RecordEntry {
  /// The entry as one line of JSON with sorted keys, without its line end.
  public var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Integers, strings, booleans and one finite decimal: nothing here that JSON cannot hold.
    guard let data = try? encoder.encode(self) else { preconditionFailure("a record entry that JSON cannot hold") }
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads one line. Throws `RunRecordError` where it is no entry that this version knows.
  public init(line: some StringProtocol) throws(RunRecordError) {
    do {
      self = try JSONDecoder().decode(RecordEntry.self, from: Data(line.utf8))
    } catch {
      throw RunRecordError(what: "not an entry of a run record: \(line.prefix(80))", place: nil, expected: Self.example)
    }
  }

  static let example = #"a line such as {"at":0,"event":{"joined":{"peer":"leecher-1"}}}"#
}

/// What is wrong with a record, where, and what was expected there.
public struct RunRecordError: Error, Hashable, Sendable, CustomStringConvertible {
  public var what: String
  /// `path` or `path:line`; nil where only a line was given.
  public var place: String?
  public var expected: String

  public init(what: String, place: String?, expected: String) {
    self.what = what
    self.place = place
    self.expected = expected
  }

  public var description: String { "\(place.map { "\($0): " } ?? "")\(what); expected \(expected)" }
}
