import SwarmTime

/// Tells choke changes that only a round can explain from those that an event just before them may have led to.
struct ChangeCauses {
  let lines: [Int: ChokingView.Line]
  /// How long after an event a change still counts as an answer to it.
  let reaction: SwarmDuration
  /// How much longer a choke may take, since payload may be before it on its connection.
  let outputBuffer: SwarmDuration
  let completion: SwarmInstant?
  let period: SwarmDuration
  /// Slots that it has; nil where nobody knows, and then none is known to be free.
  let slots: Int?
  /// A slot that falls free brings a whole round, so that it explains chokes, too.
  let restarts: Bool

  func changes() -> [ChokeChange] {
    let freed = vacancies
    var changes: [ChokeChange] = []
    for (partner, line) in lines {
      for span in line.unchoked {
        if span.startFrame > 0 {
          changes.append(
            ChokeChange(
              at: span.start, frame: span.startFrame, partner: partner, isUnchoke: true,
              cause: causeOfUnchoke(partner, line, span.start, freed)))
        }
        if span.endFrame > 0 {
          changes.append(
            ChokeChange(
              at: span.end, frame: span.endFrame, partner: partner, isUnchoke: false,
              cause: causeOfChoke(line, span.end, freed)))
        }
      }
    }
    return changes.sorted { ($0.at, $0.frame, $0.partner) < ($1.at, $1.frame, $1.partner) }
  }

  private func causeOfUnchoke(
    _ partner: Int, _ line: ChokingView.Line, _ time: SwarmInstant, _ freed: [Vacancy]
  ) -> ChokeChange.Cause {
    if isOfCompletion(time) { return .completion }
    if line.interested.contains(where: { $0.start <= time && time - $0.start <= reaction }) { return .interest }
    return isVacant(time, freed, but: partner, within: reaction) || foundOneFree(partner, time) ? .vacancy : .grid
  }

  private func isVacant(
    _ time: SwarmInstant, _ freed: [Vacancy], but partner: Int?, within reaction: SwarmDuration
  ) -> Bool {
    freed.contains { $0.partner != partner && $0.at <= time && time - $0.at <= reaction }
  }

  /// A slot was free already, for want of anybody who might have it (the snubbing may not), and somebody's interest made
  /// it look again who may.
  private func foundOneFree(_ partner: Int, _ time: SwarmInstant) -> Bool {
    guard let slots else { return false }
    return lines.contains { other, line in
      other != partner
        && line.interested.contains { span in
          [span.start, span.end].contains { event in
            event <= time && time - event <= reaction && holders(before: event) < slots
          }
        }
    }
  }

  private func holders(before time: SwarmInstant) -> Int {
    let before = SwarmInstant(nanoseconds: time.nanoseconds - 1)
    return lines.values.count { Span.covering(before, in: $0.unchoked) && Span.covering(before, in: $0.interested) }
  }

  private func causeOfChoke(
    _ line: ChokingView.Line, _ time: SwarmInstant, _ freed: [Vacancy]
  ) -> ChokeChange.Cause {
    if isOfCompletion(time) { return .completion }
    let reaction = self.reaction + outputBuffer
    // Who wants nothing may be choked at any time; interest that has only just begun came too late.
    let wanted = line.interested.contains { $0.start <= time && time < $0.end && time - $0.start > reaction }
    guard wanted else { return .interest }
    return restarts && isVacant(time, freed, but: nil, within: reaction) ? .vacancy : .grid
  }

  /// It knows of its completion before the wire does, and follows the rules of a seed from its next round at the latest.
  private func isOfCompletion(_ time: SwarmInstant) -> Bool {
    guard let completion else { return false }
    return completion - .seconds(1) <= time && time <= completion + period + reaction + outputBuffer
  }

  /// A slot fell free without a round: its holder left or lost interest.
  struct Vacancy {
    var at: SwarmInstant
    var partner: Int
  }

  var vacancies: [Vacancy] {
    var vacancies: [Vacancy] = []
    for (partner, line) in lines {
      for span in Span.intersection(line.unchoked, line.interested) {
        // A choke ends both at a round; only its own loss of interest, or of the connection, frees a slot between.
        let isChoke = span.endFrame > 0 && line.unchoked.contains { $0.endFrame == span.endFrame && $0.end == span.end }
        if !isChoke, !span.isCensored { vacancies.append(Vacancy(at: span.end, partner: partner)) }
      }
    }
    return vacancies
  }
}
