import Yams

/// Another value for a key, by its path: `--set peers.leecher.count=16`. The value is read as YAML, so that it can be a
/// list or a section too.
public struct Override: Hashable, Sendable {
  public var path: String
  public var value: String
  /// The option that it was given with.
  public var flag: String
  /// Path of what is copied there instead of a value.
  public private(set) var source: String?

  public init(path: String, value: String, flag: String = "--set") {
    self.path = path
    self.value = value
    self.flag = flag
  }

  /// What stands at another path, whole: a group of peers like another.
  public static func copy(of source: String, to path: String) -> Override {
    var override = Override(path: path, value: "(a copy of \(source))", flag: "--tournament")
    override.source = source
    return override
  }

  /// As it was given, to point to.
  var option: String { "\(flag) \(path)=\(value)" }
}

/// Puts overrides into a tree before it is decoded: what is wrong with them is then found, and pointed to, like anything
/// else.
struct Overriding {
  var sink: DiagnosticSink

  func apply(_ overrides: [Override], to tree: inout SourceTree) {
    for override in overrides {
      let place = Place(option: override.option)
      let steps = override.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard steps.allSatisfy({ !$0.isEmpty }) else {
        sink.error(
          place, "\(SourceTree.quoted(override.path)) is no path", expected: "keys with points, such as payload.size")
        continue
      }
      guard let value = value(of: override, place, tree) else { continue }
      set(value, at: steps[...], in: &tree, place, walked: [])
    }
  }

  private func value(of override: Override, _ place: Place, _ tree: SourceTree) -> SourceTree? {
    if let source = override.source {
      let found = source.split(separator: ".").reduce(Optional(tree)) { tree, step in
        guard case .mapping(let entries) = tree?.content else { return nil }
        return entries.first { $0.key == step }?.value
      }
      if found == nil { sink.error(place, "there is no \(source) to copy", expected: "a key of the file") }
      return found
    }
    do {
      guard let node = try Yams.compose(yaml: override.value) else {
        return SourceTree(content: .nothing, place: place)
      }
      var maker = SourceTreeMaker(option: override.option)
      return try maker.tree(node)
    } catch {
      sink.error(place, "the value is not valid YAML", expected: "a value as a topology file would hold it")
      return nil
    }
  }

  private func set(
    _ value: SourceTree, at steps: ArraySlice<String>, in tree: inout SourceTree, _ place: Place, walked: [String]
  ) {
    guard let step = steps.first else {
      tree = value
      return
    }
    let rest = steps.dropFirst()
    switch tree.content {
    case .nothing, .mapping:
      var entries: [SourceTree.Entry] = []
      if case .mapping(let existing) = tree.content { entries = existing }
      let index = entries.firstIndex { $0.key == step } ?? entries.count
      if index == entries.count {
        guard !(walked.isEmpty && step == "checks" && rest.first != nil) else {
          sink.error(
            place, "the file lists no checks of which one could be set",
            expected: "a list, such as --set checks='[completion, integrity]'")
          return
        }
        guard walked != ["peers"] || rest.isEmpty else { return refuse(group: step, among: entries, place) }
        let empty = SourceTree(content: rest.isEmpty ? .nothing : .mapping([]), place: place)
        entries.append(SourceTree.Entry(key: step, keyPlace: place, value: empty))
      }
      set(value, at: rest, in: &entries[index].value, place, walked: walked + [step])
      tree.content = .mapping(entries)
    case .list(var items):
      guard let index = item(step, of: items) else {
        sink.error(
          place, "\(walked.joined(separator: ".")) has no \(SourceTree.quoted(step))",
          expected: "a name in that list, or a number from 0 to \(max(0, items.count - 1))")
        return
      }
      let isNamed = Int(step) == nil
      if isNamed, !rest.isEmpty {
        // `rate-limit` in a list stands for `{rate-limit: {}}`.
        if case .scalar = items[index].content {
          let entry = SourceTree.Entry(
            key: step, keyPlace: items[index].place, value: SourceTree(content: .nothing, place: items[index].place))
          items[index].content = .mapping([entry])
        }
        set(value, at: steps, in: &items[index], place, walked: walked)
      } else {
        set(value, at: rest, in: &items[index], place, walked: walked + [step])
      }
      tree.content = .list(items)
    case .scalar:
      // A word where a section may stand (`client: native`) gives way to the section.
      let entry = SourceTree.Entry(key: step, keyPlace: place, value: SourceTree(content: .nothing, place: place))
      tree = SourceTree(content: .mapping([entry]), place: place)
      set(value, at: steps, in: &tree, place, walked: walked)
    }
  }

  /// A key of a group that there is not: a slip of the pen, which must not become a group of its own.
  private func refuse(group: String, among entries: [SourceTree.Entry], _ place: Place) {
    let groups = entries.map(\.key).filter { !$0.hasPrefix("x-") }
    let suggestion = Suggestion.nearest(to: group, among: groups)
    sink.error(
      place, "unknown key \(SourceTree.quoted(group)) in peers",
      expected: suggestion == nil
        ? "\(ScalarReader.list(groups)), or a new group whole, such as --set peers.\(group)='{count: 1}'" : nil,
      suggestion: suggestion)
  }

  /// By number from 0, or by the name that it is or begins with.
  private func item(_ step: String, of items: [SourceTree]) -> Int? {
    if let number = Int(step) { return items.indices.contains(number) ? number : nil }
    return items.firstIndex { item in
      switch item.content {
      case .scalar(let text): text == step
      case .mapping(let entries): entries.first?.key == step
      default: false
      }
    }
  }
}
