public import Judging
import Planning
public import SwarmTime

/// One peer as a choker, for whoever draws it: a row for each partner.
public struct ChokePicture: Sendable {
  /// What an unchoke was for, as far as packets tell.
  public enum Label: Int, Sendable, Hashable {
    /// A slot: of a seed, of a peer without a profile, or one that could be either.
    case slot = 0
    case regular
    case optimistic
  }

  /// A stretch in which the partner was unchoked, under one label.
  public struct Stretch: Sendable, Hashable {
    public var start: SwarmInstant
    public var end: SwarmInstant
    public var label: Label
    /// Why it is taken for that; nil for seeds and peers without a profile.
    public var reason: SlotReason?
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
    let view = scene.choking(of: peer)
    window = view?.profile.rateWindow ?? .seconds(20)
    grid = view.flatMap { view in
      view.grid.map { Grid(first: SwarmInstant(nanoseconds: $0.phase.nanoseconds), period: $0.period) }
    }
    var rows: [Int: Row] = [:]
    func row(_ partner: Int, _ change: (inout Row) -> Void) {
      change(&rows[partner, default: Row(partner: partner, unchoked: [], interested: [], unchokedBy: [])])
    }
    var known: [Int: [SlotStretch]] = [:]
    for unchoke in scene.slotUnchokes(of: peer) { known[unchoke.partner, default: []] += unchoke.stretches }
    for line in unchoked {
      row(line.pair.to) { row in
        row.unchoked = line.on.flatMap { Stretch.parts(of: $0, known[line.pair.to] ?? []) }
      }
    }
    for line in interested { row(line.pair.from) { $0.interested = line.on } }
    for line in unchokedBy { row(line.pair.from) { $0.unchokedBy = line.on } }
    self.rows = rows.values.sorted { $0.partner < $1.partner }
  }
}

extension ChokePicture.Stretch {
  /// The span, cut where its kind or the reason for it changes.
  ///
  /// - Parameter known: of this partner, by time; what they leave of the span is a slot of no kind.
  static func parts(of span: Span, _ known: [SlotStretch]) -> [Self] {
    var out: [Self] = []
    func add(_ start: SwarmInstant, _ end: SwarmInstant, _ label: ChokePicture.Label, _ reason: SlotReason?) {
      guard start < end else { return }
      if let last = out.last, last.label == label, last.reason == reason {
        out[out.count - 1].end = end
      } else {
        out.append(Self(start: start, end: end, label: label, reason: reason))
      }
    }
    var from = span.start
    for stretch in known where stretch.start < span.end && stretch.end > span.start {
      add(from, min(stretch.start, span.end), .slot, nil)
      let end = min(stretch.end, span.end)
      add(max(from, stretch.start), end, .init(stretch.kind), stretch.reason)
      from = max(from, end)
    }
    add(from, span.end, .slot, nil)
    return out
  }
}

extension ChokePicture.Label {
  init(_ kind: SlotKind) {
    switch kind {
    case .regular: self = .regular
    case .optimistic: self = .optimistic
    case .either: self = .slot
    }
  }
}

extension SlotReason {
  /// How a person is told.
  var words: String {
    switch self {
    case .earned: "it had surely sent more than all but a few"
    case .outranked: "as many as there are regular slots had surely sent more"
    case .counted: "all slots of the other kind were surely held"
    case .uncontested: "nobody else wanted the slot"
    case .close: "the rates are too close to tell"
    case .betweenRounds: "given between rounds, or too near one"
    case .noRound: "no round that can be judged"
    }
  }
}
