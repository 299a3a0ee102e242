public import Judging
import Planning
import SwarmTime

/// The metrics of one run, by name; those of which it has nothing are missing.
public struct RunFigures: Hashable, Sendable {
  public private(set) var values: [String: MetricValue] = [:]

  /// - Parameter struck: peers to which some setting of a comparison does something, or that misbehave in one; the others
  ///   are the spared. Nil where there is nothing to be spared from.
  public init(_ judgement: Judgement, struck: Set<String>? = nil) {
    let metrics = judgement.metrics
    let scene = judgement.scene
    let leechers = metrics.peers.indices.filter { metrics.peers[$0].role == "leecher" }.map { place in
      // Who left by order, or was there to the end, was seen to wait so long. Who died waits to the end: if it counted as
      // seen until then only, a swarm would be the faster the more of it crash.
      let exit = scene.facts.exits.indices.contains(place) ? scene.facts.exits[place] : nil
      let left = exit?.wasOrdered == true ? exit?.at : nil
      let seen = min(left ?? scene.end, scene.end).nanoseconds
      let peer = metrics.peers[place]
      return Leecher(
        peer: peer, fairness: metrics.fairness.leechers.first { $0.name == peer.name },
        seen: max(0, seen - peer.arrivedAt))
    }
    var classes: [String] = []
    for leecher in leechers where !classes.contains(leecher.peer.group) { classes.append(leecher.peer.group) }
    addTimes(leechers, classes)
    if let struck {
      let spared = leechers.filter { !struck.contains($0.peer.name) }
      add("completion-spared", Survival(waits: spared.map(\.completion)).time(of: 0.5))
    }
    addSwarm(
      metrics, end: scene.end.nanoseconds, isExpected: scene.plan.peers.contains(where: \.expectedToComplete))
    addShares(leechers, classes)
    add("clustering", metrics.swarm.clustering.last?.index?.value)
    add("free-riders", Self.penalty(leechers))
    let rounds = metrics.peers.reduce(0) { $0 + ($1.rounds ?? 0) }
    let unchokes = metrics.peers.reduce(0) { $0 + ($1.rounds == nil ? 0 : $1.unchokes) }
    add("unchoke-churn", rounds > 0 ? Double(unchokes) / Double(rounds) : nil)
    addSpecial(metrics, leechers, classes)
  }

  /// What is shown only to those who ask for it.
  private mutating func addSpecial(_ metrics: Metrics, _ leechers: [Leecher], _ classes: [String]) {
    for group in classes {
      let rates = leechers.filter { $0.peer.group == group }.compactMap { $0.fairness?.receivedRate }
      add(classes.count > 1 ? "received-rate:\(group)" : "received-rate", Self.mean(rates).map { $0 / 1024 })
    }
    let times = leechers.map(\.completion)
    let sample = Sample(times.map(\.0))
    let areComplete = times.count > 1 && times.allSatisfy(\.1) && sample.mean > 0
    add("completion-spread", areComplete ? sample.deviation / sample.mean : nil)
    add("deficit", metrics.fairness.leechers.map(\.deficit).max().map(Double.init))
    add("proportion", metrics.fairness.proportion?.value)
    let rides = metrics.fairness.leechers.compactMap { leecher -> Double? in
      guard let rate = leecher.freeRide, let bound = leecher.freeRideBound, bound > 0 else { return nil }
      return Double(rate) / Double(bound)
    }
    add("free-ride", Self.mean(rides))
    add("seed-evenness", Self.mean(metrics.fairness.seeds.compactMap { $0.evenness?.value }))
    let seeds = metrics.peers.filter { $0.role == "seed" }
    add("seed-utilisation", Self.mean(seeds.compactMap { $0.uploadUtilisation?.value }))
  }

  private struct Leecher {
    var peer: PeerMetrics
    var fairness: FairnessMetrics.LeecherMetrics?
    /// Nanoseconds from its arrival to when it was last seen.
    var seen: Int64

    var completion: (Double, Bool) { (seconds(peer.timeToComplete ?? seen), peer.timeToComplete != nil) }

    /// From its first interest; nil for one that had none, and one that completed without asking anybody.
    var latency: (Double, Bool)? {
      guard let interested = fairness?.firstInterested else { return nil }
      if let first = fairness?.firstPayload { return (seconds(first), true) }
      return peer.timeToComplete == nil ? (seconds(max(0, peer.arrivedAt + seen - interested)), false) : nil
    }

    private func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }
  }

  private mutating func add(_ name: String, _ value: Double?, isCensored: Bool = false) {
    guard let value, value.isFinite else { return }
    // To the millionth, as files hold it: a result that was read again is the same.
    values[name] = MetricValue((value * 1e6).rounded() / 1e6, isCensored: isCensored)
  }

  private mutating func add(_ name: String, _ value: MetricValue?) {
    add(name, value?.value, isCensored: value?.isCensored ?? false)
  }

  private mutating func addTimes(_ leechers: [Leecher], _ classes: [String]) {
    let all = Survival(waits: leechers.map(\.completion))
    add("completion-median", all.time(of: 0.5))
    add("completion-p95", all.time(of: 0.95))
    if classes.count > 1 {
      for group in classes {
        let members = Survival(waits: leechers.filter { $0.peer.group == group }.map(\.completion))
        add("completion-median:\(group)", members.time(of: 0.5))
        add("completion-p95:\(group)", members.time(of: 0.95))
      }
    }
    add("newcomer-latency", Survival(waits: leechers.compactMap(\.latency)).time(of: 0.5))
  }

  /// - Parameter isExpected: somebody should complete.
  private mutating func addSwarm(_ metrics: Metrics, end: Int64, isExpected: Bool) {
    let swarm = metrics.swarm
    if let efficiency = swarm.efficiency {
      add("efficiency", efficiency.value)
    } else if let bound = swarm.bound, end > 0, isExpected {
      add("efficiency", Double(bound) / Double(max(bound, end)), isCensored: true)
    }
    add("seed-copies", swarm.seedCopies?.value)
    let used = metrics.peers.filter { $0.role == "leecher" }.compactMap { $0.uploadUtilisation?.value }
    add("utilisation", Self.mean(used))
    add("fairness", metrics.fairness.correlation?.rho.value)
  }

  private mutating func addShares(_ leechers: [Leecher], _ classes: [String]) {
    for group in classes {
      let members = leechers.filter { $0.peer.group == group }
      let (up, down) = members.reduce((Int64(0), Int64(0))) { ($0.0 + $1.peer.payloadUp, $0.1 + $1.peer.payloadDown) }
      add(classes.count > 1 ? "share-ratio:\(group)" : "share-ratio", down > 0 ? Double(up) / Double(down) : nil)
    }
  }

  /// How much less of a rate free riders have than those that give: 0 is none, 1 is that they get nothing.
  private static func penalty(_ leechers: [Leecher]) -> Double? {
    let all = leechers.compactMap(\.fairness)
    guard let riding = mean(all.filter { $0.freeRide != nil }.map(\.receivedRate)),
      let giving = mean(all.filter { $0.freeRide == nil }.map(\.receivedRate)), giving > 0
    else { return nil }
    return 1 - riding / giving
  }

  /// Nil for none.
  private static func mean(_ rates: [Int64]) -> Double? { mean(rates.map(Double.init)) }

  private static func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : Sample(values).mean }
}
