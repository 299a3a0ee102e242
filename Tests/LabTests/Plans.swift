import Planning
import SwarmTime

/// Small plans for tests.
enum Plans {
  static func peer(
    _ index: Int, name: String, role: PeerPlan.Role = .leecher, command: [String] = [], arrivesAt: SwarmInstant = .zero,
    onComplete: OnComplete = OnComplete(action: .seed), upload: LimitPlan? = nil, download: LimitPlan? = nil,
    limitedBy: PeerPlan.LimitedBy = .none
  ) -> PeerPlan {
    PeerPlan(
      name: name, group: name, index: index, role: role, address: Addresses.peer(index), port: Addresses.peerPort,
      randomSeed: UInt64(index), client: ClientPlan(kind: command.isEmpty ? .native : .command, command: command),
      profile: nil, upload: upload, download: download, limitedBy: limitedBy, arrivesAt: arrivesAt,
      onComplete: onComplete, expectedToComplete: role == .leecher)
  }

  static func swarm(_ peers: [PeerPlan], speed: Double = 1, within: SwarmDuration = .seconds(60)) -> Plan {
    Plan(
      name: "test", description: "", randomSeed: 1, speed: speed, wallBudgetSeconds: nil,
      payload: PayloadPlan(name: "payload.bin", sizeBytes: 1_000_000, pieceLengthBytes: 65536, randomSeed: 0),
      tracker: TrackerPlan(
        address: Addresses.tracker, port: Addresses.trackerPort, announceInterval: .seconds(30)),
      peers: peers, until: UntilPlan(condition: .complete, within: within),
      capture: CapturePlan(keep: .full, atMostBytes: nil), checks: [], mustDecide: [], bound: nil)
  }

  /// A native seed and two native leechers, the second two seconds late.
  static let small = swarm([
    peer(0, name: "seed", role: .seed), peer(1, name: "leecher-1"),
    peer(2, name: "leecher-2", arrivesAt: .seconds(2)),
  ])
}
