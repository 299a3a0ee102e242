import Planning
import SwarmTime

/// When a receiver was at the download limit that it then had: that it then got no more is no fault of who sent to it.
enum FullDownlinks {
  /// The rate is looked at over so long.
  private static let bin = SwarmDuration.milliseconds(500)
  private static let bins = 4
  /// Share of the limit from which it may hold things up, in per cent.
  private static let full: Int64 = 80

  /// - Returns: stretches, disjoint and by start; none for a peer without a limit.
  static func spans(of peer: Int, _ scene: Scene, conversations: [Int]) -> [Span] {
    guard peer < scene.plan.peers.count else { return [] }
    let length = bin.nanoseconds
    var sums: [Int64: Int64] = [:]
    for entry in Traffic(peer, .download, scene, conversations: conversations).entries {
      sums[entry.time / length, default: 0] += Int64(entry.bytes)
    }
    let seconds = Double(Int64(bins) * length) / 1e9
    let spans = sums.keys.sorted().compactMap { last -> Span? in
      let moment = SwarmInstant(nanoseconds: (last + 1) * length)
      guard let limit = scene.facts.download(of: peer, at: moment), limit > 0 else { return nil }
      let enough = Double(limit) * seconds * Double(full) / 100
      let bytes = (0..<Int64(bins)).reduce(0) { $0 + sums[last - $1, default: 0] }
      guard Double(bytes) >= enough else { return nil }
      // What waited in the network while it was full is on its way for a little longer.
      return Span(
        start: SwarmInstant(nanoseconds: (last - Int64(bins) + 1) * length),
        end: SwarmInstant(nanoseconds: (last + 2) * length), startFrame: 0)
    }
    return Span.covered(spans)
  }
}
