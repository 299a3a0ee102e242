public import Judging
import Planning
public import SwarmTime

/// One peer as a choker, for whoever draws it: a row for each partner.
public struct ChokePicture: Sendable {
  /// What an unchoke was for, as far as packets tell.
  public enum Label: Int, Sendable, Hashable {
    /// A slot: of a seed, of a peer without a profile, or one that could be either.
    case slot = 0
    /// Its rates put the partner surely among the best.
    case regular
    /// Its rates keep the partner out of every admissible top set.
    case optimistic
  }

  /// A stretch in which the partner was unchoked, under one label.
  public struct Stretch: Sendable, Hashable {
    public var start: SwarmInstant
    public var end: SwarmInstant
    public var label: Label
  }

  public struct Row: Sendable {
    /// Place in the cast.
    public var partner: Int
    /// The peer had the partner unchoked.
    public var unchoked: [Stretch]
    /// The partner was interested in the peer.
    public var interested: [Span]
    /// The partner had the peer unchoked.
    public var unchokedBy: [Span]
  }

  /// Rechoke rounds, as fitted to the changes.
  public struct Grid: Sendable, Hashable {
    /// The first round after zero.
    public var first: SwarmInstant
    public var period: SwarmDuration

    /// The rounds in [start, end).
    public func rounds(from start: SwarmInstant, to end: SwarmInstant) -> [SwarmInstant] {
      guard period.nanoseconds > 0, start < end else { return [] }
      let skipped = max(0, (start.nanoseconds - first.nanoseconds + period.nanoseconds - 1) / period.nanoseconds)
      let begin = first.nanoseconds + skipped * period.nanoseconds
      return stride(from: begin, to: end.nanoseconds, by: Int.Stride(period.nanoseconds)).map {
        SwarmInstant(nanoseconds: $0)
      }
    }
  }

  /// Place in the cast.
  public let peer: Int
  public let rows: [Row]
  public let grid: Grid?
  /// Over which it counts rates; 20 s where no profile says.
  public let window: SwarmDuration

  /// One for each of the cast.
  static func all(of scene: Scene) -> [ChokePicture] {
    let unchoked = gathered(scene.timelines.unchokes, by: \.from, scene)
    let interested = gathered(scene.timelines.interests, by: \.to, scene)
    let unchokedBy = gathered(scene.timelines.unchokes, by: \.to, scene)
    return (0..<scene.cast.count).map { peer in
      ChokePicture(peer, unchoked: unchoked[peer], interested: interested[peer], unchokedBy: unchokedBy[peer], scene)
    }
  }

  /// The lines of a kind for each peer; those that say nothing are left out.
  private static func gathered(
    _ lines: [PairTimeline], by end: (Pair) -> Int, _ scene: Scene
  ) -> [[PairTimeline]] {
    var all = [[PairTimeline]](repeating: [], count: scene.cast.count)
    for line in lines where !line.on.isEmpty { all[end(line.pair)].append(line) }
    return all
  }

  private init(
    _ peer: Int, unchoked: [PairTimeline], interested: [PairTimeline], unchokedBy: [PairTimeline], _ scene: Scene
  ) {
    self.peer = peer
    let view = ChokingView(scene, peer)
    window = view?.profile.rateWindow ?? .seconds(20)
    grid = view.flatMap { view in
      view.grid.map { Grid(first: SwarmInstant(nanoseconds: $0.phase.nanoseconds), period: $0.period) }
    }
    var rows: [Int: Row] = [:]
    func row(_ partner: Int, _ change: (inout Row) -> Void) {
      change(&rows[partner, default: Row(partner: partner, unchoked: [], interested: [], unchokedBy: [])])
    }
    let labels = view.map { UnchokeLabels($0, scene) }
    for line in unchoked {
      row(line.pair.to) { row in
        row.unchoked = line.on.flatMap { labels?.stretches($0, line.pair.to) ?? [.init($0)] }
      }
    }
    for line in interested { row(line.pair.from) { $0.interested = line.on } }
    for line in unchokedBy { row(line.pair.from) { $0.unchokedBy = line.on } }
    self.rows = rows.values.sorted { $0.partner < $1.partner }
  }
}

extension ChokePicture.Stretch {
  init(_ span: Span) { self.init(start: span.start, end: span.end, label: .slot) }
}

/// Tells a leecher's regular unchokes from optimistic ones, round by round, where its rates leave no doubt.
struct UnchokeLabels {
  private let rankings: [Ranking]
  private let tolerance: SwarmDuration
  private let end: SwarmInstant

  init(_ view: ChokingView, _ scene: Scene) {
    let span = view.leecherSpan ?? .zero..<(.zero)
    rankings = view.rounds(in: span).map { Ranking(view, scene, at: $0) }
    tolerance = view.profile.gridTolerance + view.delay
    end = span.upperBound
  }

  /// The span, cut at the rounds at which its label changes.
  func stretches(_ span: Span, _ partner: Int) -> [ChokePicture.Stretch] {
    var out: [ChokePicture.Stretch] = []
    func add(_ start: SwarmInstant, _ end: SwarmInstant, _ label: ChokePicture.Label) {
      let (start, end) = (max(start, span.start), min(end, span.end))
      guard start < end else { return }
      if let last = out.last, last.label == label {
        out[out.count - 1].end = end
      } else {
        out.append(.init(start: start, end: end, label: label))
      }
    }
    // What was given between rounds stays a slot of either kind until the next.
    var from = span.start
    for (place, ranking) in rankings.enumerated() {
      // A choke change of a round may come a little before or after it.
      if from > ranking.at + tolerance { continue }
      if span.end <= ranking.at + tolerance { break }
      if from < ranking.at - tolerance {
        add(from, ranking.at, .slot)
        from = ranking.at
      }
      let next = place + 1 < rankings.count ? rankings[place + 1].at : end
      add(from, next, label(partner, ranking))
      from = max(from, next)
    }
    add(from, span.end, from < end ? out.last?.label ?? .slot : .slot)
    return out
  }

  private func label(_ partner: Int, _ ranking: Ranking) -> ChokePicture.Label {
    guard ranking.entry(partner) != nil else { return .slot }
    if ranking.isSurelyRegular(partner) { return .regular }
    return ranking.isAdmissible(partner) ? .slot : .optimistic
  }
}
