import Testing
import TopologyFile

/// An invalid topology and what is said of it, all of it, in order.
struct InvalidTopology: Sendable, CustomTestStringConvertible {
  var title: String
  var text: String
  var set: [String]
  var messages: [String]

  init(_ title: String, text: String, set: [String] = [], saying messages: [String]) {
    self.title = title
    self.text = text
    self.set = set
    self.messages = messages
  }

  /// The sample with other lines.
  init(_ title: String, lines: [String] = [], set: [String] = [], saying messages: [String]) {
    self.init(title, text: lines.reduce(Sample.text) { Sample.edited($0, $1) }, set: set, saying: messages)
  }

  var testDescription: String { title }

  static let all = files + keys + quantities + swarms + servers + clients + checks + overrides
}

@Suite struct InvalidTopologyTests {
  @Test("What is wrong is said exactly", arguments: InvalidTopology.all)
  func saysWhatIsWrong(_ invalid: InvalidTopology) {
    let result = Sample.read(invalid.text, set: invalid.set)
    #expect(result.diagnostics.map(\.description) == invalid.messages)
    #expect(result.topology == nil)
    #expect(!invalid.messages.isEmpty)
  }
}
