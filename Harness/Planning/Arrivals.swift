import SwarmTime
import TopologyFile

/// When each member of a group joins, in order. Draws come from a seed of the group's own, so that another group's size
/// changes nothing here; they are rounded to the millisecond.
enum Arrivals {
  static func draw(for group: PeerGroup, runSeed: UInt64) -> [SwarmInstant] {
    var random = RandomSource(seed: RandomSeed.derive(from: runSeed, name: "arrivals of \(group.name)"))
    switch group.arrival {
    case .at(let time):
      return Array(repeating: .zero + time, count: group.count)
    case .every(let period, let from):
      return (0..<group.count).map { .zero + from + period * $0 }
    case .flashCrowd(let within, let from):
      let offsets = (0..<group.count).map { _ in rounded(random.unit() * Double(within.nanoseconds)) }
      return offsets.sorted().map { .zero + from + $0 }
    case .poisson(let mean, let from):
      var time = 0.0
      return (0..<group.count).map { _ in
        time += exponential(&random) * Double(mean.nanoseconds)
        return .zero + from + rounded(time)
      }
    }
  }

  private static func rounded(_ nanoseconds: Double) -> SwarmDuration {
    SwarmDuration(nanoseconds: Int64(min((nanoseconds / 1e6).rounded(), 1e12)) * 1_000_000)
  }

  /// An exponential draw of mean 1 by comparisons alone (von Neumann 1951): the same on every machine, since no logarithm
  /// of a C library takes part.
  static func exponential(_ random: inout RandomSource) -> Double {
    var whole = 0.0
    while true {
      let first = random.unit()
      var last = first
      var runLength = 1
      while true {
        let next = random.unit()
        if next >= last { break }
        last = next
        runLength += 1
      }
      if runLength % 2 == 1 { return whole + first }
      whole += 1
    }
  }
}
