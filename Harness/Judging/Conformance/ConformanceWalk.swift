import Dissection
import SwarmTime
import Wire

/// Walks over each conversation once and notes what breaks a rule, where it is knowable.
struct ConformanceWalk {
  /// How long after a choke a request may still come.
  let grace: SwarmDuration
  /// How long a reject may take.
  let rejectWithin: SwarmDuration
  /// Whether rules that need a clock are judged.
  let isTimed: Bool
  /// Whether nothing was dropped, so that what was not seen was not there.
  let isWhole: Bool

  private(set) var breaches: [Breach] = []
  /// By cast index: messages sent, conversations, and those seen from their start.
  private(set) var messagesSent: [Int]
  private(set) var conversations: [Int]
  private(set) var fromStart: [Int]

  private let scene: Scene
  private let rules: MessageRules
  private var ways: [Way]

  /// What one side has said so far.
  private struct Way {
    enum Choking { case unknown, no, yes(since: SwarmInstant?, frame: Int32) }
    var peer = 0
    var choking = Choking.unknown
    /// No message but extended ones and keep-alives yet, and none lost.
    var isAtFront = false
    var isFrontKnown = false
    /// All its requests, and all its allowed-fast messages, were seen.
    var isComplete = false
    var allowedFast: Set<Int32> = []
    /// By piece: frame in which it said here that it has it; empty for none.
    var said: [Int32] = []
    var asked = RequestLedger()
  }

  init(_ scene: Scene, grace: SwarmDuration, rejectWithin: SwarmDuration) {
    self.scene = scene
    self.grace = grace
    self.rejectWithin = rejectWithin
    isTimed = scene.timingTrouble == nil
    isWhole = !scene.isLossy
    rules = MessageRules(scene)
    messagesSent = Array(repeating: 0, count: scene.cast.count)
    conversations = messagesSent
    fromStart = messagesSent
    ways = [Way(), Way()]
    for (place, conversation) in scene.conversations.enumerated() where conversation.isOurs {
      walk(place, conversation)
    }
    breaches = breaches.filter { !isOfFault($0) } + FalseHaves(scene).breaches
    breaches.sort { a, b in
      (a.at.nanoseconds, a.frame, a.offender, a.other) < (b.at.nanoseconds, b.frame, b.offender, b.other)
    }
  }

  /// What answers something that a fault may have kept from being heard, or heard in time, is nobody's breach.
  private func isOfFault(_ breach: Breach) -> Bool {
    // A reject may be as long on its way as the rule allows.
    var answered = breach.at + rejectWithin
    switch breach.rule {
    case .requestWhileChoked, .heldPiece: break
    case .missingReject: answered = answered + scene.delayAtMost(breach.offender)
    case .bitfieldFirst, .lengths, .ranges, .fastExtension, .unaskedBlock, .falseHave: return false
    }
    return scene.disturbances.isTouched(breach.offender, breach.other, from: breach.at - grace, through: answered)
  }

  private mutating func walk(_ place: Int, _ conversation: Conversation) {
    let isKnown = conversation.isKnownFromStart
    for side in 0...1 {
      let peer = conversation.peer(side)
      conversations[peer] += 1
      if isKnown { fromStart[peer] += 1 }
      ways[side].peer = peer
      ways[side].choking = isKnown ? .yes(since: nil, frame: 0) : .unknown
      ways[side].isAtFront = isKnown
      ways[side].isFrontKnown = isKnown
      ways[side].isComplete = isKnown
      ways[side].allowedFast.removeAll()
      ways[side].said.removeAll(keepingCapacity: true)
      ways[side].asked.reset()
    }
    var pending = scene.holes[place]
    for index in scene.messages[place] {
      let message = scene.trace.messages[Int(index)]
      lose(&pending, until: message.time)
      heard(message, conversation)
    }
    lose(&pending, until: .max)
    guard isTimed, conversation.speaksFast else { return }
    for side in 0...1 {
      let server = ways[1 - side].peer
      let limit = rejectWithin + scene.delayAtMost(server)
      for (block, entry) in ways[side].asked.overdue(at: conversation.closed, limit: limit) {
        noteMissingReject(block, entry, by: server, to: ways[side].peer)
      }
    }
  }

  /// A hole: what depends on what was lost is no longer knowable.
  private mutating func lose(_ pending: inout ArraySlice<Int32>, until realtime: Int64) {
    while let first = pending.first, scene.trace.holes[Int(first)].start <= realtime {
      pending.removeFirst()
      let hole = scene.trace.holes[Int(first)]
      let side = Int(hole.from & 1)
      ways[1 - side].asked.forgive()
      guard hole.loses == .state else { continue }
      ways[side].choking = .unknown
      ways[side].isFrontKnown = false
      ways[side].isComplete = false
    }
  }

  private mutating func heard(_ message: TracedMessage, _ conversation: Conversation) {
    let side = Int(message.from & 1)
    let sender = ways[side].peer
    messagesSent[sender] += 1
    let at = scene.instant(message.time)
    func breach(_ rule: ProtocolRule, _ what: Breach.What) -> Breach {
      Breach(
        rule: rule, at: at, frame: message.frame, offender: sender, other: ways[1 - side].peer, what: what)
    }

    if let problem = opening(message, side, conversation) { breaches.append(breach(.bitfieldFirst, problem)) }
    if let expected = rules.wrongLength(message) {
      breaches.append(breach(.lengths, .length(message.id, prefix: message.prefix, expected: expected)))
      return
    }
    if message.kind?.isOfFastExtension == true, conversation.isKnownFromStart, !conversation.speaksFast {
      breaches.append(breach(.fastExtension, .notNegotiated(message.id)))
    }
    let block = BlockPlace(piece: message.piece, begin: message.begin, length: message.length)
    guard rules.isInRange(message) else {
      breaches.append(breach(.ranges, .range(message.id, block)))
      return
    }
    switch message.kind {
    case .choke: choked(side, at, message.frame, conversation)
    case .unchoke:
      ways[side].choking = .no
      ways[1 - side].asked.unchoke(inFlight: grace)
    case .have: say(message.piece, side, message.frame)
    case .bitfield:
      guard message.bitfield >= 0, Int(message.bitfield) < scene.trace.bitfields.count else { return }
      let bytes = scene.trace.bitfields[Int(message.bitfield)]
      if rules.hasSpareBits(bytes) { breaches.append(breach(.lengths, .spareBits)) }
      for piece in 0..<min(rules.pieceCount, bytes.count * 8) where bytes[piece / 8] & (0x80 >> (piece % 8)) != 0 {
        say(Int32(piece), side, message.frame)
      }
    case .haveAll: for piece in 0..<rules.pieceCount { say(Int32(piece), side, message.frame) }
    case .allowedFast: ways[side].allowedFast.insert(message.piece)
    case .request: requested(block, side, at, message.frame, conversation)
    case .cancel:
      ways[side].asked.cancel(block, .init(cause: .cancel, at: at, frame: message.frame))
    case .reject: _ = ways[1 - side].asked.answer(block)
    case .piece:
      if !ways[1 - side].asked.answer(block), ways[1 - side].isComplete, isWhole {
        breaches.append(breach(.unaskedBlock, .unasked(block)))
      }
    default: break
    }
  }

  /// Extended messages and keep-alives may come before the bitfield: BEP 10 does not say, and clients do so.
  private mutating func opening(_ message: TracedMessage, _ side: Int, _ conversation: Conversation) -> Breach.What? {
    guard ways[side].isFrontKnown, message.id != TracedMessage.keepAlive, message.kind != .extended else { return nil }
    let isFirst = ways[side].isAtFront
    ways[side].isAtFront = false
    switch message.kind {
    case .bitfield, .haveAll, .haveNone: return isFirst ? nil : .late(message.id)
    default: return isFirst && conversation.speaksFast ? .first(message.id) : nil
    }
  }

  private mutating func say(_ piece: Int32, _ side: Int, _ frame: Int32) {
    guard piece >= 0, Int(piece) < rules.pieceCount else { return }
    if ways[side].said.isEmpty { ways[side].said = Array(repeating: 0, count: rules.pieceCount) }
    if ways[side].said[Int(piece)] == 0 { ways[side].said[Int(piece)] = max(1, frame) }
  }

  private mutating func choked(_ side: Int, _ at: SwarmInstant, _ frame: Int32, _ conversation: Conversation) {
    if case .yes = ways[side].choking { return }
    ways[side].choking = .yes(since: at, frame: frame)
    if conversation.speaksFast { ways[1 - side].asked.choke(.init(cause: .choke, at: at, frame: frame)) }
  }

  private mutating func requested(
    _ block: BlockPlace, _ side: Int, _ at: SwarmInstant, _ frame: Int32, _ conversation: Conversation
  ) {
    let (requester, server) = (ways[side].peer, ways[1 - side].peer)
    func note(_ rule: ProtocolRule, _ what: Breach.What) {
      breaches.append(
        Breach(rule: rule, at: at, frame: frame, offender: requester, other: server, what: what))
    }
    let patience = grace + scene.delayAtMost(requester)
    if let said = heldSince(block.piece, side, at, patience) { note(.heldPiece, .held(block, saidFrame: said)) }

    let isAllowedFast = ways[1 - side].allowedFast.contains(block.piece)
    var due: RequestLedger.Due?
    if case .yes(let since, let chokeFrame) = ways[1 - side].choking {
      if !isAllowedFast {
        if ways[1 - side].isComplete, isWhole {
          if let since {
            if isTimed, at - since > patience {
              note(.requestWhileChoked, .choked(block, since: (chokeFrame, at - since)))
            }
          } else {
            note(.requestWhileChoked, .choked(block, since: nil))
          }
        }
        if conversation.speaksFast { due = .init(cause: .request, at: at, frame: frame) }
      }
    }
    let limit = rejectWithin + scene.delayAtMost(server)
    let overdue = ways[side].asked.ask(
      block, at: at, frame: frame, isAllowedFast: isAllowedFast, due: due, overdueAfter: limit)
    if let overdue, isTimed, conversation.speaksFast { noteMissingReject(block, overdue, by: server, to: requester) }
  }

  /// Frame in which the side itself said that it has the piece: here, or on another connection longer ago than what may
  /// wait in a socket.
  private func heldSince(_ piece: Int32, _ side: Int, _ at: SwarmInstant, _ patience: SwarmDuration) -> Int32? {
    if !ways[side].said.isEmpty, piece >= 0, Int(piece) < rules.pieceCount, ways[side].said[Int(piece)] > 0 {
      return ways[side].said[Int(piece)]
    }
    guard isTimed, let said = scene.holdings.said(ways[side].peer, has: Int(piece)), at - said.at > patience else {
      return nil
    }
    return Int32(said.frame)
  }

  private mutating func noteMissingReject(
    _ block: BlockPlace, _ entry: RequestLedger.Entry, by server: Int, to requester: Int
  ) {
    guard let due = entry.due, isWhole else { return }
    breaches.append(
      Breach(
        rule: .missingReject, at: due.at, frame: due.frame, offender: server, other: requester,
        what: .noReject(block, after: due.cause.rawValue, afterFrame: due.frame)))
  }
}

extension MessageID {
  /// BEP 6.
  fileprivate var isOfFastExtension: Bool {
    switch self {
    case .suggest, .haveAll, .haveNone, .reject, .allowedFast: true
    default: false
    }
  }
}
