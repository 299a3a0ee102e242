import Reporting
import TopologyFile

/// The client files that ship, on this machine's disk: `share/swarmlab/clients` beside the program's `bin` where it was
/// installed, `Harness/Clients` above it where it was built.
enum ClientFolder {
  static let suffix = ".client.yaml"

  /// Nil where the files were left behind.
  static func path() throws -> String? {
    var folder = try Programs.ownPath()
    var isFirst = true
    while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      folder = String(folder[..<slash])
      for place in (isFirst ? ["Clients"] : []) + ["share/swarmlab/clients", "Harness/Clients"]
      where Files.exists("\(folder)/\(place)") { return "\(folder)/\(place)" }
      isFirst = false
    }
    return nil
  }

  static func shelf() throws -> ClientShelf {
    guard let folder = try path() else { return ClientShelf(folder: "", names: [], open: source) }
    let names = try Files.names(in: folder).filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
    return ClientShelf(folder: folder, names: names, open: source)
  }

  @Sendable private static func source(_ path: String) -> ClientShelf.Source? {
    guard let bytes = try? Files.bytes(of: path) else { return nil }
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    return ClientShelf.Source(file: path, folder: (try? Programs.absolute(folder)) ?? folder, bytes: bytes)
  }
}
