import Planning
public import SwarmTime

/// Who may be in a peer's regular top set at a moment, as far as packets tell: payload received over the rate window,
/// for every window end in the last half second, since nobody outside knows the very moment of the decision.
public struct Ranking: Sendable {
  public struct Entry: Hashable, Sendable {
    public var partner: Int
    /// Least and most payload bytes received from it within the window.
    public var least: Int64
    public var most: Int64
    /// It had the peer unchoked all the while and sent nothing for as long as makes a snub, if it was asked for anything.
    public var mayBeSnubbing: Bool
    /// Interested throughout the last half second.
    public var isSurelyInterested: Bool
  }

  public let at: SwarmInstant
  /// Partners that were interested at some time in the last half second, by index.
  public let entries: [Entry]
  private let slots: Int

  /// How far before the moment the decision may have been made (DEFINITIONS, tit-for-tat).
  public static let slack = SwarmDuration.milliseconds(500)
  /// What the estimate of a rate may be off by: a tenth, and 64 KiB in the window.
  static let bytesOfDoubt: Int64 = 65536

  /// - Parameter slots: regular slots; without a number nobody can be beaten.
  public init(_ view: ChokingView, _ scene: Scene, at time: SwarmInstant) {
    at = time
    slots = view.profile.slots ?? .max
    let from = time - Self.slack - view.delay
    entries = view.partners.compactMap { partner in
      let interest = view.interested(partner)
      guard interest.contains(where: { $0.start <= time && $0.end > from }) else { return nil }
      let bytes = Self.bytes(from: partner, view, scene, ends: from...time)
      return Entry(
        partner: partner, least: bytes.least, most: bytes.most,
        mayBeSnubbing: Self.mayBeSnubbing(partner, view, scene, at: time),
        isSurelyInterested: interest.contains { $0.start <= from && $0.end > time })
    }
  }

  /// What it received at least and at most, whatever window end in `ends` the decision took.
  ///
  /// A client may keep its window in bins, so that up to half a second of it is gone already; and what a rate belongs to
  /// is a connection: what came over an earlier one may be forgotten.
  private static func bytes(
    from partner: Int, _ view: ChokingView, _ scene: Scene, ends: ClosedRange<SwarmInstant>
  ) -> (least: Int64, most: Int64) {
    guard let pair = scene.deliveries.pair(from: partner, to: view.peer) else { return (0, 0) }
    let window = view.profile.rateWindow
    let (first, last) = (ends.lowerBound, ends.upperBound)
    let most = pair.extremes(window: window, from: first, through: last).most
    var least = pair.extremes(window: max(.zero, window - slack), from: first, through: last).least
    if let connected = Span.at(last, in: view.connected(partner)), connected.start > first - window {
      least = min(least, pair.newBytes(after: connected.start, through: first))
    }
    return (least, most)
  }

  public func entry(_ partner: Int) -> Entry? { entries.first { $0.partner == partner } }

  /// It sent clearly more than the other, whenever exactly the decision was made.
  public func surelyBeats(_ a: Entry, _ b: Entry) -> Bool {
    // 1.1 in integers.
    10 * a.least > 11 * b.most + 10 * Self.bytesOfDoubt
  }

  /// Fewer others surely beat it than there are slots.
  public func isAdmissible(_ partner: Int) -> Bool {
    guard let own = entry(partner) else { return false }
    return entries.lazy.filter { $0.isSurelyInterested && !$0.mayBeSnubbing && surelyBeats($0, own) }.count < slots
  }

  /// It surely beats all but fewer than `slots` others.
  public func isSurelyRegular(_ partner: Int) -> Bool {
    guard let own = entry(partner), own.isSurelyInterested, !own.mayBeSnubbing else { return false }
    return entries.lazy.filter { $0.partner != partner && !surelyBeats(own, $0) }.count < slots
  }

  /// From outside one sees that nothing came, but not whether anything was still asked for.
  private static func mayBeSnubbing(
    _ partner: Int, _ view: ChokingView, _ scene: Scene, at time: SwarmInstant
  ) -> Bool {
    let since = time - view.profile.snubbedAfter + slack + view.delay
    guard let open = Span.at(time, in: scene.timelines.unchoke(from: partner, to: view.peer)?.on ?? []),
      open.start <= since
    else { return false }
    return scene.deliveries.bytes(from: partner, to: view.peer, after: since, through: time) == 0
  }
}
