public import Dissection
public import SwarmTime
import Wire

/// What one connection carried each way, whatever it was: the wire's own story, without any verdict.
public struct ConnectionAccount: Sendable {
  /// What one side sent.
  public struct Side: Sendable {
    /// Index in the cast; nil for who speaks no peer wire that could be read.
    public var peer: Int?
    public var endpoint: Endpoint
    /// 20 bytes of its handshake.
    public var peerID: [UInt8]?
    /// Stream bytes that were delivered, and those of them in blocks of piece messages.
    public var streamBytes: Int64
    public var payloadBytes: Int64 = 0
    /// Bytes that were delivered and that the capture lacks.
    public var missingBytes: Int64 = 0
    /// By `MessageKind`.
    public var counts = [Int](repeating: 0, count: MessageKind.count)
    /// How long it had the other side unchoked, choked, and how long nobody knows; likewise its interest in the other.
    public var unchoked = StateTimes()
    public var interested = StateTimes()

    /// The program that its peer id claims (BEP 20).
    public var client: String? { peerID.flatMap { ClientName(peerID: $0)?.description } }
    public var messages: Int { counts.reduce(0, +) }
  }

  /// Times for which a state was on, off and unknown, in swarm nanoseconds.
  public struct StateTimes: Hashable, Sendable {
    public var on: Int64 = 0
    public var off: Int64 = 0
    public var unknown: Int64 = 0

    init() {}

    init(_ state: SideTimeline.State, of whole: SwarmDuration) {
      on = Span.length(state.on)
      unknown = Span.length(state.unknown)
      off = max(0, whole.nanoseconds - on - unknown)
    }
  }

  /// As the trace numbers it.
  public var connection: Int
  public var a: Side
  public var b: Side
  public var transport: TracedConnection.Transport
  public var start: TracedConnection.Start
  public var content: TracedConnection.Content
  public var cipher: TracedConnection.Cipher
  public var opened: SwarmInstant
  public var closed: SwarmInstant?
  public var close: TracedConnection.Close
  public var infoHash: [UInt8]?
  /// Soon closed beside another connection of the same two peers.
  public var isDuplicate = false
  /// Place in `Scene.conversations`; nil for what carries no peer wire.
  public var conversation: Int?

  public var streamBytes: Int64 { a.streamBytes + b.streamBytes }
  public func side(_ index: Int) -> Side { index == 0 ? a : b }

  /// Every connection of the capture, in its order.
  public static func all(of scene: Scene) -> [ConnectionAccount] {
    var accounts = scene.trace.connections.map { ConnectionAccount($0, scene) }
    var places = [Int: Int](minimumCapacity: accounts.count)
    for (place, account) in accounts.enumerated() { places[account.connection] = place }
    for message in scene.trace.messages {
      guard let place = places[Int(message.connection)] else { continue }
      accounts[place].count(message)
    }
    for hole in scene.trace.holes {
      guard let place = places[Int(hole.connection)] else { continue }
      if hole.from == 0 {
        accounts[place].a.missingBytes += hole.bytes
      } else {
        accounts[place].b.missingBytes += hole.bytes
      }
    }
    for (place, conversation) in scene.conversations.enumerated() {
      accounts[conversation.connection].add(conversation, at: place, scene)
    }
    return accounts
  }

  private init(_ connection: TracedConnection, _ scene: Scene) {
    self.connection = connection.id
    a = Side(endpoint: connection.a.endpoint, peerID: connection.a.peerID, streamBytes: connection.a.streamBytes)
    b = Side(endpoint: connection.b.endpoint, peerID: connection.b.peerID, streamBytes: connection.b.streamBytes)
    transport = connection.transport
    start = connection.start
    content = connection.content
    cipher = connection.cipher
    opened = scene.instant(connection.opened)
    closed = connection.closed.map(scene.instant)
    close = connection.close
    infoHash = connection.infoHash
  }

  private mutating func count(_ message: TracedMessage) {
    let kind = Int(MessageKind.byID[Int(message.id)])
    let payload = message.id == MessageID.piece.rawValue ? Int64(max(0, message.length)) : 0
    if message.from == 0 {
      a.counts[kind] += 1
      a.payloadBytes += payload
    } else {
      b.counts[kind] += 1
      b.payloadBytes += payload
    }
  }

  private mutating func add(_ conversation: Conversation, at place: Int, _ scene: Scene) {
    self.conversation = place
    isDuplicate = conversation.isDuplicate
    a.peer = conversation.first
    b.peer = conversation.second
    let sides = scene.sides(ofConversation: place)
    let whole = conversation.closed - conversation.opened
    a.unchoked = StateTimes(sides[0].unchoked, of: whole)
    a.interested = StateTimes(sides[0].interested, of: whole)
    b.unchoked = StateTimes(sides[1].unchoked, of: whole)
    b.interested = StateTimes(sides[1].interested, of: whole)
  }
}
