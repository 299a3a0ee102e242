public import Dissection
public import Judging
import Wire

extension Workload {
  /// Gaps in which a peer had no connection count as absence from here on, in seconds.
  static let absence = 3.0

  /// - Parameter speed: seconds of the swarm for each of the capture's.
  public init(_ trace: Trace, _ strangers: Strangers, speed: Double) {
    var reading = WorkloadReading(trace, strangers, speed: speed)
    self = reading.read()
  }
}

/// Goes through a trace once for each thing that is read of it.
struct WorkloadReading {
  let trace: Trace
  let speed: Double
  let zero: Int64
  let end: Double
  /// By connection: places of its sides' peers.
  let ends: [[Int]?]
  var workload = Workload()

  init(_ trace: Trace, _ strangers: Strangers, speed: Double) {
    self.trace = trace
    self.speed = speed
    let spoken = trace.connections.map { $0.content == .peerWire && $0.a.handshakeAt != nil && $0.b.handshakeAt != nil }
    let ends: [[Int]?] = trace.connections.indices.map { place in
      guard spoken[place] else { return nil }
      return strangers.ends(of: trace.connections[place].id).map { [$0.a, $0.b] }
    }
    self.ends = ends
    let opened = trace.connections.indices.filter { ends[$0] != nil }.map { trace.connections[$0].opened }
    zero = opened.min() ?? trace.coverage.firstTime
    end = Double(trace.coverage.lastTime - zero) / 1e9 * speed
    workload.duration = end
    workload.pieceCount = strangers.payload.pieceCount
    workload.pieceLength = strangers.payload.pieceLengthBytes
    workload.size = strangers.payload.sizeBytes
    workload.isMeasureExact = strangers.payload.isExact
    workload.peers = strangers.peers.map { peer in
      let front = peer.peerIDs.first.map { $0.prefix(8) } ?? []
      let isText = front.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
      var read = Workload.Peer(address: peer.address, client: isText ? String(decoding: front, as: UTF8.self) : "")
      read.isSeed = peer.isSeed
      return read
    }
    workload.bytes = [[Double]](
      repeating: [Double](repeating: 0, count: workload.peers.count), count: workload.peers.count)
  }

  mutating func read() -> Workload {
    readSessions()
    readRates()
    readHoldings()
    readChokes()
    bridgeQuiet()
    drop(workload.peers.indices.filter { workload.peers[$0].sessions.isEmpty })
    return workload
  }

  func seconds(_ time: Int64) -> Double { Double(time - zero) / 1e9 * speed }

  /// Who never shook hands with anybody took no part.
  private mutating func drop(_ absent: [Int]) {
    let kept = workload.peers.indices.filter { !absent.contains($0) }
    workload.peers = kept.map { workload.peers[$0] }
    workload.bytes = kept.map { from in kept.map { workload.bytes[from][$0] } }
  }

  /// Times with a connection, short gaps closed; and changes of address.
  private mutating func readSessions() {
    var spans = [[ClosedRange<Double>]](repeating: [], count: workload.peers.count)
    var addresses = [[String: ClosedRange<Double>]](repeating: [:], count: workload.peers.count)
    var last = trace.connections.map { [$0.opened, $0.opened] }
    for segment in trace.segments {
      let (connection, side) = (Int(segment.connection), Int(segment.from))
      last[connection][side] = max(last[connection][side], segment.time)
    }
    for (place, connection) in trace.connections.enumerated() {
      guard let pair = ends[place] else { continue }
      let start = seconds(connection.opened)
      let stop = max(start, connection.closed.map(seconds) ?? end)
      for (index, peer) in pair.enumerated() {
        spans[peer].append(start...stop)
        // Not until the connection ends: of one that was left behind nobody may have told that.
        let heard = start...max(start, seconds(last[place][index]))
        let address = connection.side(index).endpoint.address
        let known = addresses[peer][address] ?? heard
        addresses[peer][address] = min(known.lowerBound, start)...max(known.upperBound, heard.upperBound)
      }
    }
    for peer in spans.indices {
      for span in spans[peer].sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if let last = workload.peers[peer].sessions.last, span.lowerBound <= last.upperBound + Workload.absence {
          let stop = max(last.upperBound, span.upperBound)
          workload.peers[peer].sessions[workload.peers[peer].sessions.count - 1] = last.lowerBound...stop
        } else {
          workload.peers[peer].sessions.append(span)
        }
      }
      workload.peers[peer].addressChanges = Self.changes(Array(addresses[peer].values))
    }
  }

  /// When a peer went on at another address: the old ones are not heard any more from then on, but for what was still
  /// on its way. Who has two at once (IPv4 and IPv6) changes nothing.
  ///
  /// - Parameter heard: from when until when each of its addresses was heard.
  private static func changes(_ heard: [ClosedRange<Double>]) -> [Double] {
    let heard = heard.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    guard let first = heard.first else { return [] }
    var changes: [Double] = []
    var silent = first.upperBound
    for next in heard.dropFirst() {
      // Of two that begin together one may be given up at once, as a duplicate is.
      let isLater = next.lowerBound > first.lowerBound + Workload.absence
      if isLater, next.lowerBound > silent - Workload.absence, next.upperBound > silent {
        changes.append(next.lowerBound)
      }
      silent = max(silent, next.upperBound)
    }
    return changes
  }

  /// Among peers that all have everything nobody keeps a connection. Who is whole and has none while nobody is there who
  /// lacks something may be there as well as not, and is taken to be there.
  private mutating func bridgeQuiet() {
    let wanting = workload.peers.flatMap { peer -> [ClosedRange<Double>] in
      guard !peer.isSeed else { return [] }
      return peer.sessions.compactMap { session in
        let stop = min(session.upperBound, peer.completes ?? .infinity)
        return stop > session.lowerBound ? session.lowerBound...stop : nil
      }
    }
    func isQuiet(from start: Double, to stop: Double) -> Bool {
      !wanting.contains { $0.upperBound > start + 1 && $0.lowerBound < stop - 1 }
    }
    for (index, peer) in workload.peers.enumerated() {
      guard let whole = peer.isSeed ? 0 : peer.completes else { continue }
      var bridged: [ClosedRange<Double>] = []
      for session in peer.sessions {
        if let last = bridged.last, last.upperBound >= whole - 1, isQuiet(from: last.upperBound, to: session.lowerBound)
        {
          bridged[bridged.count - 1] = last.lowerBound...session.upperBound
        } else {
          bridged.append(session)
        }
      }
      if let last = bridged.last, last.upperBound >= whole - 1, isQuiet(from: last.upperBound, to: .infinity) {
        bridged[bridged.count - 1] = last.lowerBound...max(last.upperBound, end)
      }
      workload.peers[index].sessions = bridged
    }
  }

  private mutating func readRates() {
    var windows = [[[Int: Double]]](repeating: [[:], [:]], count: workload.peers.count)
    let lengths = [20.0, 1.0].map { min($0, max(1, end / 6)) }
    for segment in trace.segments {
      guard let pair = ends[Int(segment.connection)] else { continue }
      let time = seconds(segment.time)
      let (from, to) = (pair[Int(segment.from)], pair[1 - Int(segment.from)])
      windows[from][0][Int(time / lengths[0]), default: 0] += Double(segment.bytes)
      windows[to][1][Int(time / lengths[1]), default: 0] += Double(segment.bytes)
    }
    for peer in windows.indices {
      workload.peers[peer].upload = (windows[peer][0].values.max() ?? 0) / lengths[0]
      workload.peers[peer].download = (windows[peer][1].values.max() ?? 0) / lengths[1]
    }
  }

  /// Who had what when: by bitfields and HAVEs that a peer said, and by blocks that it was given.
  private mutating func readHoldings() {
    var has = [Set<Int32>](repeating: [], count: workload.peers.count)
    var given = [[Int64: Set<Int32>]](repeating: [:], count: workload.peers.count)
    var hasSpoken = [Bool](repeating: false, count: workload.peers.count)
    let blocks = max(1, (workload.pieceLength + 16383) / 16384)
    let lastLength = workload.size - Int64(workload.pieceCount - 1) * workload.pieceLength
    let lastBlocks = max(1, (lastLength + 16383) / 16384)
    for message in trace.messages {
      guard let pair = ends[Int(message.connection)], message.piece < Int32(clamping: workload.pieceCount) else {
        continue
      }
      let (from, to) = (pair[Int(message.from)], pair[1 - Int(message.from)])
      var holder = from
      switch message.kind {
      case .haveNone: break
      case .have: has[from].insert(message.piece)
      case .haveAll: has[from].formUnion(0..<Int32(clamping: workload.pieceCount))
      case .bitfield where message.bitfield >= 0:
        for (byte, bits) in trace.bitfields[Int(message.bitfield)].enumerated() where bits != 0 {
          for bit in 0..<8 where bits & (0x80 >> UInt8(bit)) != 0 { has[from].insert(Int32(byte * 8 + bit)) }
        }
      case .piece where message.missing == 0 || message.length > 0:
        workload.bytes[from][to] += Double(max(0, message.length))
        given[to][Int64(message.piece), default: []].insert(message.begin)
        let needed = Int(message.piece) == workload.pieceCount - 1 ? lastBlocks : blocks
        if Int64(given[to][Int64(message.piece)]?.count ?? 0) >= needed { has[to].insert(message.piece) }
        holder = to
      default: continue
      }
      if !hasSpoken[holder] && holder == from {
        hasSpoken[holder] = true
        if !workload.peers[holder].isSeed && message.kind != .have {
          workload.peers[holder].piecesAtStart = has[holder].count
        }
      }
      if !workload.peers[holder].isSeed && workload.peers[holder].completes == nil && workload.pieceCount > 0
        && has[holder].count >= workload.pieceCount
      {
        workload.peers[holder].completes = seconds(message.time)
      }
    }
  }

  /// How many a peer served at once, and for how long each.
  private mutating func readChokes() {
    var service = ServiceWalk(peers: workload.peers.count)
    var closings = trace.connections.indices.compactMap { place in
      ends[place].flatMap { pair in trace.connections[place].closed.map { (time: $0, place: place, pair: pair) } }
    }.sorted { $0.time > $1.time }
    for message in trace.messages {
      while let last = closings.last, last.time <= message.time {
        for from in 0...1 { service.close(last.pair[from], last.place * 2 + from, at: seconds(last.time)) }
        closings.removeLast()
      }
      guard let pair = ends[Int(message.connection)] else { continue }
      let first = Int(message.connection) * 2
      let (own, other) = (first + Int(message.from), first + 1 - Int(message.from))
      let time = seconds(message.time)
      switch message.kind {
      case .unchoke: service.set(pair[Int(message.from)], own, unchoked: true, at: time)
      case .choke: service.set(pair[Int(message.from)], own, unchoked: false, at: time)
      case .interested: service.set(pair[1 - Int(message.from)], other, interested: true, at: time)
      case .notInterested: service.set(pair[1 - Int(message.from)], other, interested: false, at: time)
      default: break
      }
    }
    for peer in workload.peers.indices {
      let found = service.result(of: peer, until: end)
      workload.peers[peer].slots = found.mean
      workload.peers[peer].mostSlots = found.most
      workload.peers[peer].unchokes = found.lengths
    }
  }
}
