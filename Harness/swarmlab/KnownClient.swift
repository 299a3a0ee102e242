import Judging
import Reporting
import TopologyFile

/// A client that ships, read from its file.
struct KnownClient: Sendable {
  var name: String
  /// Nil where its file is invalid.
  var client: ForeignClient?
  /// What is wrong with the file.
  var troubles: [String]

  /// All that ship, by name.
  static func all(of shelf: ClientShelf) -> [KnownClient] {
    shelf.names.compactMap { name in
      ClientFileReader.find(name, from: "", shelf: shelf, checks: CheckCatalogue.specs).map {
        KnownClient(name: name, client: $0.client, troubles: $0.diagnostics.map(\.description))
      }
    }
  }

  /// Asked of all at once; nil where the file is invalid.
  static func versions(of clients: [KnownClient]) async -> [ClientVersion?] {
    await withTaskGroup(of: (Int, ClientVersion?).self) { group in
      for (index, known) in clients.enumerated() {
        group.addTask { (index, await known.client.asyncMap(ClientVersion.of)) }
      }
      var versions = [ClientVersion?](repeating: nil, count: clients.count)
      for await (index, version) in group { versions[index] = version }
      return versions
    }
  }

  static func unknown(_ name: String, _ shelf: ClientShelf) -> Failure {
    let suggestion = ClientFileReader.suggestion(for: name, shelf: shelf).map { "did you mean \($0)?" }
    return Failure(
      state: .usage, what: "there is no client named \(name)",
      expected: suggestion ?? "one of \(shelf.names.joined(separator: ", "))")
  }
}

extension Optional {
  fileprivate func asyncMap<Result>(_ body: (Wrapped) async -> Result) async -> Result? {
    if let value = self { await body(value) } else { nil }
  }
}
