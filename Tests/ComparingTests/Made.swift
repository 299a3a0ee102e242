import Comparing

/// Results made up for two settings: `slots=4` completes ten seconds sooner, and uploads as much.
enum Made {
  static let settings = Setting.all(of: [(try? Variation("defaults.choking.slots=1,4"))].compactMap { $0 })
  static let seeds = (5...12).map(UInt64.init)

  static func results(_ setting: Setting, completion: Double, seeds: [UInt64] = Made.seeds) -> [RunResult] {
    seeds.map { seed in
      let scatter = Double(seed * seed % 7) / 10
      return RunResult(
        setting: setting, randomSeed: seed, plan: RunResult.digest(of: "\(setting.name) \(seed)"),
        values: [
          "completion-median": MetricValue(completion + scatter), "utilisation": MetricValue(0.8 + scatter / 100),
          "fairness": MetricValue(0.3 + Double(seed * (setting == settings[0] ? 31 : 17) % 11) / 20),
          "completion-median:fast": MetricValue(completion - 5 + scatter),
        ], ended: "complete", isLate: false, failed: [], folder: "runs/made/\(seed)")
    }
  }

  static var results: [RunResult] {
    results(settings[0], completion: 50)
      + results(settings[1], completion: 40).map { result in
        var result = result
        result.values["completion-median"]?.value += Double(result.randomSeed % 3) / 10
        return result
      }
  }

  static func comparison(_ results: [RunResult] = Made.results, metrics: [Metric]? = nil) -> Comparison {
    Comparison(name: "made <swarm>", settings: settings, randomSeeds: seeds, results: results, metrics: metrics)
  }
}
