import Dissection
public import Judging
import SwarmTime

/// Payload that one peer got from another, step by step: what rates over any window are made of.
public struct Flow: Sendable {
  public let pair: Pair
  /// Payload bytes delivered in each step, from zero.
  public let bytes: [Int64]

  /// Bytes delivered in the `window` that ends with each step.
  func sums(over window: Int) -> [Int64] {
    var sum: Int64 = 0
    return bytes.indices.map { index in
      sum += bytes[index]
      if index >= window { sum -= bytes[index - window] }
      return sum
    }
  }

  /// All flows of a run, sorted by pair.
  static func all(of scene: Scene, step: SwarmDuration, steps: Int) -> [Flow] {
    scene.deliveries.pairs.map { pair in
      var bytes = [Int64](repeating: 0, count: steps)
      var before: Int64 = 0
      for (time, total) in zip(pair.times, pair.totals) {
        bytes[min(max(Int(time / step.nanoseconds), 0), steps - 1)] += total - before
        before = total
      }
      return Flow(pair: pair.pair, bytes: bytes)
    }
  }
}
