import Planning
import SwarmTime
import TopologyFile

/// No peer sends or receives more than its declared token bucket allows.
///
/// Leaky bucket q = max(0, q - rate * dt) + bytes over first transmissions of delivered stream bytes, all connections of
/// the peer together; q must never exceed burst + 2 * largest frame, and + 131072 (the receive buffer) for a download
/// that the client itself limits: it can pace what it asks for, not what is already on its way.
///
/// Where the machine stalls, what a client has paid for waits in its sockets and leaves at once afterwards. So for limits
/// that the client keeps, what the rate gives in twice the worst lateness of the lab's own timer is allowed besides (as
/// late as it, sender and receiver may have been each), but no more than a send buffer for each connection holds.
///
/// So it is when a fault keeps two peers from hearing each other: what was paid for waits in their connection's send buffer,
/// and leaves once TCP tries again, which may be long after the fault is over. The first 131072 bytes of such a connection
/// from the fault's beginning on are not counted, again for limits that the client keeps.
struct RateLimit: Check {
  static let name = "rate-limit"
  static let kind = Verdict.Kind.invariant
  static let summary = "no peer sends or receives more than its declared rate and burst allow"
  static let parameters: [ParameterSpec] = []
  static let failedBy = ["overdrive-upload", "overdrive-download"]
  static let learnsFromPlan = "what each peer's limits are"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .noDrops, .plaintext, .timing] }

  /// An excess that a run of sufficient length must show.
  static let excessToSee = Fixed(millionths: 50_000)

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let conversations = scene.conversationsByPeer()
    var verdicts: [Verdict] = []
    for (peer, plan) in scene.plan.peers.enumerated() where plan.limitedBy != .none {
      for (direction, limit) in [(Traffic.Direction.upload, plan.upload), (.download, plan.download)] {
        guard let limit, limit.bytesPerSecond > 0 else { continue }
        let traffic = Traffic(
          peer, direction, scene, conversations: conversations[peer],
          heldBack: plan.limitedBy == .client ? Scene.socketBuffer : 0)
        // A limit that changed in mid-run is judged over the stretches between; each begins with what the one before left.
        let changes = scene.facts.rateChanges.filter { $0.peer == peer }
        let steps = changes.compactMap { Self.step($0, direction, declared: limit, of: plan) }
        let highest = steps.reduce(limit.bytesPerSecond) { max($0, $1.limit.bytesPerSecond) }
        let held = plan.limitedBy == .client ? Self.held(scene, highest, connections: conversations[peer].count) : 0
        verdicts.append(judge(traffic, direction, limit, steps, of: plan, held: held, parameters))
      }
    }
    if verdicts.isEmpty { throw CheckTrouble("no peer has a declared rate") }
    return verdicts
  }

  /// Bytes that a stall may have held back in a client's sockets. By the lab's timer alone, and not by the longest that any
  /// process waited: a native bucket saves up no more than its burst less what has not left, or has not come, so that a
  /// process that waits for seconds sends no more than its burst afterwards either.
  private static func held(_ scene: Scene, _ rate: Int64, connections: Int) -> Int64 {
    min(bytes(rate, in: scene.scheduling.nanoseconds), Int64(connections) * Scene.socketBuffer)
  }

  private static func step(
    _ change: RunFacts.RateChange, _ direction: Traffic.Direction, declared: LimitPlan, of peer: PeerPlan
  ) -> RateStep? {
    let isUpload = direction == .upload
    guard let rate = isUpload ? change.upload : change.download else { return nil }
    // Where a record says nothing of bursts, the kernel kept the declared one, and a client took the usual one.
    let burst =
      (isUpload ? change.uploadBurst : change.downloadBurst)
      ?? (peer.limitedBy == .kernel ? declared.burstBytes : nil)
    return RateStep(at: change.at.nanoseconds, limit: LimitPlan(bytesPerSecond: rate, burstBytes: burst))
  }

  private func judge(
    _ traffic: Traffic, _ direction: Traffic.Direction, _ limit: LimitPlan, _ steps: [RateStep], of peer: PeerPlan,
    held: Int64, _ parameters: Parameters
  ) -> Verdict {
    let buffer = direction == .download && peer.limitedBy == .client ? Scene.socketBuffer : 0
    let bucket = LeakyBucket(
      limit, tolerated: 2 * traffic.largestFrame + buffer + held, steps: steps, savesTime: peer.isLimitedByKernel)
    let flow = bucket.run(traffic.entries)
    let rate = Wording.rate(limit.bytesPerSecond) + steps.map { ", " + Self.words(for: $0, withBurst: false) }.joined()
    let expected =
      "\(direction) of at most \(Wording.rate(limit.bytesPerSecond)) with a burst of \(Wording.bytes(limit.burstBytes))"
      + steps.map { ", " + Self.words(for: $0, withBurst: true) }.joined()
    // Seconds' worth of traffic there was, and how many an excess of 5 % takes to fill the allowance.
    let power = Verdict.Power(
      n: Int(traffic.bytes / limit.bytesPerSecond),
      needed: Int((Double(bucket.allowance) / (Double(limit.bytesPerSecond) * Self.excessToSee.value)).rounded(.up)))
    let level = Wording.bytes(Int64(flow.highest.rounded()))

    guard !flow.isExceeded else {
      let span = Wording.seconds(flow.highestAt - flow.risingSince)
      let mean = Fixed(
        flow.bytesWhileRising, over: Self.bytes(limit.bytesPerSecond, in: flow.highestAt - flow.risingSince))
      let share = mean.map { ", \(Wording.percent($0)) of the rate" } ?? ""
      let observed =
        "\(Wording.bytes(flow.bytesWhileRising)) in \(span)\(share): "
        + "\(level) more than it allows, where \(Wording.bytes(flow.tolerated)) are tolerated"
      let evidence = [
        Evidence(
          t: SwarmInstant(nanoseconds: flow.exceededAt), frame: Int(flow.exceededFrame), peers: [peer.name],
          text: "with this frame \(peer.name)'s \(direction) is more than "
            + "\(Wording.bytes(flow.toleratedWhenExceeded)) beyond \(rate)"),
        Evidence(
          t: SwarmInstant(nanoseconds: flow.highestAt), frame: Int(flow.highestFrame), peers: [peer.name],
          text: "here \(peer.name)'s \(direction) is furthest beyond \(rate): by \(level)"),
      ]
      return verdict(
        .fail, scope: .peer, subjects: [peer.name], parameters: parameters, expected: expected, observed: observed,
        power: power, evidence: evidence)
    }
    let observed =
      "at most \(level) above the rate (\(Wording.bytes(flow.tolerated)) allowed) in \(Wording.bytes(traffic.bytes)); "
      + Self.words(for: bucket.leastVisibleExcess(traffic.entries))
    // What was lost was sent before what follows it: the pass must hold with all of it there.
    let mayExceed = !traffic.missing.isEmpty && bucket.run(traffic.entriesWithMissing).isExceeded
    return verdict(
      mayExceed ? .undecided : .pass, scope: .peer, subjects: [peer.name], parameters: parameters, expected: expected,
      observed: observed, power: power,
      reason: mayExceed ? "with what is missing from the capture it may have been more than is tolerated" : nil)
  }

  private static func words(for step: RateStep, withBurst: Bool) -> String {
    let burst = withBurst ? " with a burst of \(Wording.bytes(step.limit.burstBytes))" : ""
    let since = Wording.seconds(SwarmInstant(nanoseconds: step.at))
    return "\(Wording.rate(step.limit.bytesPerSecond))\(burst) from \(since)"
  }

  private static func words(for excess: Fixed?) -> String {
    guard let excess else { return "too little was sent to see even a sixteenfold excess" }
    let least = "the least excess that it could have seen is \(Wording.percent(excess))"
    return excess > excessToSee ? least + ", more than 5 %: too little was sent to see less" : least
  }

  private static func bytes(_ rate: Int64, in nanoseconds: Int64) -> Int64 {
    Int64((Double(rate) * Double(nanoseconds) / 1e9).rounded())
  }
}
