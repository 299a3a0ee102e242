import Planning
import SwarmTime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The inner side of a rung: what the lab sets and checks there before anything runs in it.
struct WorkPlace: Sendable {
  var rung: Sandbox.Rung
  var launcher: any Launcher = LocalLauncher()
  /// Of peers that have a network namespace of their own, by name.
  var networks: [String: PeerNetwork] = [:]

  var isPrivate: Bool { Sandbox.capabilities(of: rung).contains(.privateNetwork) }

  /// In a namespace every process leads its own group, so that a wrapper's children are told with it. On the host all
  /// stay in the group that the lifeline kills.
  var company: LaunchRequest.Company { isPrivate ? .ownGroup : .parents }

  /// Packets of others are none of ours: on the host's loopback only the swarm's own addresses are captured.
  var captureFilter: String? { isPrivate ? nil : "net 127.63.0.0/16 or net 127.64.0.0/10 or net 127.128.0.0/9" }

  /// Bytes of the capture's ring: an eighth of what the swarm will send, at least 64 MiB, at most 256 MiB or a sixteenth
  /// of the memory that is free.
  static func ringBytes(for plan: Plan) -> Int {
    let traffic = Int64(plan.peers.count { $0.role == .leecher }) * plan.payload.sizeBytes
    let most = min(256 << 20, availableMemory() / 16)
    return Int(max(64 << 20, min(traffic / 8, most)))
  }

  private static func availableMemory() -> Int64 {
    let text = (try? RunFolder.read("/proc/meminfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return 1024 * (line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0)
  }

  /// Sets the network of a private namespace. Returns notes. Throws `LabError` (environment).
  func prepare(_ settings: NetworkSettings) async throws(LabError) -> [String] {
    guard isPrivate else {
      return ["on the host's loopback: its TCP settings and other traffic are as they are"]
    }
    return try await settings.apply(with: launcher)
  }

  /// Gives a network namespace to each peer that needs one. Throws `LabError` (environment).
  mutating func attach(_ peers: PeerNetworks, _ settings: NetworkSettings) async throws(LabError) {
    networks = try await peers.attach(settings, with: launcher)
  }

  /// Raises the soft limit of open files to the hard one, and checks that it holds `processes`: a child costs three, and
  /// a thousandfold swarm of two pipes and a descriptor each starts at once.
  static func raiseOpenFiles(for processes: Int) throws(LabError) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let allowed = (Int(clamping: limit.rlim_cur) - 64) / 6
    guard processes <= allowed else {
      throw LabError(
        .environment, what: "a limit of \(limit.rlim_cur) open files allows \(allowed) processes, not \(processes)",
        expected: "a hard limit of at least \(6 * processes + 64)", mend: "raise it (ulimit -Hn, or limits.conf)")
    }
  }

  /// Throws `LabError` naming the first program of the plan that cannot be executed.
  static func checkPrograms(_ plan: Plan, programs: String) throws(LabError) {
    var natives: [String] = []
    switch plan.tracker?.program {
    case nil: break
    case .native: natives.append("swarm-tracker")
    case .opentracker:
      guard ProgramPath.find(Opentracker.program) != nil else {
        throw LabError(
          .environment, what: "is not installed", place: Opentracker.program, expected: "it in PATH",
          mend: "install it (Debian: opentracker), or leave out the topology's `tracker: {program: …}`")
      }
    }
    if plan.peers.contains(where: { $0.client.kind == .native }) {
      natives.append(plan.distribution == .clientServer ? "swarm-http" : "swarm-peer")
    }
    for name in natives where ProgramPath.find("\(programs)/\(name)") == nil {
      throw LabError(
        .harness, what: "is not there or cannot be executed", place: "\(programs)/\(name)",
        expected: "it beside swarmlab", mend: "build it")
    }
    for peer in plan.peers {
      guard let trouble = ClientTrouble(of: peer.client) else { continue }
      throw LabError(
        .usage, what: "the client of \(peer.name) \(trouble.what)", place: trouble.program, expected: trouble.expected,
        mend: trouble.mend)
    }
  }
}
