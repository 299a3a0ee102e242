package import Planning
import SwarmTime

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
    guard plan.tracker.program == .native else { return Opentracker.commandLine(folder: folder.trackerFolder) }
    let interval = plan.tracker.announceInterval ?? .seconds(1800)
    return [
      "\(programs)/swarm-tracker", "--listen", "\(plan.tracker.address):\(plan.tracker.port)", "--protocol",
      plan.tracker.transport.rawValue, "--interval", Self.number(interval.seconds), "--speed", Self.number(plan.speed),
      "--random-seed", String(RandomSeed.derive(from: plan.randomSeed, name: "tracker")), "--control", "stdin",
      "--events", "\(folder.trackerFolder)/events.jsonl",
    ]
  }

  package func peer(_ peer: PeerPlan) -> [String] {
    switch peer.client.kind {
    case .native: native(peer)
    case .command: peer.client.command.map { filled($0, peer) }
    }
  }

  private func native(_ peer: PeerPlan) -> [String] {
    var line = [
      "\(programs)/swarm-peer", "--torrent", torrentPath, "--data", folder.data(of: peer.name),
      "--listen", "\(peer.address):\(peer.port)", "--random-seed", String(peer.randomSeed),
      "--speed", Self.number(plan.speed), "--on-complete", peer.onComplete.action == .leave ? "leave" : "seed",
      "--events", "\(folder.peer(peer.name))/events.jsonl", "--control", "stdin",
    ]
    if peer.limitedBy == .client {
      if let upload = peer.upload {
        line += ["--upload", String(upload.bytesPerSecond), "--upload-burst", String(upload.burstBytes)]
      }
      if let download = peer.download {
        line += ["--download", String(download.bytesPerSecond), "--download-burst", String(download.burstBytes)]
      }
    }
    if let choking = peer.client.choking {
      line += [
        "--choking", choking.algorithm, "--slots", String(choking.slots), "--optimistic-slots",
        String(choking.optimisticSlots), "--optimistic-choice", choking.optimisticChoice.rawValue,
      ]
    }
    if peer.client.exchangesPeers { line.append("--pex") }
    // Other rates than the declared ones are the kernel's work where it limits.
    if let misbehaviour = peer.client.misbehaviour, misbehaviour.scales == nil || peer.limitedBy == .client {
      line += ["--misbehave", "\(misbehaviour.name)=\(Self.number(misbehaviour.dose))"]
    }
    if peer.role == .seed { line.append("--assume-complete") }
    return line
  }

  /// One argument of a client given as a command, with its placeholders filled in. Unknown ones stay as they are.
  private func filled(_ argument: String, _ peer: PeerPlan) -> String {
    var result = ""
    var rest = Substring(argument)
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      rest = rest[open...]
      guard let close = rest.firstIndex(of: "}") else { break }
      let name = rest[rest.index(after: rest.startIndex)..<close]
      result += value(of: String(name), peer) ?? String(rest[...close])
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private func value(of placeholder: String, _ peer: PeerPlan) -> String? {
    switch placeholder {
    case "address": peer.address
    case "port": String(peer.port)
    case "torrent": torrentPath
    case "data": folder.data(of: peer.name)
    case "name": peer.name
    case "tracker": plan.tracker.announce
    // Bytes per second; 0 is unlimited.
    case "upload": String(peer.upload?.bytesPerSecond ?? 0)
    case "download": String(peer.download?.bytesPerSecond ?? 0)
    case "peerID": Self.peerID(peer)
    case "randomSeed": String(peer.randomSeed)
    default: nil
    }
  }

  /// Twenty characters from the peer's own seed.
  static func peerID(_ peer: PeerPlan) -> String {
    let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
    var random = RandomSource(seed: peer.randomSeed)
    return "-XX0001-" + String((0..<12).map { _ in letters[random.below(letters.count)] })
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
