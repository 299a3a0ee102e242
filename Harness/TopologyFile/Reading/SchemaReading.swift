/// Bytes of a YAML file to what a table of the schema makes of them.
package enum SchemaReading {
  /// - Parameters:
  ///   - file: Its path, for diagnostics.
  ///   - noun: What the file should hold: `a client`.
  /// - Returns: Nil in place of values where the file is no mapping; the sink tells.
  package static func read(
    _ bytes: [UInt8], file: String, table: SchemaTable, noun: String, checks: [CheckSpec] = [],
    change: (inout SourceTree, DiagnosticSink) -> Void = { _, _ in }
  ) -> (values: DecodedTable?, sink: DiagnosticSink) {
    let sink = DiagnosticSink(file: file)
    let yaml = YAMLText(file: file)
    let read: SourceTree?
    do {
      read = try yaml.tree(try yaml.text(bytes))
    } catch {
      sink.add(error.diagnostic)
      return (nil, sink)
    }
    let keys = table.keys.filter(\.isRequired).map(\.key)
    let expected = "\(noun), with \(ScalarReader.list(keys, "and"))"
    guard var tree = read else {
      sink.error(Place(line: 1, column: 1), "the file is empty", expected: expected)
      return (nil, sink)
    }
    guard case .mapping = tree.content else {
      sink.error(tree.place, "the file holds \(tree.noun)", expected: expected)
      return (nil, sink)
    }
    change(&tree, sink)
    return (SchemaDecoder(sink: sink, checks: checks).decode(tree, table, path: ""), sink)
  }
}
