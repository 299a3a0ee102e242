import Planning
package import SwarmTime

/// The lecture's three steps for each unchoke of a leecher that its receiver had not earned: A unchokes B optimistically; B, whom A now serves, unchokes A; B's rate makes it one of A's best senders, and A keeps it.
package struct OptimisticGrant: Hashable, Sendable {
  package enum Outcome: String, Hashable, Sendable {
    /// It had surely earned a regular slot, and still held a slot after its tenure, while the
    /// optimistic slot was another's.
    case reciprocated
    /// It had surely earned a regular slot, and was choked.
    case refused
    /// It had earned one, but the rates changed, somebody left or the run ended before it was told.
    case open
    /// It never surely earned one.
    case notEarned = "not-earned"
  }

  /// A, and B, by index.
  package var from: Int
  package var to: Int
  /// A's unchoke: the first step.
  package var start: SwarmInstant
  package var startFrame: Int32
  /// When B unchoked A, during the grant or before it.
  package var answered: SwarmInstant?
  package var answerFrame: Int32 = 0
  /// The first round of A at which B had surely earned a regular slot.
  package var earned: SwarmInstant?
  /// Payload bytes that B had sent in the rate window then, at least, and the best that would have no regular slot, at most.
  package var earnedBytes: Int64 = 0
  package var nextBytes: Int64 = 0
  /// The round that tells the outcome, and the frame of the choke if it was refused.
  package var told: SwarmInstant?
  package var toldFrame: Int32 = 0
  package var outcome = Outcome.notEarned
}

extension OptimisticGrant {
  /// All grants of a leecher, by start.
  static func all(_ rechokes: Rechokes, _ scene: Scene) -> [OptimisticGrant] {
    var grants: [OptimisticGrant] = []
    let view = rechokes.view
    for (place, round) in rechokes.rounds.enumerated() {
      for partner in round.unchoked where !round.doubtful.contains(partner) && round.isUnearned(partner) {
        guard let span = Span.at(round.settled, in: view.unchoked(partner)), span.startFrame > 0,
          span.start >= round.at - view.profile.gridTolerance - view.delay
        else { continue }
        var grant = OptimisticGrant(from: view.peer, to: partner, start: span.start, startFrame: span.startFrame)
        grant.follow(span, from: place, rechokes, scene)
        grants.append(grant)
      }
    }
    return grants.sorted { ($0.start, $0.startFrame, $0.to) < ($1.start, $1.startFrame, $1.to) }
  }

  /// Watches what becomes of it at the rounds after its own.
  private mutating func follow(_ span: Span, from place: Int, _ rechokes: Rechokes, _ scene: Scene) {
    let view = rechokes.view
    if let answer = scene.timelines.unchoke(from: to, to: from)?.on.first(where: {
      $0.end > start && $0.start < span.end
    }) {
      (answered, answerFrame) = (answer.start, answer.startFrame)
    }
    // A tenure is counted in rounds, which come from a timer: a tolerance early is in time.
    let tenureEnds = start + view.profile.tenure - view.profile.gridTolerance - view.delay
    for round in rechokes.rounds[(place + 1)...] {
      let isSure = round.isSurelyRegular(to)
      let holds = round.unchoked.contains(to)
      if isSure {
        if earned == nil {
          outcome = .open
          earned = round.at
          earnedBytes = round.least(to)
          nextBytes = round.rankedBytes(view.profile.slots ?? 0, besides: to)
        }
        if round.choked.contains(to) {
          (outcome, told, toldFrame) = (.refused, round.at, span.endFrame)
          return
        }
        if holds, !round.doubtful.contains(to), round.at >= tenureEnds, isOptimisticElsewhere(round, view) {
          (outcome, told) = (.reciprocated, round.at)
          return
        }
      }
      // Choked, or gone, or it lost interest: the grant is over.
      guard holds, Span.at(round.settled, in: view.unchoked(to))?.start == span.start else { return }
    }
  }

  /// Somebody else's slot is an optimistic one that has begun since: so B's is not an optimistic one drawn once more.
  private func isOptimisticElsewhere(_ round: Rechoke, _ view: ChokingView) -> Bool {
    let since = max(start, round.at - view.profile.tenure) + view.profile.gridTolerance + view.delay
    return round.unchoked.contains { other in
      guard other != to, round.isUnearned(other) else { return false }
      return Span.at(round.settled, in: view.unchoked(other)).map { $0.start >= since } ?? false
    }
  }

  /// From A's unchoke to the first round at which B had earned its slot.
  package var timeToEarn: SwarmDuration? { earned.map { $0 - start } }
}

extension Rechoke {
  /// Most payload bytes of the peer that the last of so many regular slots would go to, were one peer not there.
  func rankedBytes(_ slots: Int, besides partner: Int) -> Int64 {
    let others = (unchoked + choked).filter { $0 != partner }.map { most($0) }.sorted(by: >)
    return slots > 0 && others.count >= slots ? others[slots - 1] : 0
  }
}

extension OptimisticGrant {
  /// The steps as evidence, those that were found.
  func evidence(_ scene: Scene, window: SwarmDuration, slots: Int) -> [Evidence] {
    let (a, b) = (scene.cast.names[from], scene.cast.names[to])
    let seconds = max(1, window.nanoseconds / 1_000_000_000)
    func step(_ t: SwarmInstant, _ frame: Int32, _ text: String) -> Evidence {
      Evidence(t: t, frame: frame > 0 ? Int(frame) : nil, peers: [a, b], text: text)
    }
    let why = "it had sent next to nothing, or \(slots) others surely more"
    var steps = [step(start, startFrame, "\(a) unchoked \(b) optimistically: \(why)")]
    if let answered {
      let given = Wording.bytes(
        scene.deliveries.bytes(from: from, to: to, after: start, through: max(start, answered)))
      steps.append(
        answered <= start
          ? step(answered, answerFrame, "\(b) had \(a) unchoked since before")
          : step(answered, answerFrame, "\(b), sent \(given) by \(a) since, unchoked \(a)"))
    }
    if let earned {
      steps.append(
        step(
          earned, 0,
          "\(b) had sent \(a) at least \(Wording.rate(earnedBytes / seconds)) over \(Wording.seconds(window)) and was among "
            + "its best \(slots) (the next best at most \(Wording.rate(nextBytes / seconds)))"))
    }
    guard let told else { return steps }
    switch outcome {
    case .reciprocated: steps.append(step(told, 0, "\(a) kept \(b) unchoked after its tenure: a regular slot"))
    case .refused: steps.append(step(told, toldFrame, "\(a) choked \(b), which had earned a regular slot"))
    case .open, .notEarned: break
    }
    return steps
  }
}
