import Dissection
import Planning
import SwarmTime
import Wire

extension Metrics {
  /// Computes all figures of a scene.
  public init(_ scene: Scene) {
    var counting = Counting(scene)
    counting.count(scene)
    peers = scene.plan.peers.indices.map { counting.peers[$0] }
    streams = counting.streams
    fairness = FairnessMetrics(scene)
    let leechers = peers.indices.map { scene.slots(of: $0) }
    swarm = SwarmMetrics(
      scene, peers: peers, duplicateBytes: counting.peers.reduce(0) { $0 + $1.duplicateBytes }, choking: leechers)
    for index in peers.indices {
      peers[index].finish(scene, index, makespan: swarm.makespan)
      peers[index].slots = leechers[index]?.figures
    }
  }
}

/// One walk over all messages.
private struct Counting {
  /// By cast index.
  var peers: [PeerMetrics]
  var streams: [StreamMetrics] = []
  private var received: [ReceivedBlocks]
  /// Payload bytes over HTTP by place of the conversation and side.
  private var downloaded: [[Int64]]
  private var partners: Set<Pair> = []

  init(_ scene: Scene) {
    peers = (0..<scene.cast.count).map { index in
      guard index < scene.plan.peers.count else {
        return PeerMetrics(name: scene.cast.names[index], group: "", role: "", arrivedAt: 0)
      }
      let planned = scene.plan.peers[index]
      return PeerMetrics(
        name: planned.name, group: planned.group, role: planned.role.rawValue,
        arrivedAt: scene.arrivals[index].nanoseconds)
    }
    downloaded = Array(repeating: [0, 0], count: scene.conversations.count)
    for part in scene.downloads.parts { downloaded[part.conversation][part.side] += Int64(part.bytes.count) }
    let blocks = ReceivedBlocks(payload: scene.plan.payload)
    received = Array(repeating: blocks, count: scene.cast.count)
  }

  mutating func count(_ scene: Scene) {
    for (place, conversation) in scene.conversations.enumerated() {
      let connection = scene.trace.connections[conversation.connection]
      var sides = [
        StreamSide(connection.a, scene.cast.names[conversation.first]),
        StreamSide(connection.b, scene.cast.names[conversation.second]),
      ]
      let endpoints = [conversation.first, conversation.second]
      if conversation.isOurs { count(scene, place, endpoints, &sides) }
      for side in 0...1 { sides[side].payloadBytes += downloaded[place][side] }
      streams.append(
        StreamMetrics(
          connection: connection.id, a: sides[0], b: sides[1], opened: conversation.opened.nanoseconds,
          closed: connection.closed.map { scene.instant($0).nanoseconds }, close: connection.close.rawValue,
          isDuplicate: conversation.isDuplicate))
      for side in 0...1 {
        let (peer, other) = (endpoints[side], endpoints[1 - side])
        peers[peer].streamUp += sides[side].streamBytes
        peers[other].streamDown += sides[side].streamBytes
        peers[peer].payloadUp += sides[side].payloadBytes
        peers[other].payloadDown += sides[side].payloadBytes
        peers[peer].chokes += sides[side].counts[MessageKind.index(of: .choke)]
        peers[peer].unchokes += sides[side].counts[MessageKind.index(of: .unchoke)]
        peers[peer].connections += 1
        if partners.insert(Pair(from: peer, to: other)).inserted { peers[peer].partners += 1 }
      }
    }
  }

  private mutating func count(_ scene: Scene, _ place: Int, _ endpoints: [Int], _ sides: inout [StreamSide]) {
    var counts = [Int](repeating: 0, count: 2 * MessageKind.count)
    var payload: [Int64] = [0, 0]
    scene.trace.messages.withUnsafeBufferPointer { all in
      for index in scene.messages[place] {
        let message = all[Int(index)]
        let side = Int(message.from & 1)
        counts[side * MessageKind.count + Int(MessageKind.byID[Int(message.id)])] += 1
        guard message.id == MessageID.piece.rawValue, message.length > 0 else { continue }
        payload[side] += Int64(message.length)
        let receiver = endpoints[1 - side]
        if !received[receiver].insert(piece: message.piece, begin: message.begin) {
          peers[receiver].duplicateBytes += Int64(message.length)
        }
      }
    }
    for side in 0...1 {
      sides[side].counts = Array(counts[side * MessageKind.count..<(side + 1) * MessageKind.count])
      sides[side].payloadBytes = payload[side]
    }
  }
}

/// Starts of the blocks that a peer has received: a bit for each customary one, a set for the rest.
private struct ReceivedBlocks {
  private let blocksPerPiece: Int
  private let pieceCount: Int
  private var words: [UInt64] = []
  private var others: Set<UInt64> = []

  init(payload: PayloadPlan) {
    let standard = Int64(Block.standardLength)
    blocksPerPiece = Int(max(1, (payload.pieceLengthBytes + standard - 1) / standard))
    pieceCount = payload.pieceLengthBytes > 0 ? max(0, payload.pieceCount) : 0
  }

  /// False if a block with this start had come before.
  mutating func insert(piece: Int32, begin: Int32) -> Bool {
    let (block, offset) = Int(begin).quotientAndRemainder(dividingBy: Int(Block.standardLength))
    guard piece >= 0, piece < pieceCount, begin >= 0, offset == 0, block < blocksPerPiece else {
      return others.insert(UInt64(UInt32(bitPattern: piece)) << 32 | UInt64(UInt32(bitPattern: begin))).inserted
    }
    if words.isEmpty { words = Array(repeating: 0, count: (pieceCount * blocksPerPiece + 63) / 64) }
    let bit = Int(piece) * blocksPerPiece + block
    let mask: UInt64 = 1 << UInt64(bit & 63)
    let isNew = words[bit >> 6] & mask == 0
    words[bit >> 6] |= mask
    return isNew
  }
}

extension StreamSide {
  fileprivate init(_ side: TracedSide, _ peer: String) {
    self.init(
      peer: peer, endpoint: side.endpoint.description, streamBytes: side.streamBytes, payloadBytes: 0,
      handshakes: side.handshakeAt == nil ? 0 : 1, counts: Array(repeating: 0, count: MessageKind.count))
  }
}

extension PeerMetrics {
  fileprivate mutating func finish(_ scene: Scene, _ index: Int, makespan: Int64?) {
    let planned = scene.plan.peers[index]
    completedAt = scene.holdings.completions[index]?.at.nanoseconds
    if planned.role == .leecher { timeToComplete = completedAt.map { $0 - arrivedAt } }
    shareRatio = Fixed(payloadUp, over: payloadDown)
    if let view = scene.choking(of: index) {
      let figures = ChokeFigures(view, until: makespan.map(SwarmInstant.init(nanoseconds:)) ?? scene.end)
      rounds = figures.rounds
      changedRounds = figures.changedRounds
      decisionsOffGrid = figures.decisionsOffGrid
      dwellMedian = figures.dwellMedian?.nanoseconds
      dwellLeast = figures.dwellLeast?.nanoseconds
      flaps = figures.flaps
    }
    let until = min(makespan ?? scene.end.nanoseconds, scene.departure(index).nanoseconds)
    let (start, end) = (SwarmInstant(nanoseconds: arrivedAt), SwarmInstant(nanoseconds: until))
    guard let capacity = scene.facts.uploadCapacity(of: index, from: start, to: end), capacity > 0 else { return }
    uploadUtilisation = Fixed(streamUp, over: capacity)
  }
}

extension SwarmMetrics {
  fileprivate init(_ scene: Scene, peers: [PeerMetrics], duplicateBytes: Int64, choking: [LeecherSlots?]) {
    let plan = scene.plan
    let seeds = plan.peers.filter { $0.role == .seed }
    sizeBytes = plan.payload.sizeBytes
    pieces = scene.holdings.pieceCount
    leechers = plan.peers.count - seeds.count
    let uploads = seeds.map { $0.upload?.bytesPerSecond }
    seedUpload = uploads.contains(nil) ? nil : uploads.reduce(0) { $0 + ($1 ?? 0) }
    bound = plan.bound?.duration.nanoseconds
    boundDecidedBy = plan.bound?.decidedBy
    let span = Makespan(scene).completed?.nanoseconds
    makespan = span
    efficiency = plan.bound.flatMap { bound in span.flatMap { Fixed(bound.duration.nanoseconds, over: $0) } }
    let times = plan.peers.indices.compactMap { place -> Int64? in
      guard plan.peers[place].role == .leecher, let done = scene.holdings.completions[place] else { return nil }
      return done.at.nanoseconds - peers[place].arrivedAt
    }.sorted()
    completed = times.count
    medianCompletion = times.isEmpty ? nil : (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
    payloadBytes = peers.reduce(0) { $0 + $1.payloadUp }
    streamBytes = peers.reduce(0) { $0 + $1.streamUp }
    self.duplicateBytes = duplicateBytes
    let fromSeeds = plan.peers.indices.reduce(Int64(0)) {
      $0 + (plan.peers[$1].role == .seed ? peers[$1].payloadUp : 0)
    }
    seedCopies = seeds.isEmpty ? nil : Fixed(fromSeeds, over: plan.payload.sizeBytes)
    connections = scene.conversations.count
    connectionsFromStart = scene.conversations.reduce(0) { $0 + ($1.isKnownFromStart ? 1 : 0) }
    undecodableConnections = scene.undecodable
    holeBytes = scene.trace.coverage.holeBytes
    var tally = GrantTally()
    for slots in choking { if let slots { tally.add(slots.tally) } }
    reciprocation = ReciprocationFigures(tally)
    clustering = Clustering(choking, scene).figures
  }
}

/// When the last peer that should complete has.
struct Makespan {
  /// Last completion minus zero; nil where somebody has not, or nobody should.
  var completed: SwarmDuration?
  /// The last to complete.
  var last: Int?
  /// Who has not.
  var missing: [Int]

  init(_ scene: Scene) {
    let expected = scene.plan.peers.indices.filter { scene.plan.peers[$0].expectedToComplete }
    missing = expected.filter { scene.holdings.completions[$0] == nil }
    guard missing.isEmpty else { return }
    for peer in expected {
      guard let at = scene.holdings.completions[peer]?.at else { continue }
      if at - .zero > completed ?? SwarmDuration(nanoseconds: .min) {
        completed = at - .zero
        last = peer
      }
    }
  }
}
