import SwarmTime

/// Lower bounds of the time to give a file of F bytes to N leechers, as the lecture has them:
///
/// - client and server: D >= max(N F / u_s, F / d_min)
/// - peer to peer:      D >= max(F / u_s, F / d_min, N F / (u_s + sum u_i))
///
/// with u_s the upload of all seeds, u_i a leecher's upload and d_min the slowest download. An unlimited rate drops its
/// term. Bursts are left out; leechers that arrive late can only take longer.
public struct DistributionTime: Hashable, Sendable {
  public var payloadBytes: Int64
  public var leechers: Int
  /// Bytes per swarm second of all seeds together; nil is unlimited.
  public var seedUpload: Int64?
  /// Of all leechers together.
  public var leecherUpload: Int64?
  /// Of the slowest leecher.
  public var slowestDownload: Int64?

  public init(payloadBytes: Int64, leechers: Int, seedUpload: Int64?, leecherUpload: Int64?, slowestDownload: Int64?) {
    self.payloadBytes = payloadBytes
    self.leechers = leechers
    self.seedUpload = seedUpload
    self.leecherUpload = leecherUpload
    self.slowestDownload = slowestDownload
  }

  /// Of the peers of a plan, by the rates that they are declared to keep.
  public init(payloadBytes: Int64, peers: [PeerPlan]) {
    let leechers = peers.filter { $0.role == .leecher }
    self.init(
      payloadBytes: payloadBytes, leechers: leechers.count,
      seedUpload: Self.sum(peers.filter { $0.role == .seed }.map(\.upload)),
      leecherUpload: Self.sum(leechers.map(\.upload)),
      slowestDownload: leechers.compactMap { $0.download?.bytesPerSecond }.min())
  }

  /// Nil where nothing bounds it: no leecher, or no limit.
  public var clientServer: BoundPlan? {
    largest([
      term("server", bytes: payloadBytes, copies: leechers, rate: seedUpload),
      term("download", bytes: payloadBytes, copies: 1, rate: slowestDownload),
    ])
  }

  /// Nil where nothing bounds it: no leecher, or no limit.
  public var peerToPeer: BoundPlan? { largest(peerToPeerTerms) }

  /// The terms that are limited, in the order of the formula.
  public var peerToPeerTerms: [BoundPlan] {
    let all = seedUpload.flatMap { seeds in leecherUpload.map { Int64(clamping: Int128(seeds) + Int128($0)) } }
    return [
      term("seed", bytes: payloadBytes, copies: 1, rate: seedUpload),
      term("download", bytes: payloadBytes, copies: 1, rate: slowestDownload),
      term("aggregate", bytes: payloadBytes, copies: leechers, rate: all),
    ].compactMap { $0 }
  }

  /// Whole nanoseconds, rounded down, since it is a lower bound.
  private func term(_ name: String, bytes: Int64, copies: Int, rate: Int64?) -> BoundPlan? {
    guard let rate, rate > 0, copies > 0, leechers > 0 else { return nil }
    let nanoseconds = Int128(bytes) * Int128(copies) * 1_000_000_000 / Int128(rate)
    return BoundPlan(duration: SwarmDuration(nanoseconds: Int64(clamping: nanoseconds)), decidedBy: name)
  }

  /// The first of the largest.
  private func largest(_ terms: [BoundPlan?]) -> BoundPlan? {
    terms.compactMap { $0 }.reduce(nil) { best, term in
      best.map { term.duration > $0.duration ? term : $0 } ?? term
    }
  }

  private static func sum(_ limits: [LimitPlan?]) -> Int64? {
    var total: Int64 = 0
    for limit in limits {
      guard let limit else { return nil }
      total += limit.bytesPerSecond
    }
    return total
  }
}
