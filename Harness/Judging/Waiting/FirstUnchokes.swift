import Planning
import SwarmTime

/// Who waits for a peer's first unchoke, when, and whether a slot was free meanwhile.
struct FirstUnchokes {
  /// One partner that was interested and had never been unchoked.
  struct Waiter {
    var partner: Int
    /// Interested and never yet unchoked: stretches before the first unchoke, by start.
    var waits: [Span]
    /// The first unchoke, with its frame; nil for one that never came.
    var unchoked: (at: SwarmInstant, frame: Int32)?
    /// `waits` without the times in which it may have been taken for one that does not reciprocate.
    var blamelessWaits: [Span]
  }

  let view: ChokingView
  /// By index; partners whose state is unknown before their first unchoke are left out.
  let waiters: [Waiter]
  /// Of partners whose state a hole in the capture hides before their first unchoke: for how long they may have waited unseen.
  let hidden: [(partner: Int, wait: SwarmDuration)]
  /// Stretches in which fewer peers than there are slots were both unchoked and interested.
  let free: [Span]
  /// Slots in all; the fewer of a leecher's and a seed's.
  let slots: Int
  /// By partner.
  private let allowances: [Int: SwarmDuration]

  /// - Returns: nil where no profile says how many slots there are, and by which rules they are given.
  init?(_ scene: Scene, _ peer: Int) {
    guard let view = scene.choking(of: peer), let regular = view.profile.slots,
      view.profile.judged.lackOfRules == nil
    else { return nil }
    self.view = view
    let total = regular + view.profile.optimisticSlots
    slots = min(total, view.profile.seedSlots ?? total)
    waiters = view.partners.compactMap { Self.waiter($0, view, scene) }
    hidden =
      scene.isLossy
      ? view.partners.compactMap { partner in
        Self.hidden(partner, view, scene).map { (partner: partner, wait: $0) }
      } : []
    allowances = Dictionary(
      view.partners.map { ($0, view.delay + scene.delayAtMost($0)) }, uniquingKeysWith: { first, _ in first })
    let life = Span(start: scene.arrivals[peer], end: scene.departure(peer), startFrame: 0)
    free = Self.free(view, slots, within: life)
  }

  /// From the first moment that nobody knows of to the first unchoke after it, or to the end. What a fault of the plan hides
  /// is nobody's to judge, in a whole capture either.
  private static func hidden(_ partner: Int, _ view: ChokingView, _ scene: Scene) -> SwarmDuration? {
    let until = view.unchoked(partner).first?.start ?? scene.departure(view.peer)
    let unknown = Span.difference(view.unknown(partner), scene.disturbances.between(view.peer, partner)).first
    guard let unknown, unknown.start < until else { return nil }
    return until - unknown.start
  }

  /// How much longer a partner may have waited by the wire than by anybody's rules: what delays the peer's answer, and what
  /// delays the partner, whose acknowledgements wait behind its own payload. A single wait decides, so that it may have been
  /// the unluckiest process's.
  func allowance(for partner: Int) -> SwarmDuration { allowances[partner] ?? view.delay }

  /// Whether a wait is longer than is tolerated.
  func isTooLong(_ wait: Span, of partner: Int, beyond patience: SwarmDuration) -> Bool {
    wait.end - wait.start > patience + allowance(for: partner)
  }

  /// Why a pass would say too much; nil where nobody can have waited for longer than is tolerated without being seen.
  func unseen(beyond patience: SwarmDuration) -> String? {
    let count = hidden.count { $0.wait > patience + allowance(for: $0.partner) }
    guard count > 0 else { return nil }
    return "\(Wording.count(count, "partner")) may have waited where the capture lacks messages"
  }

  private static func waiter(_ partner: Int, _ view: ChokingView, _ scene: Scene) -> Waiter? {
    let first = view.unchoked(partner).first
    let until = first?.start ?? .distantFuture
    if let unknown = view.unknown(partner).first, unknown.start < until { return nil }
    let waits = view.interested(partner).compactMap { span -> Span? in
      guard span.start < until else { return nil }
      guard span.end > until else { return span }
      var cut = span
      cut.end = until
      cut.endFrame = first?.startFrame ?? 0
      return cut
    }
    guard !waits.isEmpty else { return nil }
    return Waiter(
      partner: partner, waits: waits, unchoked: first.map { ($0.start, $0.startFrame) },
      blamelessWaits: Span.difference(waits, stingy(partner, view, scene)))
  }

  /// When a partner had the peer unchoked and had sent it nothing for nearly as long as makes a snub, and until the
  /// round after that.
  private static func stingy(_ partner: Int, _ view: ChokingView, _ scene: Scene) -> [Span] {
    let patience = view.profile.snubbedAfter - .seconds(5)
    let recovery = view.profile.period + .seconds(1)
    let deliveries = scene.deliveries.pair(from: partner, to: view.peer)
    var spans: [Span] = []
    for open in scene.timelines.unchoke(from: partner, to: view.peer)?.on ?? [] {
      var last = open.start
      func silence(until end: SwarmInstant) {
        guard last + patience < end else { return }
        spans.append(Span(start: last + patience, end: end + recovery, startFrame: 0))
      }
      if let deliveries {
        let first = deliveries.count(through: open.start.nanoseconds)
        for place in first..<deliveries.count(through: open.end.nanoseconds) {
          let at = SwarmInstant(nanoseconds: deliveries.times[place])
          silence(until: at)
          last = at
        }
      }
      silence(until: open.end)
    }
    return Span.covered(spans)
  }

  /// Where a choke or interest is unknown the slot counts as taken.
  private static func free(_ view: ChokingView, _ slots: Int, within life: Span) -> [Span] {
    var changes: [(at: SwarmInstant, frame: Int32, more: Int)] = []
    for partner in view.partners {
      let taken = Span.intersection(view.unchoked(partner), view.interested(partner))
      for span in Span.covered(taken + view.unknown(partner)) {
        changes.append((span.start, span.startFrame, 1))
        changes.append((span.end, span.endFrame, -1))
      }
    }
    changes.sort { ($0.at, $0.more, $0.frame) < ($1.at, $1.more, $1.frame) }
    var free: [Span] = []
    var taken = 0
    var (since, sinceFrame) = (life.start, Int32(0))
    for change in changes {
      let before = taken
      taken += change.more
      if before < slots, taken >= slots {
        let end = min(change.at, life.end)
        if since < end { free.append(Span(start: since, end: end, startFrame: sinceFrame, endFrame: change.frame)) }
      } else if before >= slots, taken < slots {
        (since, sinceFrame) = (max(change.at, life.start), change.frame)
      }
    }
    if taken < slots, since < life.end { free.append(Span(start: since, end: life.end, startFrame: sinceFrame)) }
    return free
  }

  /// The longest stretch in which each partner waited although a slot was free, where it is longer than is tolerated; by
  /// partner.
  func waitsBesideFreeSlot(beyond patience: SwarmDuration) -> [(waiter: Waiter, longest: Span)] {
    waiters.compactMap { waiter in
      let stretches = Span.intersection(waiter.blamelessWaits, free)
      guard let longest = stretches.max(by: { ($0.end - $0.start, $1.start) < ($1.end - $1.start, $0.start) }),
        isTooLong(longest, of: waiter.partner, beyond: patience)
      else { return nil }
      return (waiter, longest)
    }
  }
}
