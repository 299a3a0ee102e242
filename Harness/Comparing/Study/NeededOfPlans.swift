import Planning

/// What a metric needs of the swarm that it is measured in, as far as the plan tells: with what depends on the course of a
/// run, who claims must wait for the runs.
extension Metric {
  /// - Parameter struck: by all settings of the study.
  /// - Returns: what would have to be there for any run to have a value; nil where one may have it.
  func lack(in plan: Plan, struck: Struck) -> String? {
    let leechers = plan.peers.filter { $0.role == .leecher }
    let seeds = plan.peers.filter { $0.role == .seed }
    func atLeast(_ least: Int) -> String? {
      leechers.count >= least ? nil : least == 1 ? "a leecher" : "at least \(least) leechers"
    }
    switch name {
    case "efficiency": return plan.bound == nil ? "leechers, and limits that bound their time" : nil
    case "seed-copies": return seeds.isEmpty ? "a seed" : nil
    case "seed-evenness": return seeds.isEmpty ? "a seed" : atLeast(2)
    case "seed-utilisation": return seeds.contains { $0.upload != nil } ? nil : "a seed with an upload limit"
    case "utilisation": return leechers.contains { $0.upload != nil } ? nil : "a leecher with an upload limit"
    case "clustering": return Set(leechers.map(\.group)).count >= 2 ? nil : "leechers of at least two groups"
    case "completion-spared":
      return struck.names == nil ? "faults or peers that misbehave, in some setting" : atLeast(1)
    case "unchoke-churn": return nil
    // A rank correlation is of four at least: here of leechers, there of ordered pairs of them.
    case "fairness": return atLeast(4)
    case "proportion": return atLeast(3)
    // Riders and givers; a deviation.
    case "free-riders", "completion-spread": return atLeast(2)
    default: return atLeast(1)
    }
  }
}
