package import Planning
import SwarmTime
import TopologyFile

/// The command lines of a run's processes.
package struct CommandLines: Sendable {
  package var plan: Plan
  var folder: RunFolder
  var torrentPath: String
  /// Where swarm-peer and swarm-tracker lie.
  var programs: String

  package init(plan: Plan, folder: String, torrentPath: String, programs: String) {
    self.plan = plan
    self.folder = RunFolder(path: folder)
    self.torrentPath = torrentPath
    self.programs = programs
  }

  package func tracker() -> [String] {
    guard let tracker = plan.tracker else { return [] }
    guard tracker.program == .native else { return Opentracker.commandLine(folder: folder.trackerFolder) }
    let interval = tracker.announceInterval ?? .seconds(1800)
    return [
      "\(programs)/swarm-tracker", "--listen", "\(tracker.address):\(tracker.port)", "--protocol",
      tracker.transport.rawValue, "--interval", Self.number(interval.seconds), "--speed", Self.number(plan.speed),
      "--random-seed", String(RandomSeed.derive(from: plan.randomSeed, name: "tracker")), "--control", "stdin",
      "--events", "\(folder.trackerFolder)/events.jsonl",
    ]
  }

  package func peer(_ peer: PeerPlan) -> [String] {
    switch peer.client.kind {
    case .native: plan.distribution == .clientServer ? overHTTP(peer) : native(peer)
    case .command: peer.client.command.map { filled($0, peer) }
    }
  }

  /// What is added to a process's environment. A foreign client finds a home of its own, so that it neither reads its
  /// user's settings nor leaves anything there, and no proxy, which would take its announces away.
  package func environment(_ peer: PeerPlan) -> [String: String] {
    guard peer.client.kind == .command else { return [:] }
    let home = folder.home(of: peer.name)
    let own = [
      "HOME": home, "XDG_CONFIG_HOME": "\(home)/.config", "XDG_DATA_HOME": "\(home)/.local/share",
      "XDG_STATE_HOME": "\(home)/.local/state", "XDG_CACHE_HOME": "\(home)/.cache", "http_proxy": "", "HTTP_PROXY": "",
      "all_proxy": "", "ALL_PROXY": "",
    ]
    return own.merging(peer.client.environment.mapValues { filled($0, peer) }) { _, given in given }
  }

  /// Where it runs: a client from a client file in its home; a command of the topology's own where its user stands, since
  /// its paths begin there.
  package func workingFolder(_ peer: PeerPlan) -> String? {
    peer.client.kind == .command && peer.client.name != nil ? folder.home(of: peer.name) : nil
  }

  /// The files that a foreign client finds, by their paths.
  package func files(_ peer: PeerPlan) -> [(path: String, content: FileContent)] {
    peer.client.files.map { file in
      let path = "\(folder.home(of: peer.name))/\(filled(file.path, peer))"
      if let original = file.copy { return (path, .copy(filled(original, peer))) }
      return (path, .text(filled(file.text ?? "", peer)))
    }
  }

  package enum FileContent: Hashable, Sendable {
    case text(String)
    case copy(String)
  }

  private func native(_ peer: PeerPlan) -> [String] {
    var line = [
      "\(programs)/swarm-peer", "--torrent", torrentPath, "--data", folder.data(of: peer.name),
      "--listen", "\(peer.address):\(peer.port)", "--random-seed", String(peer.randomSeed),
      "--speed", Self.number(plan.speed), "--on-complete", peer.onComplete.action == .leave ? "leave" : "seed",
      "--events", "\(folder.peer(peer.name))/events.jsonl", "--control", "stdin",
    ]
    line += limits(peer)
    if !peer.client.offersFast { line.append("--no-fast-extension") }
    if let choking = peer.client.choking { line += Self.options(of: choking) }
    if peer.client.exchangesPeers { line.append("--pex") }
    if let wanted = peer.wantedPieces { line += ["--wanted-pieces", String(wanted)] }
    // Other rates than the declared ones are the kernel's work where it limits.
    if let misbehaviour = peer.client.misbehaviour, misbehaviour.scales == nil || peer.isLimitedByClient {
      line += ["--misbehave", "\(misbehaviour.name)=\(Self.number(misbehaviour.dose))"]
      let accomplices = plan.accomplices(of: peer)
      if !accomplices.isEmpty { line += ["--accomplices", accomplices.joined(separator: ",")] }
    }
    if peer.role == .seed { line.append("--assume-complete") }
    return line
  }

  /// The algorithm, and what it makes use of.
  private static func options(of choking: ChokingPlan) -> [String] {
    let settings = NativeClient.chokingAlgorithm(named: choking.algorithm)?.parameters ?? []
    var line = ["--choking", choking.algorithm]
    if settings.contains("slots") { line += ["--slots", String(choking.slots)] }
    if settings.contains("optimisticSlots") { line += ["--optimistic-slots", String(choking.optimisticSlots)] }
    if settings.contains("optimisticChoice") { line += ["--optimistic-choice", choking.optimisticChoice.rawValue] }
    if let rule = choking.seedRule { line += ["--seed-rule", rule.rawValue] }
    return line
  }

  /// The server, or a client of it.
  private func overHTTP(_ peer: PeerPlan) -> [String] {
    let file = "\(folder.data(of: peer.name))/\(plan.payload.name)"
    let own =
      peer.role == .seed
      ? ["serve", file, "--listen", "\(peer.address):\(peer.port)"]
      : ["fetch", plan.payloadURL ?? "", "--to", file, "--from", peer.address]
    return ["\(programs)/swarm-http"] + own + limits(peer) + ["--speed", Self.number(plan.speed), "--control", "stdin"]
  }

  /// What the peer itself is to keep.
  private func limits(_ peer: PeerPlan) -> [String] {
    guard peer.isLimitedByClient else { return [] }
    return [("--upload", peer.upload), ("--download", peer.download)].flatMap { option, limit in
      limit.map { [option, String($0.bytesPerSecond), "\(option)-burst", String($0.burstBytes)] } ?? []
    }
  }

  private func filled(_ text: String, _ peer: PeerPlan) -> String { Template(text).filled { value(of: $0, peer) } }

  private func value(of placeholder: String, _ peer: PeerPlan) -> String? {
    switch placeholder {
    case "address": peer.address
    case "port": String(peer.port)
    case "torrent": torrentPath
    case "data": folder.data(of: peer.name)
    case "home": folder.home(of: peer.name)
    case "name": peer.name
    case "role": peer.role.rawValue
    case "payloadName": plan.payload.name
    case "tracker": plan.tracker?.announce
    case "url": plan.payloadURL ?? ""
    case "peerID": Self.peerID(peer)
    case "randomSeed": String(peer.randomSeed)
    default: limit(placeholder, peer)
    }
  }

  /// What the client itself is to keep; 0 is unlimited, so a limit that rounds to nothing is one unit.
  private func limit(_ placeholder: String, _ peer: PeerPlan) -> String? {
    for (name, limit) in [("upload", peer.upload), ("download", peer.download)] where placeholder.hasPrefix(name) {
      let rate = peer.isLimitedByClient ? limit?.bytesPerSecond ?? 0 : 0
      switch placeholder.dropFirst(name.count) {
      case "": return String(rate)
      case "KiB": return String(rate == 0 ? 0 : max(1, rate / 1024))
      case "KB": return String(rate == 0 ? 0 : max(1, rate / 1000))
      case "Limited": return rate == 0 ? "false" : "true"
      default: return nil
      }
    }
    return nil
  }

  /// Twenty characters from the peer's own seed.
  static func peerID(_ peer: PeerPlan) -> String {
    var random = RandomSource(seed: peer.randomSeed)
    return "-XX0001-" + String(decoding: random.letters(12), as: UTF8.self)
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
