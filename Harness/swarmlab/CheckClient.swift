import ArgumentParser
import Judging
import Planning
import Reporting
import TopologyFile

struct CheckClient: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Takes a client through a short course, and says item by item what is missing.",
    discussion: """
      Two small swarms: the client downloads from a native seed, then seeds to a native leecher. What it did is read from
      its packets and its process, never asked of it.

      Exit status: 0 it does all that a peer must · 1 something is missing · 64 there is no such client, its file is invalid,
      or it cannot be executed.
      """)

  @Argument(help: "Name of a client that ships, or a client file of yours: ./mine.client.yaml.") var client: String
  @Option(
    help: ArgumentHelp(
      "Folder to keep both runs in; if not given they lie in TMPDIR, or /tmp, and are removed.", valueName: "folder"))
  var output: String?

  func run() async throws {
    let interrupts = Interrupts()
    try await reporting {
      guard let client = try read() else { return .usage }
      let style = Output.style
      let version = await ClientVersion.of(client)
      switch version {
      case .missing(let reason):
        throw Failure(
          state: .usage, what: "\(self.client) cannot be executed: \(reason)", expected: "it to be installed",
          mend: client.install.advice)
      case .version(let text): Output.print("\(style.bold(client.name ?? self.client)) \(text)  \(client.program)")
      case .unknown:
        Output.print(
          "\(style.bold(client.name ?? self.client))  \(client.program)"
            + (client.version == nil ? "  (no version: tell how it is asked)" : "  (its version was not understood)"))
      }
      var isWell = true
      for role in ClientCourse.Role.allCases where interrupts.exitState == nil {
        let items = try await ClientCourse(client: client, name: self.client, role: role).items(
          output: output, interrupts: interrupts)
        Output.print(role.title)
        for item in items { Output.print(item.lines(style)) }
        isWell = isWell && items.allSatisfy(\.isWell)
      }
      if let interrupted = interrupts.exitState { return interrupted }
      Output.print(isWell ? style.green("  it does all that a peer must") : style.red("  something is missing"))
      return isWell ? .passed : .failed
    }
  }

  /// Nil where its file is invalid, which is said.
  private func read() throws -> ForeignClient? {
    let shelf = try ClientFolder.shelf()
    guard let read = ClientFileReader.find(client, from: "", shelf: shelf, checks: CheckCatalogue.specs) else {
      guard client.contains("/") || client.hasSuffix(ClientFolder.suffix) else {
        throw KnownClient.unknown(client, shelf)
      }
      // The shelf knows only that it got none.
      do throws(FileFault) {
        _ = try Files.bytes(of: client)
      } catch {
        throw Failure(state: .usage, what: error.description, expected: "a client file", mend: error.mend)
      }
      throw Failure(state: .usage, what: "cannot be read", place: client, expected: "a client file")
    }
    TopologyOptions.show(read.diagnostics)
    return read.client
  }
}
