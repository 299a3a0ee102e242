import Planning
import SwarmTime

/// What a leecher gave and got while it was one: from its arrival to its completion, departure or the end of the run.
struct LeecherShare {
  let peer: Int
  let group: String
  let span: Range<SwarmInstant>
  /// Payload bytes sent and received in that time.
  let sent: Int64
  let received: Int64

  /// - Returns: nil for a seed, and for one that was a leecher for no time.
  init?(_ peer: Int, _ scene: Scene) {
    let plan = scene.plan.peers[peer]
    guard plan.role == .leecher else { return nil }
    let start = scene.arrivals[peer]
    let end = min(scene.holdings.completions[peer]?.at ?? .distantFuture, scene.departure(peer))
    guard start < end else { return nil }
    self.peer = peer
    group = plan.group
    span = start..<end
    var (up, down) = (Int64(0), Int64(0))
    for pair in scene.deliveries.pairs {
      if pair.pair.from == peer { up += pair.bytes(after: start, through: end) }
      if pair.pair.to == peer { down += pair.bytes(after: start, through: end) }
    }
    (sent, received) = (up, down)
  }

  var nanoseconds: Int64 { (span.upperBound - span.lowerBound).nanoseconds }

  /// Payload bytes in a swarm second, rounded down.
  var sentRate: Int64 { Self.rate(sent, nanoseconds) }
  var receivedRate: Int64 { Self.rate(received, nanoseconds) }

  static func rate(_ bytes: Int64, _ nanoseconds: Int64) -> Int64 {
    guard nanoseconds > 0, bytes >= 0 else { return 0 }
    let product = bytes.magnitude.multipliedFullWidth(by: 1_000_000_000)
    guard product.high < nanoseconds.magnitude else { return .max }
    return Int64(clamping: nanoseconds.magnitude.dividingFullWidth(product).quotient)
  }
}

/// Jain's index of fairness (Jain, Chiu and Hawe 1984): (sum x)^2 / (n * sum x^2), from 1 / n to 1.
enum Jain {
  /// - Returns: nil for fewer than two values, and where all are 0.
  static func index(_ values: [Double]) -> Fixed? {
    let squares = values.reduce(0) { $0 + $1 * $1 }
    guard values.count > 1, squares > 0 else { return nil }
    let sum = values.reduce(0, +)
    return Fixed(nearest: sum * sum / (Double(values.count) * squares))
  }
}

/// The leechers of one group.
struct LeecherClass {
  let group: String
  /// Declared, bytes a second; nil where there is none.
  let upload: Int64?
  let members: [LeecherShare]

  /// By group, in the order of the plan.
  static func classes(of shares: [LeecherShare], _ scene: Scene) -> [LeecherClass] {
    var groups: [String] = []
    for share in shares where !groups.contains(share.group) { groups.append(share.group) }
    return groups.map { group in
      let members = shares.filter { $0.group == group }
      let upload = members.first.flatMap { scene.plan.peers[$0.peer].upload?.bytesPerSecond }
      return LeecherClass(group: group, upload: upload, members: members)
    }
  }

  var evenness: Fixed? { Jain.index(members.map { Double($0.receivedRate) }) }
  var meanStay: SwarmDuration {
    SwarmDuration(nanoseconds: members.reduce(0) { $0 + $1.nanoseconds } / Int64(max(1, members.count)))
  }
  var meanSent: Int64 { members.reduce(0) { $0 + $1.sentRate } / Int64(max(1, members.count)) }
  var meanReceived: Int64 { members.reduce(0) { $0 + $1.receivedRate } / Int64(max(1, members.count)) }
  var words: String { "\(group) gave \(Wording.rate(meanSent)) and got \(Wording.rate(meanReceived))" }
}

/// For how long a seed had each leecher that was interested in it unchoked.
struct SeedService {
  let seed: Int
  /// By leecher in the order of the plan, nanoseconds; those that were never interested are left out.
  let times: [(leecher: Int, served: Int64, interested: Int64)]

  var evenness: Fixed? { Jain.index(times.map { Double($0.served) }) }

  static func all(_ scene: Scene) -> [SeedService] {
    scene.plan.peers.indices.filter { scene.plan.peers[$0].role == .seed }.map { seed in
      let times = scene.plan.peers.indices.compactMap { leecher -> (leecher: Int, served: Int64, interested: Int64)? in
        guard scene.plan.peers[leecher].role == .leecher,
          let interest = scene.timelines.interest(from: leecher, to: seed)?.on, !interest.isEmpty
        else { return nil }
        let served = Span.intersection(scene.timelines.unchoke(from: seed, to: leecher)?.on ?? [], interest)
        return (leecher, Span.length(served), Span.length(interest))
      }
      return SeedService(seed: seed, times: times)
    }
  }
}

extension Span {
  /// Nanoseconds of all together.
  static func length(_ spans: [Span]) -> Int64 { spans.reduce(0) { $0 + ($1.end - $1.start).nanoseconds } }
}
