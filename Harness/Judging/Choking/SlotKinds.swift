import Planning
public import SwarmTime

/// What kind of slot an unchoked peer holds, as far as packets tell: regular and optimistic unchokes look the same on the
/// wire, so they are told apart by consistency with the rates at each round.
public enum SlotKind: String, Hashable, Sendable {
  case regular
  case optimistic
  /// Either would be consistent with what was seen.
  case either
}

/// Why a slot is taken for what it is.
public enum SlotReason: String, Hashable, Sendable, CaseIterable {
  /// Fewer peers than there are regular slots may have sent as much: it had earned one.
  case earned
  /// As many peers as there are regular slots had surely sent more: it cannot hold one.
  case outranked
  /// All optimistic slots, or all regular ones, are surely held by others.
  case counted
  /// There were no more candidates than regular slots.
  case uncontested
  /// The rates are too close to tell, or nothing has been sent yet.
  case close
  /// Given between rounds, or changed too near one: nobody knows by which rule.
  case betweenRounds = "between-rounds"
  /// The grid is not known, or the peer's life as a leecher was over.
  case noRound = "no-round"
}

/// A stretch of an unchoke from one round to the next.
public struct SlotStretch: Hashable, Sendable {
  /// Index of the peer that was unchoked.
  public var partner: Int
  public var start: SwarmInstant
  public var end: SwarmInstant
  public var kind: SlotKind
  public var reason: SlotReason

  public var length: SwarmDuration { end - start }
}

/// One unchoke of a leecher, cut at its rounds.
public struct SlotUnchoke: Hashable, Sendable {
  /// Index of the peer that was unchoked.
  public var partner: Int
  public var start: SwarmInstant
  /// By time, without gaps.
  public var stretches: [SlotStretch] = []
  public var label: SlotLabel { SlotLabel(stretches) }
}

/// A leecher's unchokes by the kind of slot.
public struct SlotKinds: Sendable {
  /// By partner, then start.
  public private(set) var unchokes: [SlotUnchoke] = []

  /// - Parameter rechokes: nil where the leecher's rounds cannot be known.
  init(_ view: ChokingView, _ rechokes: Rechokes?) {
    guard let life = view.leecherSpan else { return }
    let known = rechokes.map { all in all.rounds.map { Told($0, view) } } ?? []
    // A change belongs to a round from a tolerance before its fitted point on.
    let slack = view.profile.gridTolerance + view.delay
    for partner in view.partners {
      for span in view.unchoked(partner) where span.start < life.upperBound {
        split(partner, span.start, min(span.end, life.upperBound), known, slack: slack, view)
      }
    }
  }

  private mutating func split(
    _ partner: Int, _ start: SwarmInstant, _ end: SwarmInstant, _ rounds: [Told], slack: SwarmDuration,
    _ view: ChokingView
  ) {
    guard start < end else { return }
    var unchoke = SlotUnchoke(partner: partner, start: start)
    defer { unchokes.append(unchoke) }
    func add(_ from: SwarmInstant, _ through: SwarmInstant, _ kind: SlotKind, _ reason: SlotReason) {
      guard from < through else { return }
      unchoke.stretches.append(SlotStretch(partner: partner, start: from, end: through, kind: kind, reason: reason))
    }
    var at = start
    var (low, high) = (0, rounds.count)
    while low < high {
      let middle = (low + high) / 2
      if rounds[middle].round.at < start - slack { low = middle + 1 } else { high = middle }
    }
    for place in low..<max(low, rounds.count) {
      let told = rounds[place]
      // A little before the fitted point is at it.
      let begins = told.round.at - start <= slack ? start : told.round.at
      guard at < end, begins < end else { break }
      // Until this round: by a rule that no round shows, or after one that was not judged.
      add(at, begins, .either, place == 0 ? .noRound : .betweenRounds)
      at = max(at, begins)
      let next = place + 1 < rounds.count ? rounds[place + 1].round.at : told.round.at + view.profile.period
      let ends = min(end, next)
      // Choked again at the very next round's messages: a little beyond its fitted point is still this round's slot.
      let last = end - next <= slack ? end : ends
      let (kind, reason) = told.kind(of: partner)
      add(at, last, kind, reason)
      at = max(at, last)
    }
    add(at, end, .either, rounds.isEmpty || at > start ? .noRound : .betweenRounds)
  }

  /// One round and what it tells.
  private struct Told {
    let round: Rechoke
    private var kinds: [Int: (SlotKind, SlotReason)] = [:]

    init(_ round: Rechoke, _ view: ChokingView) {
      self.round = round
      let slots = view.profile.slots ?? .max
      let optimisticSlots = view.profile.optimisticSlots
      if round.candidates <= slots {
        for partner in round.unchoked { kinds[partner] = (.regular, .uncontested) }
        return
      }
      let settled = round.unchoked.filter { !round.doubtful.contains($0) }
      let earned = settled.filter { round.isSurelyRegular($0) }
      let outranked = settled.filter { !round.isAdmissible($0) }
      for partner in settled { kinds[partner] = (.either, .close) }
      if round.doubtful.isEmpty {
        if outranked.count == optimisticSlots {
          for partner in settled { kinds[partner] = (.regular, .counted) }
        } else if earned.count == slots {
          for partner in settled { kinds[partner] = (.optimistic, .counted) }
        }
      }
      for partner in earned { kinds[partner] = (.regular, .earned) }
      for partner in outranked { kinds[partner] = (.optimistic, .outranked) }
    }

    func kind(of partner: Int) -> (SlotKind, SlotReason) { kinds[partner] ?? (.either, .betweenRounds) }
  }
}

/// A whole unchoke: what its stretches come to.
public struct SlotLabel: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case regular, optimistic, either
    /// Optimistic for a time and regular for another: a slot that was earned, or lost.
    case both
  }
  public var kind: Kind
  public var reason: SlotReason
  /// Share of its time in which the kind of slot is known.
  public var sure: Fixed

  /// - Parameter stretches: of one unchoke, by time.
  init(_ stretches: [SlotStretch]) {
    let sureOnes = stretches.filter { $0.kind != .either }
    let kinds = Set(sureOnes.map(\.kind))
    kind = kinds.count > 1 ? .both : kinds.first == .regular ? .regular : kinds.isEmpty ? .either : .optimistic
    // The longest stretch speaks for the whole; of equals the first.
    var longest: SlotStretch?
    for one in sureOnes.isEmpty ? stretches : sureOnes where one.length > longest?.length ?? .zero { longest = one }
    reason = longest?.reason ?? .noRound
    let whole = stretches.reduce(Int64(0)) { $0 + $1.length.nanoseconds }
    let known = sureOnes.reduce(Int64(0)) { $0 + $1.length.nanoseconds }
    sure = Fixed(known, over: whole) ?? Fixed(millionths: 0)
  }
}

extension SlotKinds {
  /// What the unchoke of a partner that began then comes to; nil after the leecher's completion.
  func label(of partner: Int, from start: SwarmInstant) -> SlotLabel? {
    unchokes.first { $0.partner == partner && $0.start == start }?.label
  }

  var stretches: [SlotStretch] { unchokes.flatMap(\.stretches) }

  /// Nanoseconds unchoked, over all partners, in slots of this kind.
  func time(_ kind: SlotKind) -> Int64 {
    stretches.reduce(0) { $0 + ($1.kind == kind ? $1.length.nanoseconds : 0) }
  }
}
