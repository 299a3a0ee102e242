import SwarmTime

/// One run of a comparison: a setting, and a repeat of it.
public struct PlannedRun: Hashable, Sendable {
  /// Place in the settings.
  public let setting: Int
  /// The same for every setting of a repeat.
  public let randomSeed: UInt64

  public init(setting: Int, randomSeed: UInt64) {
    self.setting = setting
    self.randomSeed = randomSeed
  }

  /// All of a comparison, in an order drawn by lot: what changes on the machine in the meantime then falls on every
  /// setting alike.
  ///
  /// - Parameter from: random seed of the first repeat; the others follow it, and must not pass the largest.
  public static func order(settings: Int, repeats: Int, from: UInt64) -> [PlannedRun] {
    var runs = (0..<repeats).flatMap { turn in
      (0..<settings).map { PlannedRun(setting: $0, randomSeed: from + UInt64(turn)) }
    }
    var random = RandomSource(seed: RandomSeed.derive(from: from, name: "order of runs"))
    random.shuffle(&runs)
    return runs
  }
}
