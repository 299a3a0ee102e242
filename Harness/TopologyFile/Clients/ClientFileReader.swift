/// A client file to `ForeignClient`: all that is wrong is found at once, each with its place.
public enum ClientFileReader {
  public struct ReadResult: Sendable {
    /// Nil where there is an error.
    public var client: ForeignClient?
    /// In the order of the file.
    public var diagnostics: [Diagnostic]
  }

  /// - Parameters:
  ///   - shelf: Where its profile is found.
  ///   - checks: The catalogue, for its known deviations.
  public static func read(_ source: ClientShelf.Source, shelf: ClientShelf, checks: [CheckSpec]) -> ReadResult {
    let (decoded, sink) = SchemaReading.read(
      source.bytes, file: source.file, table: ForeignClientSchema.file, noun: "a client", checks: checks)
    guard let decoded else { return ReadResult(client: nil, diagnostics: sink.sorted) }
    let client = ForeignClientBuilder(table: decoded, folder: source.folder, shelf: shelf, checks: checks, sink: sink)
      .build()
    return ReadResult(client: sink.hasErrors ? nil : client, diagnostics: sink.sorted)
  }

  /// The client of that name, or in that file.
  ///
  /// - Parameter folder: In which a relative path begins.
  /// - Returns: Nil where there is no such client.
  public static func find(
    _ name: String, from folder: String, shelf: ClientShelf, checks: [CheckSpec]
  ) -> ReadResult? {
    shelf.client(name, from: folder).map { read($0, shelf: shelf, checks: checks) }
  }

  /// What was perhaps meant, of the clients that ship.
  public static func suggestion(for name: String, shelf: ClientShelf) -> String? {
    Suggestion.nearest(to: name, among: ["native"] + shelf.names)
  }
}
