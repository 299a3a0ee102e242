/// Text to `Topology`: all that is wrong is found at once, each with its place. Broken YAML and duplicate keys are the
/// exception: first and alone, since what follows would be guesses.
public enum TopologyReader {
  public struct ReadResult: Sendable {
    /// Nil where there is an error; warnings leave it.
    public var topology: Topology?
    /// In the order of the file.
    public var diagnostics: [Diagnostic]
  }

  /// - Parameters:
  ///   - bytes: The file; it need not be UTF-8, or small, or YAML.
  ///   - file: Its path, for diagnostics.
  ///   - overrides: Values that replace the file's, in order.
  ///   - checks: The catalogue.
  public static func read(bytes: [UInt8], file: String, overrides: [Override] = [], checks: [CheckSpec]) -> ReadResult {
    let yaml = YAMLText(file: file)
    let read: SourceTree?
    do {
      read = try yaml.tree(try yaml.text(bytes))
    } catch {
      return ReadResult(topology: nil, diagnostics: [error.diagnostic])
    }
    let sink = DiagnosticSink(file: file)
    guard var tree = read else {
      sink.error(
        Place(line: 1, column: 1), "the file is empty", expected: "a topology, with name, payload, peers and until")
      return ReadResult(topology: nil, diagnostics: sink.sorted)
    }
    guard case .mapping = tree.content else {
      sink.error(
        tree.place, "the file holds \(tree.noun)", expected: "a topology, with name, payload, peers and until")
      return ReadResult(topology: nil, diagnostics: sink.sorted)
    }
    Overriding(sink: sink).apply(overrides, to: &tree)
    let decoded = SchemaDecoder(sink: sink, checks: checks).decode(tree, TopologySchema.topology, path: "")
    let topology = TopologyBuilder(root: decoded, sink: sink, checks: checks).build()
    return ReadResult(topology: sink.hasErrors ? nil : topology, diagnostics: sink.sorted)
  }

  public static func read(text: String, file: String, overrides: [Override] = [], checks: [CheckSpec]) -> ReadResult {
    read(bytes: Array(text.utf8), file: file, overrides: overrides, checks: checks)
  }
}
