import Planning
package import SwarmTime

/// One round of a leecher's choke grid, as the wire shows it: who was interested, who was unchoked once it was over, and
/// what each had sent.
///
/// Nobody outside knows the very moment of the decision. It lies within the grid's tolerance of the fitted point, and its
/// messages may reach the wire a delay later; so the ranking is asked at both ends, and the sets are read when all must
/// have been said.
package struct Rechoke: Sendable {
  /// The fitted point.
  package let at: SwarmInstant
  /// When the decision has surely been made and said.
  package let settled: SwarmInstant
  /// Unchoked and interested once it was over, by index.
  package let unchoked: [Int]
  /// Those of `unchoked` that a change between rounds, or something unknown, may have put there.
  package let doubtful: Set<Int>
  /// Interested throughout, and choked once it was over, with nothing but a round to explain it; by index.
  package let choked: [Int]
  private let slots: Int
  private let early: Ranking
  private let late: Ranking

  init(_ view: ChokingView, _ scene: Scene, at time: SwarmInstant) {
    at = time
    slots = view.profile.slots ?? .max
    let tolerance = view.profile.gridTolerance
    let start = time - tolerance - view.delay
    let end = time + tolerance + view.delay
    settled = end
    early = Ranking(view, scene, at: time)
    late = Ranking(view, scene, at: time + tolerance)
    var unchoked: [Int] = []
    var doubtful: Set<Int> = []
    var choked: [Int] = []
    for partner in view.partners {
      let isUnknown = view.unknown(partner).contains { $0.start <= end && $0.end > start }
      let isInterested = view.interested(partner).contains { $0.start <= start && $0.end > end }
      let isUnchoked = view.isUnchoked(partner, at: end)
      let changes = view.changes(of: partner, from: start, through: end)
      let isOfRound = !isUnknown && changes.count <= 1 && changes.allSatisfy { $0.cause == .grid }
      if isUnchoked || isUnknown {
        guard isInterested || isUnknown || view.isInterested(partner, at: end) else { continue }
        unchoked.append(partner)
        if !isOfRound || !isInterested { doubtful.insert(partner) }
      } else if isInterested, isOfRound {
        choked.append(partner)
      }
    }
    self.unchoked = unchoked
    self.doubtful = doubtful
    self.choked = choked
  }

  /// What the first surely sent beyond the second, whenever exactly the decision was made. A snub takes a slot away
  /// whatever was sent before, so neither may be under suspicion of one.
  package func surelyBeats(_ a: Int, _ b: Int) -> Bool {
    guard let first = early.entry(a), let second = early.entry(b), early.surelyBeats(first, second),
      let lateFirst = late.entry(a), let lateSecond = late.entry(b)
    else { return false }
    return !first.mayBeSnubbing && !lateFirst.mayBeSnubbing && late.surelyBeats(lateFirst, lateSecond)
  }

  /// Its slot is no reward: as many others as there are regular slots surely sent more, or it had sent next to nothing
  /// while there were more candidates than slots.
  package func isUnearned(_ partner: Int) -> Bool {
    !isAdmissible(partner) || (candidates > slots && most(partner) <= Ranking.bytesOfDoubt)
  }

  /// It surely sent enough to be told from somebody who sent nothing.
  package func surelySent(_ partner: Int) -> Bool { least(partner) > Ranking.bytesOfDoubt }

  /// It had surely earned a regular slot: fewer others than there are slots may have sent as much.
  package func isSurelyRegular(_ partner: Int) -> Bool {
    early.isSurelyRegular(partner) && late.isSurelyRegular(partner)
  }

  /// It may have earned a regular slot.
  package func isAdmissible(_ partner: Int) -> Bool { early.isAdmissible(partner) || late.isAdmissible(partner) }

  /// How many may have been candidates for a slot.
  package var candidates: Int { late.entries.count }

  /// Least payload bytes that it had sent within the rate window.
  package func least(_ partner: Int) -> Int64 {
    min(early.entry(partner)?.least ?? 0, late.entry(partner)?.least ?? 0)
  }

  /// Most payload bytes that it had sent within the rate window.
  package func most(_ partner: Int) -> Int64 { max(early.entry(partner)?.most ?? 0, late.entry(partner)?.most ?? 0) }
}

/// All rounds of a leecher that can be judged, by time.
package struct Rechokes: Sendable {
  package let view: ChokingView
  package let rounds: [Rechoke]

  /// Its grid is told by fewer decisions than this, or by decisions that contradict one another: nobody knows its rounds.
  private static let leastMatched = 2

  /// - Throws: `CheckTrouble` where its rounds cannot be known.
  init(_ scene: Scene, _ peer: Int) throws(CheckTrouble) {
    guard let view = scene.choking(of: peer) else { throw CheckTrouble("no profile of its choking is known") }
    self.view = view
    if let reason = view.profile.judged.lackOfRules { throw CheckTrouble(reason) }
    guard view.profile.slots != nil else { throw CheckTrouble("no profile says how many slots it has") }
    guard view.profile.rateEstimator != .decay else {
      throw CheckTrouble("its profile ranks by an average that forgets slowly, which packets do not show")
    }
    guard let life = view.leecherSpan else { throw CheckTrouble("it is a seed") }
    if let blur = view.blur { throw CheckTrouble(blur) }
    guard let grid = view.grid, grid.matched >= Self.leastMatched else {
      throw CheckTrouble("too few choke decisions to tell its grid")
    }
    guard grid.matched > 3 * grid.unmatched else {
      throw CheckTrouble(
        "no grid explains its choke decisions: \(grid.matched) lie on the best one, \(grid.unmatched) do not")
    }
    // It knows of its completion before the wire does.
    let margin = view.profile.gridTolerance + view.delay
    let end = life.upperBound - margin - .seconds(1)
    rounds = view.rounds(in: life.lowerBound + margin..<max(life.lowerBound + margin, end)).map {
      Rechoke(view, scene, at: $0)
    }
  }
}

extension ChokingView {
  /// Its chokes and unchokes of one partner within a stretch.
  func changes(of partner: Int, from start: SwarmInstant, through end: SwarmInstant) -> [ChokeChange] {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].at < start { low = middle + 1 } else { high = middle }
    }
    return changes[low...].prefix { $0.at <= end }.filter { $0.partner == partner }
  }
}
