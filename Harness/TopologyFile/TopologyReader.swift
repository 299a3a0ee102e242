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
  ///   - clients: Where client files are found.
  public static func read(
    bytes: [UInt8], file: String, overrides: [Override] = [], checks: [CheckSpec], clients: ClientShelf = .empty
  ) -> ReadResult {
    let (decoded, sink) = SchemaReading.read(
      bytes, file: file, table: TopologySchema.topology, noun: "a topology", checks: checks
    ) { tree, sink in Overriding(sink: sink).apply(overrides, to: &tree) }
    guard let decoded else { return ReadResult(topology: nil, diagnostics: sink.sorted) }
    let topology = TopologyBuilder(root: decoded, sink: sink, checks: checks, clients: clients).build()
    return ReadResult(topology: sink.hasErrors ? nil : topology, diagnostics: sink.sorted)
  }

  public static func read(
    text: String, file: String, overrides: [Override] = [], checks: [CheckSpec], clients: ClientShelf = .empty
  ) -> ReadResult {
    read(bytes: Array(text.utf8), file: file, overrides: overrides, checks: checks, clients: clients)
  }
}
