import SwarmTime
import TopologyFile

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Resolves faults to the last peer and instant. Each entry draws from a seed of its own, by its place, so that
/// another fault added behind the others changes none of their draws.
struct FaultPlanner {
  let peers: [PeerPlan]
  let runSeed: UInt64
  let end: SwarmInstant

  /// A run of a day with a fault each second; beyond it a file is more likely wrong than meant.
  static let mostFaults = 100_000

  /// Of more than `mostFaults` in all, one more than those: who calls says so, and nothing is drawn for ever.
  func plan(_ faults: [Fault]) -> [FaultPlan] {
    var planned: [FaultPlan] = []
    for (index, fault) in faults.enumerated() {
      var random = RandomSource(seed: RandomSeed.derive(from: runSeed, name: "fault \(index + 1)"))
      planned += plan(fault, number: index + 1, &random).prefix(Self.mostFaults + 1 - planned.count)
    }
    return planned
  }

  private func plan(_ fault: Fault, number: Int, _ random: inout RandomSource) -> [FaultPlan] {
    if case .every(_, let from, let until) = fault.moment {
      let until = until.map { min(end, .zero + $0) } ?? end
      switch fault.action {
      case .churn(let targets, let session, let off):
        return churn(
          number, pick(targets, &random), from: .zero + from, until: until, &random,
          stays: { session.draw(&$1) }, isAway: { off.draw(&$1) })
      case .follow(let targets, let trace):
        // Each peer begins at a place of its own, by lot, and goes on from there, from the last line to the first.
        var places: [String: Int] = [:]
        return churn(
          number, pick(targets, &random), from: .zero + from, until: until, &random,
          stays: { name, random in
            let place = places[name].map { ($0 + 1) % trace.sessions.count } ?? random.below(trace.sessions.count)
            places[name] = place
            return trace.sessions[place].stays
          }, isAway: { name, _ in trace.sessions[places[name] ?? 0].isAway })
      default: break
      }
    }
    switch fault.moment {
    case .at(let time):
      return [resolved(fault.action, id: "\(number)", at: .zero + time, when: nil, &random)]
    case .when(let condition):
      return [resolved(fault.action, id: "\(number)", at: nil, when: .init(condition), &random)]
    case .every(let period, let from, let until):
      let last = until.map { min(end, .zero + $0) } ?? end
      var at = SwarmInstant.zero + from
      var planned: [FaultPlan] = []
      while at < last, planned.count <= Self.mostFaults {
        planned.append(resolved(fault.action, id: "\(number).\(planned.count + 1)", at: at, when: nil, &random))
        at = at + period
      }
      return planned
    }
  }

  private func resolved(
    _ action: Fault.Action, id: String, at: SwarmInstant?, when: FaultPlan.Condition?, _ random: inout RandomSource
  ) -> FaultPlan {
    func fault(_ kind: FaultPlan.Kind, _ targets: Fault.Targets?) -> FaultPlan {
      FaultPlan(id: id, kind: kind, at: at, when: when, peers: targets.map { pick($0, &random) } ?? [])
    }
    switch action {
    case .leave(let targets, let rejoinAfter):
      var plan = fault(.leave, targets)
      plan.lasts = rejoinAfter
      return plan
    case .churn(let targets, _, _), .follow(let targets, _): return fault(.leave, targets)
    case .kill(let targets): return fault(.kill, targets)
    case .restart(let targets, let after, let hasNewPeerID):
      var plan = fault(.restart, targets)
      plan.lasts = after
      plan.hasNewPeerID = hasNewPeerID
      return plan
    case .pause(let targets, let duration):
      var plan = fault(.pause, targets)
      plan.lasts = duration
      return plan
    case .changeAddress(let targets, let isAbrupt, let hasNewPeerID):
      var plan = fault(.changeAddress, targets)
      plan.isAbrupt = isAbrupt
      plan.hasNewPeerID = hasNewPeerID
      return plan
    case .changeRate(let targets, let upload, let download, let duration):
      var plan = fault(.changeRate, targets)
      let up = upload.map { LimitPlan(bytesPerSecond: $0.bytesPerSecond, burstBytes: $0.burstBytes) }
      let down = download.map { LimitPlan(bytesPerSecond: $0.bytesPerSecond, burstBytes: $0.burstBytes) }
      (plan.upload, plan.uploadBurst) = (up?.bytesPerSecond, up?.burstBytes)
      (plan.download, plan.downloadBurst) = (down?.bytesPerSecond, down?.burstBytes)
      plan.lasts = duration
      return plan
    case .partition(let targets, let from, let duration):
      var plan = fault(.partition, targets)
      let side = Set(plan.peers)
      plan.others = peers.map(\.name).filter { name in
        !side.contains(name) && (from.map { NamePattern.matches($0, name) } ?? true)
      }
      plan.lasts = duration
      return plan
    case .isolate(let targets, let duration):
      var plan = fault(.isolate, targets)
      plan.lasts = duration
      return plan
    case .resetConnections(let targets): return fault(.resetConnections, targets)
    case .fullDisk(let targets, let duration):
      var plan = fault(.fullDisk, targets)
      plan.lasts = duration
      return plan
    case .stopTracker(let duration):
      var plan = fault(.stopTracker, nil)
      plan.lasts = duration
      return plan
    case .trackerError(let answer, let duration):
      var plan = fault(.trackerError, nil)
      plan.lasts = duration
      switch answer {
      case .serverError: plan.answer = .serverError
      case .garbage: plan.answer = .garbage
      case .late(let delay): (plan.answer, plan.delay) = (.late, delay)
      }
      return plan
    }
  }

  /// In the plan's order, whatever order the lot gives.
  private func pick(_ targets: Fault.Targets, _ random: inout RandomSource) -> [String] {
    let matching = peers.map(\.name).filter { NamePattern.matches(targets.pattern, $0) }
    let wanted = targets.pick.number(of: matching.count)
    guard wanted < matching.count else { return matching }
    var order = Array(matching.indices)
    random.shuffle(&order)
    return order.prefix(wanted).sorted().map { matching[$0] }
  }

  /// Each peer stays for a session from its arrival on, leaves, stays away, comes back.
  ///
  /// - Parameters:
  ///   - stays: How long a peer stays next.
  ///   - isAway: How long it is away then.
  private func churn(
    _ number: Int, _ names: [String], from: SwarmInstant, until: SwarmInstant, _ random: inout RandomSource,
    stays: (String, inout RandomSource) -> SwarmDuration, isAway: (String, inout RandomSource) -> SwarmDuration
  ) -> [FaultPlan] {
    var departures: [FaultPlan] = []
    for name in names {
      guard let peer = peers.first(where: { $0.name == name }) else { continue }
      var at = max(from, peer.arrivesAt) + stays(name, &random)
      while at < until, departures.count <= Self.mostFaults {
        let away = isAway(name, &random)
        departures.append(FaultPlan(id: "", kind: .leave, at: at, peers: [name], lasts: away))
        at = at + away + stays(name, &random)
      }
    }
    let order = departures.indices.sorted { a, b in
      (departures[a].at ?? .zero, a) < (departures[b].at ?? .zero, b)
    }
    return order.enumerated().map { place, index in
      var departure = departures[index]
      departure.id = "\(number).\(place + 1)"
      return departure
    }
  }
}

extension FaultPlan.Condition {
  init(_ condition: Fault.Condition) {
    switch condition {
    case .seedCopies(let copies): self.init(seedCopiesPerMille: Int64((copies * 1000).rounded()))
    case .complete(let count): self.init(complete: count)
    }
  }
}

extension Fault.Lifetime {
  /// A draw, rounded to the millisecond, one at least, so that nothing happens without end in no time.
  func draw(_ random: inout RandomSource) -> SwarmDuration {
    switch self {
    case .fixed(let duration): max(.milliseconds(1), duration)
    case .exponential(let mean): Self.scaled(mean, Arrivals.exponential(&random))
    // Weibull: an exponential draw to the power 1 / shape.
    case .weibull(let scale, let shape): Self.scaled(scale, pow(Arrivals.exponential(&random), 1 / shape))
    }
  }

  private static func scaled(_ scale: SwarmDuration, _ factor: Double) -> SwarmDuration {
    // Three years, far beyond any run: sums of such times stay within 64 bits, at a tenth of real speed, too.
    .milliseconds(Int(max(1, min(1e11, (Double(scale.nanoseconds) / 1e6 * factor).rounded()))))
  }
}
