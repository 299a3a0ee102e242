import Planning
import TopologyFile

/// The clients of a topology that come from client files, as they stand on this machine.
struct ClientStandings: Sendable {
  /// By name; "unknown" where a client does not tell.
  var versions: [String: String] = [:]
  /// Those that cannot be used, at the groups that name them.
  var troubles: [Diagnostic] = []

  init() {}

  init(_ topology: Topology) async {
    var asked: [String: ClientVersion] = [:]
    for group in topology.groups {
      guard let client = group.client.foreign?.client, let name = client.name else { continue }
      let version: ClientVersion
      if let known = asked[name] { version = known } else { version = await ClientVersion.of(client) }
      asked[name] = version
      switch version {
      case .version(let text): versions[name] = text
      case .unknown: versions[name] = "unknown"
      case .missing(let reason):
        let path = "peers.\(group.name).client"
        let advice = client.install.advice
        troubles.append(
          Diagnostic(
            file: topology.file, place: topology.place(path), message: "\(path): \(name) cannot be executed: \(reason)",
            expected: "it to be installed" + (advice.isEmpty ? "" : ": \(advice)")))
      }
    }
  }
}
