public import Dissection
public import Wire

/// One side of a recorded conversation, played to a live client. No sockets, no clock: what comes in is handed to `handle`,
/// what is to be said comes out.
///
/// Paced by messages, not by bytes or time: a line of our side is said once the lines of the other side before it were heard,
/// as far as these are waited for (`Awaiting`). What a live client is free to do otherwise is tolerated; the first thing
/// beyond that ends the play.
public struct ConversationPlayer: Sendable {
  public enum Role: Int, Sendable {
    /// Who opened the connection in the recording.
    case initiator = 0
    case responder = 1
  }

  public struct Settings: Sendable {
    public var role: Role
    /// Nanoseconds that one line is waited for.
    public var patience: Int64
    /// Where we listen; nil where we do not.
    public var listenPort: UInt16?
    /// Whether blocks can be given, as of a payload that is there.
    public var hasPayload: Bool
    /// At least 12 bytes, drawn anew for each play: two peers of one peer id are one.
    public var peerIDTail: [UInt8]

    public init(
      role: Role, patience: Int64 = 30_000_000_000, listenPort: UInt16? = nil, hasPayload: Bool, peerIDTail: [UInt8]
    ) {
      self.role = role
      self.patience = patience
      self.listenPort = listenPort
      self.hasPayload = hasPayload
      self.peerIDTail = peerIDTail
    }
  }

  public enum Input: Sendable {
    /// The connection stands; 4 or 16 bytes of the live client's address.
    case opened([UInt8])
    case heard(Spoken)
    /// What came is no peer wire.
    case broken(SpokenError)
    case closed
    case timePassed
  }

  public enum Action: Hashable, Sendable {
    case say([UInt8])
    /// The header of a piece message and these bytes of the payload.
    case sayBlock(Block)
  }

  public enum Outcome: Hashable, Sendable {
    case played
    case departed(Departure)
  }

  public internal(set) var outcome: Outcome?
  public internal(set) var account: PlayAccount
  /// When something happens though nothing comes; nanoseconds of the clock that `handle` is given.
  public private(set) var deadline: Int64?
  /// What was said waits to be sent: no more is added to it.
  public var isHeldBack = false

  let settings: Settings
  let metainfo: Metainfo
  let script: [RecordedConversation.Line]
  let ours: Int
  let mapping: PieceMapping
  var rewriter: Rewriter
  var now: Int64 = 0
  var next = 0
  private var isOpen = false
  /// Blocks that the live client sent, and those of the recorded other side that were gone through.
  var blocksHeard = 0
  var blocksPassed = 0

  var live = LiveSide()
  var own: OwnSide
  var asks: AskBook

  /// - Throws: `ConversationRefusal` where the recorded side gave blocks and there is no payload to give.
  public init(
    _ conversation: RecordedConversation, metainfo: Metainfo, settings: Settings
  ) throws(ConversationRefusal) {
    let ours = settings.role.rawValue
    let serves = conversation.lines.contains { line in
      if case .block = line.content { line.from == ours } else { false }
    }
    if serves && !settings.hasPayload {
      throw ConversationRefusal(
        what: "the side to play gives blocks, and there is no payload to give", expected: "the payload, by --payload")
    }
    self.settings = settings
    self.metainfo = metainfo
    self.ours = ours
    script = conversation.lines
    mapping = PieceMapping(conversation, pieceCount: metainfo.pieceCount)
    rewriter = Rewriter(
      conversation, ours: ours, mapping: mapping, infoHash: metainfo.infoHash, tail: settings.peerIDTail,
      listenPort: settings.listenPort)
    account = PlayAccount(conversation, ours: ours)
    live.has = [Bool](repeating: false, count: metainfo.pieceCount)
    own = OwnSide(has: live.has)
    own.lastRequest = script.lastIndex { line in
      if line.from == ours, case .message(.request) = line.content { true } else { false }
    }
    asks = AskBook(metainfo)
  }

  /// Takes what happened at `now`, in nanoseconds of any clock that does not run backwards.
  public mutating func handle(_ input: Input, at now: Int64) -> [Action] {
    self.now = now
    guard outcome == nil else { return [] }
    var actions: [Action] = []
    switch input {
    case .opened(let address):
      rewriter.liveAddress = address
      isOpen = true
    case .heard(let content): hear(content, &actions)
    case .broken(let error): depart(.heard("\(error)"))
    case .closed: close()
    case .timePassed: break
    }
    if isOpen && outcome == nil { advance(&actions) }
    account.linesPlayed = next
    account.receivedBytes = asks.receivedBytes
    account.verifiedPieces = asks.verifiedPieces
    return actions
  }

  /// Goes through the script as far as it goes now.
  private mutating func advance(_ actions: inout [Action]) {
    while outcome == nil {
      guard next < script.count else {
        outcome = .played
        return
      }
      let line = script[next]
      // A client that does not read is waited for as one that does not speak.
      let isDone = !isHeldBack && (line.from == ours ? speak(line.content, &actions) : isAnswered(line.content))
      guard !isDone else {
        next += 1
        if line.from != ours, case .block = line.content { blocksPassed += 1 }
        deadline = nil
        continue
      }
      let due = deadline ?? now + settings.patience
      deadline = due
      if now >= due { depart(.nothing(within: settings.patience)) }
      return
    }
  }

  /// The live client ended the connection. That is its right where neither side has anything left to do for the other.
  private mutating func close() {
    let bothWhole = (0..<metainfo.pieceCount).allSatisfy { own.has[$0] && isThere($0) }
    let rest = script[min(next, script.count)...]
    let isIdle = rest.allSatisfy { line in
      switch line.content {
      case .block, .handshake, .message(.request), .message(.interested): false
      default: true
      }
    }
    if live.handshake != nil && (bothWhole || isIdle) { outcome = .played } else { depart(.closed) }
  }

  mutating func depart(_ found: Departure.Found, expected: String? = nil) {
    guard outcome == nil else { return }
    let line = next < script.count ? script[next] : nil
    outcome = .departed(
      Departure(
        expected: expected ?? line.map(expectation) ?? "nothing more", frame: line?.frame, found: found,
        before: live.lastHeard))
  }

  /// What the line waits for: itself, or what it takes to say it.
  private func expectation(_ line: RecordedConversation.Line) -> String {
    guard line.from == ours else { return line.content.text }
    return switch line.content {
    case .message(.request): "an unchoke, to ask for the next block"
    case .block(let block, _): "a request, to be answered as the one for a block of piece \(block.piece) was"
    default: "room to say \(line.content.text)"
    }
  }
}

/// What is known of the live client.
struct LiveSide: Sendable {
  var handshake: Handshake?
  var hasShakenExtensions = false
  var isChoking = true
  var isInterested = false
  /// By piece; what it said last of them.
  var has: [Bool] = []
  var hasSpokenOfPieces = false
  /// Its requests, oldest first, that were not answered yet.
  var pending: [Block] = []
  /// Pieces that we may ask for although we are choked (BEP 6).
  var allowedFast: Set<Int> = []
  var lastHeard: String?
}

/// What we have said of ourselves.
struct OwnSide: Sendable {
  var handshake: Handshake?
  var isChoking = true
  var isInterested = false
  /// When we choked last, in nanoseconds; nil if never.
  var chokedAt: Int64?
  /// What we said that we have.
  var has: [Bool]
  var allowedFast: Set<Int> = []
  /// Bytes given of each piece.
  var given: [Int: Int64] = [:]
  /// The script's last request of ours: an unchoke after it is for nothing.
  var lastRequest: Int?
}
