import Yams

/// A YAML value with the place where it was written. Aliases are followed, and what they come to is bounded.
package struct SourceTree {
  package indirect enum Content {
    case nothing
    case scalar(String)
    case list([SourceTree])
    case mapping([Entry])
  }

  package struct Entry {
    package var key: String
    package var keyPlace: Place
    package var value: SourceTree
  }

  package var content: Content
  package var place: Place

  /// How an error calls it.
  var noun: String {
    switch content {
    case .nothing: "nothing"
    case .scalar(let text): Self.quoted(text)
    case .list: "a list"
    case .mapping: "a section"
    }
  }

  /// Text in quotes, cut where it is long.
  static func quoted(_ text: String) -> String {
    let line = text.split(maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: \.isNewline)[0]
    return line.count <= 60 && line.count == text.count ? "\"\(text)\"" : "\"\(line.prefix(60))…\""
  }
}

/// Turns Yams's nodes into a `SourceTree`.
struct SourceTreeMaker {
  struct TooBig: Error {
    var place: Place
    var message: String
    var expected: String
  }

  /// The option that the text came from; nil for a file.
  var option: String?
  private var nodes = 0

  init(option: String? = nil) { self.option = option }

  mutating func tree(_ node: Node, depth: Int = 0) throws(TooBig) -> SourceTree {
    nodes += 1
    let place = place(node)
    guard depth <= TopologyLimits.maximumDepth else {
      throw TooBig(
        place: place, message: "the file is nested more than \(TopologyLimits.maximumDepth) levels deep",
        expected: "a topology, which has no more than 5")
    }
    guard nodes <= TopologyLimits.maximumNodes else {
      throw TooBig(
        place: place, message: "the file holds more than \(TopologyLimits.maximumNodes) values, aliases followed",
        expected: "a topology; many equal peers are one group with a count")
    }
    switch node {
    case .scalar(let scalar):
      let isNothing = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return SourceTree(content: isNothing ? .nothing : .scalar(scalar.string), place: place)
    case .sequence(let sequence):
      var items: [SourceTree] = []
      for item in sequence { items.append(try tree(item, depth: depth + 1)) }
      return SourceTree(content: .list(items), place: place)
    case .mapping(let mapping):
      var entries: [SourceTree.Entry] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          throw TooBig(place: self.place(key), message: "a key is a list or a section", expected: "a word as key")
        }
        entries.append(
          SourceTree.Entry(key: name, keyPlace: self.place(key), value: try tree(value, depth: depth + 1)))
      }
      return SourceTree(content: .mapping(entries), place: place)
    case .alias:
      return SourceTree(content: .nothing, place: place)
    }
  }

  private func place(_ node: Node) -> Place {
    if let option { return Place(option: option) }
    return node.mark.map { Place(line: $0.line, column: $0.column) } ?? Place(line: 1, column: 1)
  }
}
