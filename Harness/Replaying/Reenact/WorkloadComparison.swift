import SwarmTime

/// A recording beside its re-enactment: the same measures of the same peers, taken in the same way from both captures.
public struct WorkloadComparison: Sendable {
  /// One measure's values in both, and the difference of their medians with its 95 % interval by bootstrap.
  public struct Spread: Hashable, Sendable {
    public var name: String
    public var unit: String
    public var recorded: Quartiles
    public var reenacted: Quartiles
    public var low: Double
    public var high: Double
  }

  public struct Quartiles: Hashable, Sendable {
    public var count: Int
    public var lower: Double
    public var median: Double
    public var upper: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      count = sorted.count
      func at(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let place = share * Double(sorted.count - 1)
        let (below, above) = (sorted[Int(place)], sorted[min(sorted.count - 1, Int(place) + 1)])
        return below + (above - below) * (place - place.rounded(.down))
      }
      (lower, median, upper) = (at(0.25), at(0.5), at(0.75))
    }
  }

  public let peers: Int
  public let spreads: [Spread]
  public let completion: Correlation?
  public let pairs: Correlation?

  /// - Parameter places: of each recorded peer in the re-enactment; nil for one that took no part there.
  public init(_ recorded: Workload, _ reenacted: Workload, places: [Int?]) {
    // Seeds first: they keep their labels.
    let known = recorded.peers.indices.filter { places[$0] != nil }.sorted {
      (recorded.peers[$0].isSeed ? 0 : 1, $0) < (recorded.peers[$1].isSeed ? 0 : 1, $1)
    }
    let there = known.map { places[$0] ?? 0 }
    peers = known.count
    let seeds = known.count { recorded.peers[$0].isSeed }
    let both = zip(known, there).map { (recorded.peers[$0], reenacted.peers[$1]) }
    let done = both.compactMap { pair in
      pair.0.timeToComplete.flatMap { first in pair.1.timeToComplete.map { (first, $0) } }
    }
    completion = Correlation.ofPeers(done.map(\.0), done.map(\.1))
    pairs = Correlation.ofPairs(
      known.map { from in known.map { recorded.bytes[from][$0] } },
      there.map { from in there.map { reenacted.bytes[from][$0] } }, fixed: seeds)
    let leechers = both.filter { !$0.0.isSeed }
    func spread(_ name: String, _ unit: String, _ of: (Workload.Peer) -> [Double]) -> Spread {
      Self.spread(name, unit, leechers.flatMap { of($0.0) }, leechers.flatMap { of($0.1) })
    }
    spreads = [
      spread("completion", "s") { $0.timeToComplete.map { [$0] } ?? [] },
      spread("served at once", "peers") { $0.mostSlots > 0 ? [$0.slots] : [] },
      spread("unchoke lasts", "s") { $0.unchokes },
      Self.spread(
        "sent to a leecher", "KiB", Self.sent(recorded, known), Self.sent(reenacted, there)),
    ]
  }

  private static func sent(_ workload: Workload, _ peers: [Int]) -> [Double] {
    peers.flatMap { from in
      peers.filter { $0 != from && !workload.peers[$0].isSeed }.map { workload.bytes[from][$0] / 1024 }
    }
  }

  private static func spread(_ name: String, _ unit: String, _ first: [Double], _ second: [Double]) -> Spread {
    var random = RandomSource(seed: 2)
    var differences: [Double] = []
    if !first.isEmpty && !second.isEmpty {
      for _ in 0..<999 {
        let a = first.indices.map { _ in first[random.below(first.count)] }
        let b = second.indices.map { _ in second[random.below(second.count)] }
        differences.append(Quartiles(b).median - Quartiles(a).median)
      }
    }
    differences.sort()
    return Spread(
      name: name, unit: unit, recorded: Quartiles(first), reenacted: Quartiles(second),
      low: differences.isEmpty ? 0 : differences[24], high: differences.isEmpty ? 0 : differences[974])
  }
}
