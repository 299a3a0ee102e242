import Planning
import SwarmTime

/// Who gave and got how much, who was served how long, and how pieces spread: figures beside the checks of fairness.
public struct FairnessMetrics: Hashable, Sendable {
  /// Of what leechers gave and got; nil for fewer than four, or where all gave or got the same.
  public var correlation: RankCorrelation?
  /// Jain's index of received / sent over the leechers that sent something.
  public var reciprocity: Fixed?
  /// Spearman's correlation of the share of all it sent to leechers that a leecher sent another, and the share of all it got of
  /// them that came from there, over all ordered pairs of leechers of which one sent something; nil for fewer than four, or
  /// where all are alike. Of shares, since each divides its own uplink: bytes would tell the fast from the slow.
  public var proportion: Fixed?
  public var classes: [ClassMetrics]
  public var seeds: [SeedMetrics]
  public var leechers: [LeecherMetrics]
  public var availability: AvailabilityMetrics

  /// A group of leechers.
  public struct ClassMetrics: Hashable, Sendable {
    public var group: String
    public var leechers: Int
    /// Declared, bytes a second.
    public var upload: Int64?
    /// Means of the members' rates.
    public var sentRate: Int64
    public var receivedRate: Int64
    /// Jain's index of the members' received rates.
    public var evenness: Fixed?
  }

  public struct SeedMetrics: Hashable, Sendable {
    public var name: String
    /// Leechers that were interested in it.
    public var leechers: Int
    /// Sum of the times that it served them, nanoseconds.
    public var served: Int64
    /// Jain's index of those times.
    public var evenness: Fixed?
  }

  /// One leecher while it was one.
  public struct LeecherMetrics: Hashable, Sendable {
    public var name: String
    /// Payload bytes a second.
    public var sentRate: Int64
    public var receivedRate: Int64
    /// receivedRate / sentRate.
    public var reciprocity: Fixed?
    /// Time for which seeds had it unchoked while it was interested, nanoseconds.
    public var seedService: Int64
    /// The largest |sent - received| with one other leecher at any time, in blocks of 16 KiB, rounded down.
    public var deficit: Int64
    /// Share of the time together with other leechers in which it was interested in them (a/b), and they in it (c/d).
    public var interested: Fixed?
    public var interesting: Fixed?
    /// Its first Interested in anybody, nanoseconds since zero; nil where there was none, or that is not known.
    public var firstInterested: Int64?
    /// From then to the first unchoke by anybody, and to its first block, nanoseconds.
    public var firstUnchoke: Int64?
    public var firstPayload: Int64?
    /// Payload from leechers, bytes a second, and what a free rider may expect; nil for one that gave something.
    public var freeRide: Int64?
    public var freeRideBound: Int64?
  }

  /// One that gave less than this share of what it got is a free rider: a hundredth.
  static let freeRiderGives = Fixed(millionths: 10_000)

  init(_ scene: Scene) {
    let shares = scene.plan.peers.indices.compactMap { LeecherShare($0, scene) }
    correlation = RankCorrelation(shares.map(\.sentRate), shares.map(\.receivedRate))
    reciprocity = Jain.index(
      shares.filter { $0.sentRate > 0 }.map { Double($0.receivedRate) / Double($0.sentRate) })
    proportion = Self.proportion(shares, scene)
    classes = LeecherClass.classes(of: shares, scene).map {
      ClassMetrics(
        group: $0.group, leechers: $0.members.count, upload: $0.upload, sentRate: $0.meanSent,
        receivedRate: $0.meanReceived, evenness: $0.evenness)
    }
    let service = SeedService.all(scene)
    seeds = service.map { seed in
      SeedMetrics(
        name: scene.cast.names[seed.seed], leechers: seed.times.count, served: seed.times.reduce(0) { $0 + $1.served },
        evenness: seed.evenness)
    }
    let riders = FreeRiders(shares, below: Self.freeRiderGives, scene)
    let company = Company(scene)
    leechers = shares.map { share in
      let arrival = NewcomerArrival(share.peer, scene)
      let times = company.times(of: share.peer, scene)
      let rides = riders.contains(share.peer)
      return LeecherMetrics(
        name: scene.cast.names[share.peer], sentRate: share.sentRate, receivedRate: share.receivedRate,
        reciprocity: Fixed(share.receivedRate, over: share.sentRate),
        seedService: service.reduce(0) { sum, seed in
          sum + seed.times.reduce(0) { $0 + ($1.leecher == share.peer ? $1.served : 0) }
        }, deficit: Self.deficit(share, scene), interested: Fixed(times.interested, over: times.together),
        interesting: Fixed(times.interesting, over: times.together),
        firstInterested: arrival?.interested.nanoseconds,
        firstUnchoke: arrival.flatMap { arrival in arrival.unchoked.map { ($0.at - arrival.interested).nanoseconds } },
        firstPayload: arrival.flatMap { arrival in arrival.payload.map { ($0 - arrival.interested).nanoseconds } },
        freeRide: rides ? riders.fromLeechers(share, scene) : nil, freeRideBound: rides ? riders.bound : nil)
    }
    availability = AvailabilityMetrics(scene)
  }

  private static func deficit(_ share: LeecherShare, _ scene: Scene) -> Int64 {
    partners(of: share, scene).reduce(0) {
      max($0, scene.deliveries.largestDifference(share.peer, $1.peer, through: $1.until))
    } / 16384
  }

  private static func proportion(_ shares: [LeecherShare], _ scene: Scene) -> Fixed? {
    var (sent, got): ([Int64], [Int64]) = ([], [])
    for share in shares {
      let all = exchanges(of: share, scene).filter { $0.sent > 0 || $0.got > 0 }
      let total = all.reduce((sent: Int64(0), got: Int64(0))) { ($0.sent + $1.sent, $0.got + $1.got) }
      guard total.sent > 0, total.got > 0 else { continue }
      sent += all.compactMap { Fixed($0.sent, over: total.sent)?.millionths }
      got += all.compactMap { Fixed($0.got, over: total.got)?.millionths }
    }
    return RankCorrelation(sent, got)?.rho
  }

  /// Bytes between a leecher and each other one, up to the completion of either.
  private static func exchanges(of share: LeecherShare, _ scene: Scene) -> [(sent: Int64, got: Int64)] {
    partners(of: share, scene).map { other in
      (
        sent: scene.deliveries.bytes(from: share.peer, to: other.peer, after: .distantPast, through: other.until),
        got: scene.deliveries.bytes(from: other.peer, to: share.peer, after: .distantPast, through: other.until)
      )
    }
  }

  /// The other leechers, and until when both were ones.
  private static func partners(of share: LeecherShare, _ scene: Scene) -> [(peer: Int, until: SwarmInstant)] {
    scene.plan.peers.indices.compactMap { other in
      guard other != share.peer, scene.plan.peers[other].role == .leecher else { return nil }
      let end = min(share.span.upperBound, scene.holdings.completions[other]?.at ?? .distantFuture)
      return (peer: other, until: end)
    }
  }
}

/// Who was connected with whom, and interested, while both were leechers (Legout 2006, "entropy": near 1 where rarest
/// first keeps everybody interesting).
private struct Company {
  private var together: [Pair: [Span]] = [:]

  init(_ scene: Scene) {
    for conversation in scene.conversations where conversation.isOurs && !conversation.isDuplicate {
      let (low, high) = (min(conversation.first, conversation.second), max(conversation.first, conversation.second))
      guard low != high else { continue }
      together[Pair(from: low, to: high), default: []].append(
        Span(start: conversation.opened, end: conversation.closed, startFrame: 0))
    }
  }

  func times(of peer: Int, _ scene: Scene) -> (together: Int64, interested: Int64, interesting: Int64) {
    var sums = (together: Int64(0), interested: Int64(0), interesting: Int64(0))
    for other in scene.plan.peers.indices where other != peer && scene.plan.peers[other].role == .leecher {
      let pair = Pair(from: min(peer, other), to: max(peer, other))
      let end = [peer, other].compactMap { scene.holdings.completions[$0]?.at }.min() ?? scene.end
      let life = [Span(start: .distantPast, end: end, startFrame: 0)]
      let both = Span.intersection(Span.covered(together[pair] ?? []), life)
      sums.together += Span.length(both)
      sums.interested += Span.length(
        Span.intersection(both, scene.timelines.interest(from: peer, to: other)?.on ?? []))
      sums.interesting += Span.length(
        Span.intersection(both, scene.timelines.interest(from: other, to: peer)?.on ?? []))
    }
    return sums
  }
}
