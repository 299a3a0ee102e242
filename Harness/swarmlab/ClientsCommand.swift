import ArgumentParser
import Lab
import Reporting
import TopologyFile

struct ClientsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clients", abstract: "Lists what can be a peer on this machine, and where swarms can run.")

  /// Clients that people have, by program. Any of them is given inline: `client: {command: [...]}`.
  private static let others = [
    ("aria2c", "aria2"), ("transmission-daemon", "Transmission"), ("transmission-cli", "Transmission"),
    ("qbittorrent-nox", "qBittorrent"), ("rtorrent", "rTorrent"), ("deluged", "Deluge"),
    ("btfs", "libtorrent, through BTFS"), ("torrent", "anacrolix/torrent"), ("rqbit", "rqbit"),
  ]

  func run() async throws {
    try await reporting {
      let style = Output.style
      let executable = try Programs.ownPath()
      let native = Programs.beside(executable, "swarm-peer")
      Output.print(style.bold("native") + "  \(native ?? "swarm-peer is missing beside \(executable)")")
      Output.print("  choking algorithms: \(NativeClient.chokingAlgorithms.joined(separator: ", "))")
      Output.print("  misbehaviours: \(NativeClient.misbehaviours.map(\.name).joined(separator: ", "))")
      Output.print("")
      Output.print(style.bold("installed here") + ", to be given as `client: {command: [PROGRAM, ARGUMENTS…]}`")
      let found = Self.others.compactMap { program, name in Programs.onPath(program).map { "  \(name): \($0)" } }
      Output.print(found.isEmpty ? ["  none of those that are known by name"] : found)
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
}
