import Dissection
public import Judging
import Planning
import Recording
public import SwarmTime

/// What the plots show, peer by peer, taken from the scene that was judged.
public struct RunPicture: Sendable {
  public struct Held: Sendable, Hashable {
    public var at: SwarmInstant
    public var pieces: Int
    /// The piece that made them so many; nil at the beginning, and where nobody knows.
    public var piece: Int?
  }

  public struct Peer: Sendable {
    public var name: String
    /// The plan's group; `on the wire only` for who is in no plan.
    public var group: String
    public var isSeed = false
    /// Declared, in bytes per second; nil is unlimited or unknown.
    public var uploadLimit: Int64?
    public var downloadLimit: Int64?
    /// When the lab let it in.
    public var joined: SwarmInstant?
    /// When the wire first showed that it holds every piece.
    public var completed: SwarmInstant?
    /// Payload bytes of piece messages.
    public var payloadSent: Int64 = 0
    public var payloadReceived: Int64 = 0
    /// Stream bytes delivered in each step.
    public var sent: [Int64] = []
    public var received: [Int64] = []
    /// A row for each piece that it said it has, by time.
    public var held: [Held] = []
  }

  public struct Event: Sendable {
    public var at: SwarmInstant
    public var text: String
  }

  /// Width of a step of `sent` and `received`: one swarm second, or what keeps a run to 600 of them.
  public let step: SwarmDuration
  public let end: SwarmInstant
  /// Width of a step of `flows`: a swarm second, or what keeps a run to 1200 of them, and a large swarm to fewer.
  public let flowStep: SwarmDuration
  public private(set) var peers: [Peer]
  /// Each peer as a choker, by the place of `peers`.
  public let chokers: [ChokePicture]
  /// Payload between peers, sorted by pair; indices of `peers`.
  public let flows: [Flow]
  /// `from` is interested in `to`.
  public let interested: [PairTimeline]
  public let events: [Event]

  public init(_ judgement: Judgement) {
    let scene = judgement.scene
    end = max(.zero, scene.end)
    step = Self.step(of: end, atMost: 600)
    let room = Int64(3_000_000 / max(1, scene.deliveries.pairs.count))
    flowStep = Self.step(of: end, atMost: max(60, min(1200, room)))
    peers = scene.cast.names.enumerated().map { Self.peer($0.offset, named: $0.element, in: scene) }
    chokers = ChokePicture.all(of: scene)
    flows = Flow.all(of: scene, step: flowStep, steps: Int(end.nanoseconds / flowStep.nanoseconds) + 1)
    interested = scene.timelines.interests
    events = scene.record.compactMap { entry in Self.text(entry.event).map { Event(at: entry.at, text: $0) } }
    addRates(scene)
    addPayload(judgement.metrics, names: scene.cast.names)
  }

  /// Whole seconds.
  private static func step(of end: SwarmInstant, atMost steps: Int64) -> SwarmDuration {
    let limit = steps * 1_000_000_000
    return SwarmDuration(nanoseconds: max(1, (end.nanoseconds + limit - 1) / limit) * 1_000_000_000)
  }

  private static func peer(_ index: Int, named name: String, in scene: Scene) -> Peer {
    var peer = Peer(name: name, group: "on the wire only")
    if index < scene.plan.peers.count {
      let planned = scene.plan.peers[index]
      peer.group = planned.group
      peer.isSeed = planned.role == .seed
      peer.uploadLimit = planned.upload?.bytesPerSecond
      peer.downloadLimit = planned.download?.bytesPerSecond
      peer.joined = scene.facts.joined[index]
    }
    let count = scene.holdings.pieceCount
    let said = (0..<count).compactMap { piece in scene.holdings.said(index, has: piece).map { ($0.at, piece) } }
    let order = said.sorted { $0 < $1 }
    peer.completed = scene.holdings.completions[index]?.at
    if let first = order.first?.0 { peer.held.append(Held(at: min(peer.joined ?? first, first), pieces: 0)) }
    for (held, (at, piece)) in order.enumerated() { peer.held.append(Held(at: at, pieces: held + 1, piece: piece)) }
    // Who sent no HAVE after its last piece told the tracker.
    if let completed = peer.completed, order.count < count { peer.held.append(Held(at: completed, pieces: count)) }
    return peer
  }

  private mutating func addRates(_ scene: Scene) {
    let steps = Int(end.nanoseconds / step.nanoseconds) + 1
    for index in peers.indices {
      peers[index].sent = Array(repeating: 0, count: steps)
      peers[index].received = Array(repeating: 0, count: steps)
    }
    var ends: [Int: (Int, Int)] = [:]
    for conversation in scene.conversations {
      ends[conversation.connection] = (conversation.first, conversation.second)
    }
    for segment in scene.trace.segments {
      guard let (first, second) = ends[Int(segment.connection)] else { continue }
      let (from, to) = segment.from == 0 ? (first, second) : (second, first)
      let slot = min(max(Int(scene.instant(segment.time).nanoseconds / step.nanoseconds), 0), steps - 1)
      peers[from].sent[slot] += Int64(segment.bytes)
      peers[to].received[slot] += Int64(segment.bytes)
    }
  }

  private mutating func addPayload(_ metrics: Metrics, names: [String]) {
    let places = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    for stream in metrics.streams {
      for (from, to) in [(stream.a, stream.b), (stream.b, stream.a)] {
        if let place = places[from.peer] { peers[place].payloadSent += from.payloadBytes }
        if let place = places[to.peer] { peers[place].payloadReceived += from.payloadBytes }
      }
    }
  }

  /// Nil is as before, and not told.
  private static func rates(upload: Int64?, download: Int64?) -> String {
    var rates: [String] = []
    if let upload { rates.append("\(upload) B/s up") }
    if let download { rates.append("\(download) B/s down") }
    return rates.joined(separator: ", ")
  }

  private static func text(_ event: RecordEvent) -> String? {
    switch event {
    case .joined(let peer): "\(peer) joins"
    case .leaveOrdered(let peer): "\(peer) is told to leave"
    case .exited(let process, _, let signal?, let ordered):
      "\(process) died of signal \(signal)\(ordered ? ", by our order" : "")"
    case .exited(let process, let code, nil, let ordered):
      "\(process) exited with \(code ?? 0)\(ordered ? ", by our order" : "")"
    case .fault(let id, let kind, let peers, let isHealing):
      "fault \(id), \(kind)\(peers.isEmpty ? "" : " of \(peers.joined(separator: ", "))")\(isHealing ? ": over" : "")"
    case .addressChanged(let peer, let from, let to): "\(peer) goes from \(from) to \(to)"
    case .rateChanged(let peer, let upload, let download, _, _):
      "\(peer) is limited to \(rates(upload: upload, download: download))"
    case .ended(let reason): "the run ends: \(reason)"
    default: nil
    }
  }
}
