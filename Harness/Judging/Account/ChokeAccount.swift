import Dissection
import Planning
public import SwarmTime

/// One choke or unchoke that changed something, with what it was decided on.
public struct ChokeAccount: Sendable {
  public var at: SwarmInstant
  public var frame: Int
  public var connection: Int
  /// Who said it, and to whom: indices in the cast.
  public var from: Int
  public var to: Int
  public var isUnchoke: Bool
  /// Whether `to` was interested in `from` then; nil where nobody knows.
  public var wasWanted: Bool?
  /// Payload that `to` had sent to `from` over the window before, and `from` to `to`, in bytes a second.
  public var rateFrom: Int64
  public var rateTo: Int64
  /// Width of that window: the profile's, else 20 s.
  public var window: SwarmDuration
  /// Place of `to` among those that wanted something of `from` and had sent it most, from 1; nil where nobody had sent anything.
  public var rank: Int?
  /// How many wanted something of `from`.
  public var candidates: Int
  /// What explains it at that time; nil without a profile.
  public var cause: ChokeChange.Cause?
  /// What kind of slot an unchoke of a leecher was; nil for chokes, seeds, and without a profile.
  public var slot: SlotLabel?
  /// How long it lasted: until the next change, or the end of the connection or of the capture.
  public var lasted: SwarmDuration
  /// It was not over when the connection or the capture ended, or nobody knows when it ended.
  public var isCensored: Bool

  static let ordinaryWindow = SwarmDuration.seconds(20)

  /// By time, then frame. Messages that said what was so already are left out.
  public static func all(of scene: Scene) -> [ChokeAccount] {
    var all: [ChokeAccount] = []
    for (place, conversation) in scene.conversations.enumerated() where conversation.isOurs {
      for (side, timeline) in scene.sides(ofConversation: place).enumerated() {
        all += changes(timeline.unchoked, conversation, side, scene)
      }
    }
    let surroundings = ChokeSurroundings(scene)
    for place in all.indices { all[place].look(around: surroundings) }
    return all.sorted { ($0.at, $0.frame, $0.from, $0.to) < ($1.at, $1.frame, $1.from, $1.to) }
  }

  private static func changes(
    _ state: SideTimeline.State, _ conversation: Conversation, _ side: Int, _ scene: Scene
  ) -> [ChokeAccount] {
    func change(_ at: SwarmInstant, _ frame: Int32, _ isUnchoke: Bool, until end: SwarmInstant, over isOver: Bool)
      -> ChokeAccount
    {
      ChokeAccount(
        at: at, frame: Int(frame), connection: scene.trace.connections[conversation.connection].id,
        from: conversation.peer(side), to: conversation.peer(1 - side), isUnchoke: isUnchoke, rateFrom: 0, rateTo: 0,
        window: ordinaryWindow, candidates: 0, lasted: end - at, isCensored: !isOver)
    }
    let starts = (state.on + state.unknown).map(\.start).sorted()
    var changes: [ChokeAccount] = []
    for span in state.on where span.startFrame > 0 {
      changes.append(change(span.start, span.startFrame, true, until: span.end, over: span.endFrame > 0))
    }
    let unchokes = Set(state.on.map(\.startFrame))
    // What ended a stretch of being unchoked, or of not being known, and was no unchoke.
    for span in state.on + state.unknown where span.endFrame > 0 && !unchokes.contains(span.endFrame) {
      let next = starts.first { $0 >= span.end }
      changes.append(
        change(span.end, span.endFrame, false, until: next ?? conversation.closed, over: next != nil))
    }
    return changes
  }

  fileprivate mutating func look(around surroundings: ChokeSurroundings) {
    let scene = surroundings.scene
    let (from, to, at) = (from, to, at)
    if from < scene.plan.peers.count, let profile = scene.plan.peers[from].profile { window = profile.rateWindow }
    let (window, before) = (window, at - window)
    func rate(_ giver: Int, _ taker: Int) -> Int64 {
      LeecherShare.rate(
        scene.deliveries.bytes(from: giver, to: taker, after: before, through: at), window.nanoseconds)
    }
    rateFrom = rate(to, from)
    rateTo = rate(from, to)
    let interests = surroundings.interests[from] ?? []
    if let interest = interests.first(where: { $0.pair.from == to }), !Span.covering(at, in: interest.unknown) {
      wasWanted = Span.covering(at, in: interest.on)
    }
    let wanting = interests.filter { Span.covering(at, in: $0.on) }
    candidates = wanting.count
    let rates = wanting.map { rate($0.pair.from, from) }
    if rates.contains(where: { $0 > 0 }) { rank = 1 + rates.count { $0 > rateFrom } }
    cause = surroundings.causes[.init(frame: Int32(clamping: frame), from: from, to: to)]
    if isUnchoke { slot = scene.slots(of: from)?.kinds.label(of: to, from: at) }
  }
}

/// What choke changes are looked at against, gathered once.
private struct ChokeSurroundings {
  struct Change: Hashable {
    var frame: Int32
    var from: Int
    var to: Int
  }

  let scene: Scene
  /// By whom the interest is in.
  let interests: [Int: [PairTimeline]]
  private(set) var causes: [Change: ChokeChange.Cause] = [:]

  init(_ scene: Scene) {
    self.scene = scene
    interests = Dictionary(grouping: scene.timelines.interests, by: \.pair.to)
    for peer in scene.plan.peers.indices {
      for change in scene.choking(of: peer)?.changes ?? [] {
        causes[Change(frame: change.frame, from: peer, to: change.partner)] = change.cause
      }
    }
  }
}
