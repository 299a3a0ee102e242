import Oracle
import SwarmTime
import Wire

/// Follows one member of an ideal swarm as a choker, from what crosses the wire alone.
struct ChokeWatch {
  struct Partner: Sendable {
    var isInterested = false
    var isUnchoked = false
    var interestedSince: SwarmInstant?
    /// From its first interest to its first unchoke.
    var firstWait: SwarmDuration?
    var unchokes: [(from: SwarmInstant, until: SwarmInstant?)] = []
    /// Blocks that reached the choker.
    var gave: [(at: SwarmInstant, bytes: Int64)] = []
  }

  let choker: Int
  let delay: SwarmDuration
  private(set) var partners: [Int: Partner] = [:]
  /// When the choker choked somebody who was still interested: only at a round does it.
  private(set) var reviews: [SwarmInstant] = []
  /// At each round at which somebody lost a slot: what the four best of those unchoked had given in 20 s, against what
  /// the four best of all interested had.
  private(set) var rightness: [Double] = []
  /// At each such round, who was unchoked and had given anything in 20 s.
  private(set) var servedGivers: [[Int]] = []
  private var pendingReview: SwarmInstant?
  /// Seconds with so many unchoked and interested at once, while more than five were interested.
  private(set) var secondsWith: [Int: Double] = [:]
  private var lastAt = SwarmInstant.zero
  private(set) var mostUnchoked = 0

  init(choker: Int, delay: SwarmDuration) {
    self.choker = choker
    self.delay = delay
  }

  /// Lengths of time between two rounds at which somebody lost a slot.
  var gaps: [Double] { zip(reviews, reviews.dropFirst()).map { ($1 - $0).seconds } }
  /// Everybody that was ever unchoked.
  var served: [Int] { partners.keys.sorted().filter { partners[$0]?.unchokes.isEmpty == false } }
  /// Everybody that was ever interested.
  var suitors: [Int] { partners.keys.sorted().filter { partners[$0]?.interestedSince != nil } }
  /// Of all time that partners were unchoked, the share of those for which it holds.
  func shareOfUnchokedTime(where holds: (Int) -> Bool) -> Double {
    var (some, all) = (0.0, 0.0)
    for (key, partner) in partners.sorted(by: { $0.key < $1.key }) {
      let seconds = partner.unchokes.reduce(0) { $0 + (($1.until ?? lastAt) - $1.from).seconds }
      all += seconds
      if holds(key) { some += seconds }
    }
    return some / max(1, all)
  }

  var meanRightness: Double { rightness.reduce(0, +) / Double(max(1, rightness.count)) }

  func share(ofTimeWith count: Int) -> Double {
    let all = secondsWith.keys.sorted().reduce(0.0) { $0 + (secondsWith[$1] ?? 0) }
    return (secondsWith[count] ?? 0) / max(1, all)
  }

  mutating func see(_ crossing: IdealSwarm.Crossing) {
    guard crossing.from == choker || crossing.to == choker else { return }
    settle(crossing.at)
    let (mine, other) = (crossing.from == choker, crossing.from == choker ? crossing.to : crossing.from)
    switch crossing.content {
    case .opened: partners[other] = partners[other] ?? Partner()
    case .closed:
      close(other, crossing.at)
      partners[other]?.isInterested = false
    case .block(let block):
      if !mine { partners[other]?.gave.append((crossing.at + delay, Int64(block.length))) }
    case .message(let message):
      if mine { said(message, to: other, crossing.at) } else { heard(message, from: other, crossing.at) }
    }
    mostUnchoked = max(mostUnchoked, held)
  }

  private var held: Int { partners.values.count { $0.isUnchoked && $0.isInterested } }

  private mutating func settle(_ now: SwarmInstant) {
    if partners.values.count(where: \.isInterested) > 5 { secondsWith[held, default: 0] += (now - lastAt).seconds }
    lastAt = now
    guard let review = pendingReview, review < now else { return }
    pendingReview = nil
    servedGivers.append(
      partners.keys.sorted().filter { key in
        partners[key].map { $0.isUnchoked && bytes(of: $0, at: review) > 0 } ?? false
      })
    let interested = partners.values.filter(\.isInterested)
    let rates = interested.map { partner in (partner.isUnchoked, bytes(of: partner, at: review)) }
    let best = rates.map(\.1).sorted(by: >).prefix(4).reduce(0, +)
    let chosen = rates.filter(\.0).map(\.1).sorted(by: >).prefix(4).reduce(0, +)
    if interested.count > 5, best > 0 { rightness.append(Double(chosen) / Double(best)) }
  }

  private func bytes(of partner: Partner, at now: SwarmInstant) -> Int64 {
    partner.gave.reduce(0) { $0 + ($1.at <= now && now - $1.at < .seconds(19.75) ? $1.bytes : 0) }
  }

  private mutating func close(_ other: Int, _ now: SwarmInstant) {
    guard let last = partners[other]?.unchokes.indices.last, partners[other]?.isUnchoked == true else { return }
    partners[other]?.isUnchoked = false
    partners[other]?.unchokes[last].until = now
  }

  private mutating func said(_ message: PeerMessage, to other: Int, _ now: SwarmInstant) {
    switch message {
    case .choke:
      if partners[other]?.isInterested == true {
        if reviews.last != now { reviews.append(now) }
        pendingReview = now
      }
      close(other, now)
    case .unchoke:
      if let since = partners[other]?.interestedSince, partners[other]?.firstWait == nil {
        partners[other]?.firstWait = now - since
      }
      partners[other]?.isUnchoked = true
      partners[other]?.unchokes.append((now, nil))
    default: break
    }
  }

  private mutating func heard(_ message: PeerMessage, from other: Int, _ now: SwarmInstant) {
    switch message {
    case .interested:
      partners[other]?.isInterested = true
      if partners[other]?.interestedSince == nil { partners[other]?.interestedSince = now }
    case .notInterested: partners[other]?.isInterested = false
    default: break
    }
  }
}
