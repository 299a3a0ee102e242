public import Planning
public import TopologyFile

/// Metrics that no run can have, though there are metrics of that name: a claim about them would be found open when all
/// runs are made.
extension Study {
  /// - Parameters:
  ///   - file: the study's path.
  ///   - plans: of the settings, in their order.
  /// - Returns: each metric that is of nobody in its setting's swarm, with the groups that there are or what is missing.
  public func troubles(file: String, plans: [Plan]) -> [Diagnostic] {
    let labels = variations.isEmpty ? [] : Setting.labels(of: Setting.all(of: variations))
    let struck = Struck(plans)
    var found: [Diagnostic] = []
    func ask(_ key: MetricKey, _ mention: Claim.Mention, _ setting: Int) {
      guard plans.indices.contains(setting), let trouble = key.trouble(in: plans[setting], struck: struck) else {
        return
      }
      let with = labels.isEmpty ? "" : " (with \(labels[setting]))"
      let diagnostic = Diagnostic(
        file: file, place: mention.place, message: "\(mention.path): \(trouble.what)\(with)",
        expected: trouble.expected, suggestion: trouble.suggestion)
      if !found.contains(diagnostic) { found.append(diagnostic) }
    }
    for claim in claims {
      ask(claim.metric, claim.mention, claim.setting)
      if case .metric(let other, let setting) = claim.comparand { ask(other, claim.otherMention, setting) }
    }
    return found
  }
}

extension Plan {
  /// In the order of the plan: the classes of which metrics are given.
  fileprivate var groupsOfLeechers: [String] {
    var groups: [String] = []
    for peer in peers where peer.role == .leecher && !groups.contains(peer.group) { groups.append(peer.group) }
    return groups
  }
}

extension MetricKey {
  fileprivate struct Trouble {
    var what: String
    var expected: String
    var suggestion: String?
  }

  /// Nil where a run of the plan may have a value.
  fileprivate func trouble(in plan: Plan, struck: Struck) -> Trouble? {
    if let trouble = trouble(groups: plan.groupsOfLeechers) { return trouble }
    return metric.lack(in: plan, struck: struck).map {
      Trouble(what: "no run of this swarm has \(metric.name)", expected: $0)
    }
  }

  /// Nil where a swarm with leechers of these groups may have a value.
  fileprivate func trouble(groups: [String]) -> Trouble? {
    let those = groups.joined(separator: ", ")
    guard let group else {
      guard metric.extent == .groups, groups.count > 1 else { return nil }
      return Trouble(
        what: "\(metric.name) is of each group where leechers are of several",
        expected: "\(metric.name):GROUP, with one of \(those)")
    }
    guard metric.extent != .all else {
      let others = Metric.all.filter { $0.extent != .all }.map(\.name).joined(separator: ", ")
      return Trouble(
        what: "\(metric.name) is of all leechers, and of no group",
        expected: "\(metric.name); those of groups are \(others)")
    }
    guard groups.contains(group) else {
      let suggestion = Suggestion.nearest(to: group, among: groups).map { MetricKey(metric, group: $0).name }
      return Trouble(
        what: "no group of leechers is called \"\(group)\"",
        expected: groups.isEmpty ? "a topology with leechers" : "one of \(those)",
        suggestion: groups.count > 1 ? suggestion : nil)
    }
    guard groups.count > 1 else {
      return Trouble(what: "all leechers are of one group, \(group)", expected: "\(metric.name), without a group")
    }
    return nil
  }
}
