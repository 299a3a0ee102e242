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
        let held = plan.limitedBy == .client ? Self.held(scene, limit, connections: conversations[peer].count) : 0
        // A limit that changed in mid-run is judged over the stretches between; each begins with what the one before left.
        let changes = scene.facts.rateChanges.filter { $0.peer == peer }
        let steps = changes.compactMap { change in
          (direction == .upload ? change.upload : change.download).map { RateStep(at: change.at.nanoseconds, rate: $0) }
        }
        verdicts.append(judge(traffic, direction, limit, steps, of: plan, held: held, parameters))
      }
    }
    if verdicts.isEmpty { throw CheckTrouble("no peer has a declared rate") }
    return verdicts
  }

  /// Bytes that a stall may have held back in a client's sockets.
  private static func held(_ scene: Scene, _ limit: LimitPlan, connections: Int) -> Int64 {
    min(bytes(limit.bytesPerSecond, in: scene.scheduling.nanoseconds), Int64(connections) * Scene.socketBuffer)
  }

  private func judge(
    _ traffic: Traffic, _ direction: Traffic.Direction, _ limit: LimitPlan, _ steps: [RateStep], of peer: PeerPlan,
    held: Int64, _ parameters: Parameters
  ) -> Verdict {
    let buffer = direction == .download && peer.limitedBy == .client ? Scene.socketBuffer : 0
    // With another rate a client takes a burst of its own, the kernel keeps the declared one; the largest is granted all
    // along.
    let others = peer.limitedBy == .kernel ? [] : steps.map { LimitPlan(bytesPerSecond: $0.rate).burstBytes }
    let burst = others.reduce(limit.burstBytes, max)
    let allowance = burst + 2 * traffic.largestFrame + buffer + held
    let bucket = LeakyBucket(rate: limit.bytesPerSecond, allowance: allowance, steps: steps)
    let flow = bucket.run(traffic.entries)
    let rate =
      Wording.rate(limit.bytesPerSecond)
      + steps.map { ", \(Wording.rate($0.rate)) from \(Wording.seconds(SwarmInstant(nanoseconds: $0.at)))" }.joined()
    let expected = "\(direction) of at most \(rate) with a burst of \(Wording.bytes(burst))"
    // Seconds' worth of traffic there was, and how many an excess of 5 % takes to fill the allowance.
    let power = Verdict.Power(
      n: Int(traffic.bytes / limit.bytesPerSecond),
      needed: Int((Double(allowance) / (Double(limit.bytesPerSecond) * Self.excessToSee.value)).rounded(.up)))
    let level = Wording.bytes(Int64(flow.highest.rounded()))

    guard flow.highest <= Double(allowance) else {
      let span = Wording.seconds(flow.highestAt - flow.risingSince)
      let mean = Fixed(
        flow.bytesWhileRising, over: Self.bytes(limit.bytesPerSecond, in: flow.highestAt - flow.risingSince))
      let share = mean.map { ", \(Wording.percent($0)) of the rate" } ?? ""
      let observed =
        "\(Wording.bytes(flow.bytesWhileRising)) in \(span)\(share): "
        + "\(level) more than it allows, where \(Wording.bytes(allowance)) are tolerated"
      let evidence = [
        Evidence(
          t: SwarmInstant(nanoseconds: flow.exceededAt), frame: Int(flow.exceededFrame), peers: [peer.name],
          text: "with this frame \(peer.name)'s \(direction) is more than \(Wording.bytes(allowance)) beyond \(rate)"),
        Evidence(
          t: SwarmInstant(nanoseconds: flow.highestAt), frame: Int(flow.highestFrame), peers: [peer.name],
          text: "here \(peer.name)'s \(direction) is furthest beyond \(rate): by \(level)"),
      ]
      return verdict(
        .fail, scope: .peer, subjects: [peer.name], parameters: parameters, expected: expected, observed: observed,
        power: power, evidence: evidence)
    }
    let observed =
      "at most \(level) above the rate (\(Wording.bytes(allowance)) allowed) in \(Wording.bytes(traffic.bytes)); "
      + Self.words(for: bucket.leastVisibleExcess(traffic.entries))
    // What was lost was sent before what follows it: the pass must hold with all of it there.
    let mayExceed = !traffic.missing.isEmpty && bucket.run(traffic.entriesWithMissing).highest > Double(allowance)
    return verdict(
      mayExceed ? .undecided : .pass, scope: .peer, subjects: [peer.name], parameters: parameters, expected: expected,
      observed: observed, power: power,
      reason: mayExceed ? "with what is missing from the capture it may have been more than is tolerated" : nil)
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

/// Another rate from then on.
struct RateStep: Hashable {
  /// Swarm nanoseconds.
  var at: Int64
  /// Bytes per swarm second.
  var rate: Int64
}

/// A bucket that leaks at the declared rate: what is in it is what was sent above the rate.
struct LeakyBucket {
  /// Bytes per swarm second.
  var rate: Int64
  /// Bytes that may be in it.
  var allowance: Int64
  /// In the order of time. A slower rate counts from a second later: what was paid for before may still be on its way.
  var steps: [RateStep] = []

  private static let grace: Int64 = 1_000_000_000

  /// Bytes that leak between two instants.
  func leak(from start: Int64, to end: Int64) -> Double {
    guard end > start else { return 0 }
    guard !steps.isEmpty else { return Double(rate) / 1e9 * Double(end - start) }
    var (leaked, at, current) = (0.0, start, Double(rate))
    for step in steps {
      let begins = Double(step.rate) < current ? step.at + Self.grace : step.at
      if begins > at {
        leaked += current / 1e9 * Double(min(begins, end) - at)
        at = min(begins, end)
      }
      current = Double(step.rate)
      if at >= end { return leaked }
    }
    return leaked + current / 1e9 * Double(end - at)
  }

  struct Flow {
    /// Bytes, with its time (swarm nanoseconds) and frame.
    var highest = 0.0
    var highestAt: Int64 = 0
    var highestFrame: Int32 = 0
    /// When the bucket was last empty before it was highest, and what came in since.
    var risingSince: Int64 = 0
    var bytesWhileRising: Int64 = 0
    /// The first moment above the allowance.
    var exceededAt: Int64 = 0
    var exceededFrame: Int32 = 0
  }

  func run(_ entries: [Traffic.Entry]) -> Flow {
    var flow = Flow()
    var (level, time) = (0.0, entries.first?.time ?? 0)
    var (since, bytes) = (time, Int64(0))
    for entry in entries {
      // A frame stamped before the one that it follows (the clock was slewed) lets nothing leak.
      level -= leak(from: time, to: entry.time)
      time = max(time, entry.time)
      if level <= 0 { (level, since, bytes) = (0, time, 0) }
      level += Double(entry.bytes)
      bytes += Int64(entry.bytes)
      if level > flow.highest {
        if flow.exceededFrame == 0, level > Double(allowance) {
          (flow.exceededAt, flow.exceededFrame) = (time, max(1, entry.frame))
        }
        (flow.highest, flow.highestAt, flow.highestFrame) = (level, time, entry.frame)
        (flow.risingSince, flow.bytesWhileRising) = (since, bytes)
      }
    }
    return flow
  }

  /// The least share by which every frame would have had to be larger for this run to exceed the allowance, rounded up
  /// to a tenth of a per cent; nil above a factor of 17. It grows with idleness and shrinks with duration.
  func leastVisibleExcess(_ entries: [Traffic.Entry]) -> Fixed? {
    func exceeds(perMille: Int) -> Bool {
      let factor = 1 + Double(perMille) / 1000
      let limit = Double(allowance)
      var (level, time) = (0.0, entries.first?.time ?? 0)
      for entry in entries {
        level = max(0, level - leak(from: time, to: entry.time)) + factor * Double(entry.bytes)
        if level > limit { return true }
        time = max(time, entry.time)
      }
      return false
    }
    var (low, high) = (0, 16_000)
    guard exceeds(perMille: high) else { return nil }
    while low < high {
      let middle = (low + high) / 2
      if exceeds(perMille: middle) { high = middle } else { low = middle + 1 }
    }
    return Fixed(millionths: Int64(low) * 1000)
  }
}
