import ArgumentParser
import Judging
import Lab
import Reporting
import TopologyFile

struct ClientsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clients", abstract: "Lists what can be a peer on this machine, and where swarms can run.",
    subcommands: [ListClients.self, ShowClient.self, CheckClient.self], defaultSubcommand: ListClients.self)
}

struct ListClients: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Clients with their versions, how to get those that are missing, and where swarms can run.")

  func run() async throws {
    try await reporting {
      let style = Output.style
      let executable = try Programs.ownPath()
      let native = Programs.beside(executable, "swarm-peer")
      Output.print(style.bold("native") + "  \(native ?? "swarm-peer is missing beside \(executable)")")
      Output.print("  choking algorithms: \(NativeClient.chokingNames.joined(separator: ", "))")
      Output.print("  misbehaviours: \(NativeClient.misbehaviours.map(\.name).joined(separator: ", "))")
      let shelf = try ClientFolder.shelf()
      let clients = KnownClient.all(of: shelf)
      let versions = await KnownClient.versions(of: clients)
      for (client, version) in zip(clients, versions) { Output.print(Self.lines(client, version)) }
      Output.print("")
      Output.print("Any other program: a client file of your own, or `client: {command: [PROGRAM, ARGUMENTS…]}`.")
      Output.print("")
      Output.print(style.bold("where a swarm can run") + " (the first that works is taken)")
      for finding in await Sandbox.ladder(executable: executable) {
        let can = finding.capabilities.map(\.rawValue).sorted().joined(separator: ", ")
        Output.print("  \(finding.rung.rawValue): \(can.isEmpty ? "does not work" : can)")
        if let reason = finding.reason { Output.print("    \(reason)") }
      }
      return native == nil ? .environment : .passed
    }
  }

  private static func lines(_ known: KnownClient, _ version: ClientVersion?) -> [String] {
    let style = Output.style
    guard let client = known.client else {
      return [style.bold(known.name) + style.red("  its client file is invalid")] + known.troubles.map { "  \($0)" }
    }
    var lines = ["\(style.bold(known.name))  \(client.summary)"]
    switch version {
    case .version(let text): lines.append("  version \(text): \(client.program)")
    case .unknown: lines.append("  installed: \(client.program)")
    case .missing(let reason):
      let advice = client.install.advice
      lines.append(style.yellow("  not here") + " (\(reason))" + (advice.isEmpty ? "" : "; to get it: \(advice)"))
    case nil: break
    }
    if !client.options.isEmpty { lines.append("  options: \(client.options.map(\.name).joined(separator: ", "))") }
    return lines
  }
}

struct ShowClient: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints a client's file: to read, or to begin your own with.")

  @Argument(help: "Name of a client, such as aria2.") var name: String

  func run() async throws {
    try await reporting {
      let shelf = try ClientFolder.shelf()
      guard shelf.names.contains(name), let source = shelf.open("\(shelf.folder)/\(name)\(ClientFolder.suffix)") else {
        throw KnownClient.unknown(name, shelf)
      }
      Output.write(String(decoding: source.bytes, as: UTF8.self))
      return .passed
    }
  }
}
