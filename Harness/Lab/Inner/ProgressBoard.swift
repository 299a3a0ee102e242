import Planning
import SwarmTime

/// Where the peers stand, for a display: made from the wire's tally and the run's state, a few times a second.
struct ProgressBoard: Sendable {
  private let plan: Plan
  private var last: [WireTally.Standing]
  private var lastAt: SwarmInstant?

  init(plan: Plan) {
    self.plan = plan
    last = [WireTally.Standing](repeating: .init(), count: plan.peers.count)
  }

  mutating func update(_ logic: RunLogic, _ standing: [WireTally.Standing], _ now: SwarmInstant) -> LabProgress {
    let elapsed = lastAt.map { (now - $0).seconds } ?? now.seconds
    defer {
      last = standing
      lastAt = now
    }
    let peers = plan.peers.enumerated().map { index, peer in
      let person = logic.people[peer.name]
      let isDone = peer.role == .seed || person?.isComplete == true
      let wanted = peer.wantedPieces ?? plan.payload.pieceCount
      return PeerProgress(
        name: peer.name, state: Self.state(person, isComplete: isDone),
        piecesHeld: isDone ? wanted : standing[index].pieces, pieceCount: wanted,
        uploadBytesPerSecond: Self.rate(standing[index].sent - last[index].sent, elapsed),
        downloadBytesPerSecond: Self.rate(standing[index].received - last[index].received, elapsed))
    }
    return LabProgress(at: now, peers: peers)
  }

  private static func state(_ person: Participant?, isComplete: Bool) -> PeerProgress.State {
    guard let person else { return .waiting }
    if person.hasDied { return .dead }
    if person.isLeaving || person.isGone { return .left }
    if !person.hasJoined { return .waiting }
    return isComplete ? .complete : .downloading
  }

  private static func rate(_ bytes: Int64, _ seconds: Double) -> Int64 {
    seconds > 0 ? Int64(Double(bytes) / seconds) : 0
  }
}
