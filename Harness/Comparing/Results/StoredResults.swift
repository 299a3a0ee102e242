/// Results from before, of which a comparison takes those that its own runs would come to.
public struct StoredResults: Sendable {
  private let results: [RunResult]

  public enum Found: Hashable, Sendable {
    case nothing
    case result(RunResult)
    /// The setting and the random seed were run, in another swarm.
    case ofAnotherPlan
    /// The same was run, beside settings that strike other peers: what it says of the spared is of others.
    case besideOtherSettings
  }

  public init(_ results: [RunResult]) { self.results = results }

  /// Whether there is any, of whatever plan.
  public func hold(_ setting: Setting, randomSeed: UInt64) -> Bool { !of(setting, randomSeed).isEmpty }

  private func of(_ setting: Setting, _ randomSeed: UInt64) -> [RunResult] {
    results.filter { $0.setting == setting.values && $0.randomSeed == randomSeed }
  }

  /// - Parameters:
  ///   - plan: the run's, as `RunResult.digest` has it.
  ///   - struck: by all settings with that random seed.
  public func find(_ setting: Setting, randomSeed: UInt64, plan: String, struck: Struck) -> Found {
    let same = of(setting, randomSeed)
    guard !same.isEmpty else { return .nothing }
    guard same.allSatisfy({ $0.plan == plan }) else { return .ofAnotherPlan }
    return same.first { $0.isBeside(struck) }.map { .result($0) } ?? .besideOtherSettings
  }
}

extension RunResult {
  /// Whether its values are those beside settings that strike these peers.
  fileprivate func isBeside(_ struck: Struck) -> Bool {
    guard let digest = struck.digest else {
      // A file from before it was kept says nothing of it; where nothing was struck there are no spared.
      return self.struck == nil && values[Collateral.metric] == nil
    }
    return self.struck == digest
  }
}
