package import Dissection
package import Judging
package import Planning
package import Recording
package import SwarmTime
package import Wire

/// A run put together by hand: a plan, a record and a trace, with messages said one after another.
///
/// Seconds are swarm seconds since zero; speed is 1, and the capture's clock reads `epoch` at zero. Frames count from 1,
/// one for each message.
package struct Stage {
  package static let epoch: Int64 = 1_700_000_000_000_000_000
  package static let infoHash = [UInt8](repeating: 7, count: 20)
  package static let payloadHash = String(repeating: "ab", count: 32)
  package static let pieceLength: Int64 = 32768

  package var plan: Plan
  /// Bytes of every frame from now on, where they are said to have carried more than is told of; nil: as large as it takes.
  package var frameBytes: Int?
  /// Of loopback, in bytes.
  package static let largestFrame = 65_536
  package var events: [RecordEntry] = []
  package var trace = Trace()
  package private(set) var frame = 0

  /// A seed and leechers, with limits of 1 MiB/s up and 4 MiB/s down put in force by the client.
  package init(leechers: Int = 2, pieces: Int = 4, checks: [CheckPlan] = []) {
    let limit = LimitPlan(bytesPerSecond: 1 << 20)
    let names = ["seed"] + (1...max(1, leechers)).prefix(leechers).map { "leecher-\($0)" }
    let peers = names.enumerated().map { index, name in
      PeerPlan(
        name: name, group: index == 0 ? "seed" : "leecher", index: index, role: index == 0 ? .seed : .leecher,
        address: Addresses.peer(index), port: Addresses.peerPort, randomSeed: UInt64(index),
        client: ClientPlan(kind: .native), profile: .titForTat(), upload: limit,
        download: LimitPlan(bytesPerSecond: 4 << 20), limitedBy: .client, arrivesAt: .zero,
        onComplete: OnComplete(action: .seed), expectedToComplete: index > 0)
    }
    plan = Plan(
      name: "stage", description: "", randomSeed: 1, speed: 1, wallBudgetSeconds: nil,
      payload: PayloadPlan(
        name: "payload", sizeBytes: Int64(pieces) * Self.pieceLength, pieceLengthBytes: Self.pieceLength, randomSeed: 1),
      tracker: TrackerPlan(
        address: Addresses.tracker, port: Addresses.trackerPort, announceInterval: .seconds(30)),
      peers: peers, until: UntilPlan(condition: .complete, within: .seconds(100)),
      capture: CapturePlan(keep: .full, atMostBytes: nil), checks: checks, mustDecide: [],
      bound: BoundPlan(duration: .seconds(8), decidedBy: "seed"))
    trace.coverage.firstTime = Self.epoch
  }

  /// The peers and the payload of a plan, with nothing said yet.
  package init(plan: Plan) {
    self.plan = plan
    trace.coverage.firstTime = Self.epoch
  }

  /// Swarm seconds of the last frame.
  package var lastSecond: Double { Double(trace.coverage.lastTime - Self.epoch) / 1e9 }

  package static func realtime(_ seconds: Double) -> Int64 { epoch + Int64((seconds * 1e9).rounded()) }

  package func index(_ name: String) -> Int { plan.peers.firstIndex { $0.name == name } ?? -1 }

  package mutating func change(_ name: String, _ change: (inout PeerPlan) -> Void) { change(&plan.peers[index(name)]) }

  // MARK: The record

  /// Clocks, capture totals, hashes and end of an ordinary run.
  ///
  /// - Parameter lateness: the worst of the lab's own timer.
  package mutating func recordOrdinaryRun(
    end: Double = 100, reason: String = "complete", lateness: SwarmDuration = .milliseconds(2)
  ) {
    note(0, .clock(zeroMonotonic: 5_000, monotonic: 5_000, realtime: Self.epoch, speed: 1))
    note(0, .payload(sha256: Self.payloadHash, infoHash: String(repeating: "07", count: 20)))
    for peer in plan.peers {
      note(0, .joined(peer: peer.name))
      let size = plan.wantedBytes(of: peer)
      if peer.wantedPieces != nil { note(end, .prefix(sizeBytes: size, sha256: Self.payloadHash)) }
      note(end, .file(peer: peer.name, sizeBytes: size, sha256: Self.payloadHash))
    }
    note(1, .heartbeat(worstLatenessNanoseconds: lateness.nanoseconds, processorPressurePerMille: 100))
    note(end, .capture(frames: Int64(frame), bytes: 0, dropped: 0, cutShort: false))
    let monotonic = 5_000 + Int64(end * 1e9)
    note(end, .clock(zeroMonotonic: 5_000, monotonic: monotonic, realtime: Self.realtime(end), speed: 1))
    note(end, .ended(reason: reason))
    trace.coverage.lastTime = max(trace.coverage.lastTime, Self.realtime(end))
  }

  package mutating func note(_ seconds: Double, _ event: RecordEvent) {
    events.append(RecordEntry(at: .seconds(seconds), event: event))
  }

  // MARK: The wire

  /// Opens a connection from one peer to another; handshakes are exchanged at once.
  @discardableResult
  package mutating func connect(
    _ a: String, _ b: String, at seconds: Double = 0, fast: Bool = true, start: TracedConnection.Start = .syn
  ) -> Int {
    let id = trace.connections.count
    frame += 1
    func side(_ name: String, port: UInt16) -> TracedSide {
      var side = TracedSide(endpoint: Endpoint(address: plan.peers[index(name)].address, port: port))
      side.supportsFast = fast
      guard start == .syn else { return side }
      side.peerID = Array("-SL0001-".utf8) + [UInt8](repeating: UInt8(index(name)), count: 12)
      side.handshakeAt = Self.realtime(seconds)
      side.handshakeFrame = frame
      side.streamBytes = 68
      return side
    }
    var connection = TracedConnection(
      id: id, a: side(a, port: UInt16(40000 + id % 20000)), b: side(b, port: 7000), start: start,
      opened: Self.realtime(seconds), openedFrame: frame)
    connection.content = .peerWire
    connection.cipher = .plain
    connection.infoHash = start == .syn ? Self.infoHash : nil
    trace.connections.append(connection)
    return id
  }

  package mutating func close(_ connection: Int, at seconds: Double) {
    trace.connections[connection].closed = Self.realtime(seconds)
    trace.connections[connection].close = .fin
  }

  private func side(of name: String, _ connection: Int) -> UInt8 {
    trace.connections[connection].a.endpoint.address == plan.peers[index(name)].address ? 0 : 1
  }

  /// One message in a frame of its own. Returns the frame.
  @discardableResult
  package mutating func say(
    _ name: String, _ connection: Int, _ id: MessageID, _ piece: Int = -1, _ begin: Int = -1, _ length: Int = -1,
    at seconds: Double, prefix: UInt32? = nil, bitfield: [UInt8]? = nil
  ) -> Int {
    frame += 1
    var wanted = prefix ?? id.fixedLength ?? 1
    if prefix == nil {
      if id == .piece { wanted = UInt32(9 + max(0, length)) }
      if id == .extended { wanted = 40 }
      if let bitfield { wanted = UInt32(1 + bitfield.count) }
    }
    let from = side(of: name, connection)
    var message = TracedMessage(
      time: Self.realtime(seconds), frame: Int32(frame), firstFrame: Int32(frame), connection: Int32(connection),
      from: from, id: id.rawValue, piece: Int32(piece), begin: Int32(begin), length: Int32(length), prefix: wanted)
    if let bitfield {
      message.bitfield = Int32(trace.bitfields.count)
      trace.bitfields.append(bitfield)
    }
    trace.messages.append(message)
    segment(connection, from: from, bytes: Int(wanted) + 4, at: seconds)
    return frame
  }

  private mutating func segment(_ connection: Int, from: UInt8, bytes: Int, at seconds: Double) {
    trace.segments.append(
      TracedSegment(
        time: Self.realtime(seconds), frame: Int32(frame), connection: Int32(connection), from: from,
        offset: trace.connections[connection].side(Int(from)).streamBytes,
        bytes: Int32(bytes), frameBytes: Int32(frameBytes ?? min(bytes + 66, Self.largestFrame))))
    if from == 0 {
      trace.connections[connection].a.streamBytes += Int64(bytes)
    } else {
      trace.connections[connection].b.streamBytes += Int64(bytes)
    }
    trace.coverage.lastTime = max(trace.coverage.lastTime, Self.realtime(seconds))
    trace.coverage.frames = Int64(frame)
  }

  /// Stream bytes without any message, in a frame of their own. Returns the frame.
  @discardableResult
  package mutating func push(_ name: String, _ connection: Int, bytes: Int, at seconds: Double) -> Int {
    frame += 1
    segment(connection, from: side(of: name, connection), bytes: bytes, at: seconds)
    return frame
  }

  package mutating func hole(
    _ name: String, _ connection: Int, from start: Double, to end: Double, loses: TracedHole.Loss
  ) {
    trace.holes.append(
      TracedHole(
        connection: Int32(connection), from: side(of: name, connection), start: Self.realtime(start),
        end: Self.realtime(end), bytes: 1000, loses: loses))
  }

  // MARK: Judging

  package var scene: Scene { Scene(plan: plan, record: events, trace: trace) }

  /// Verdicts of one check.
  package func judge(_ check: String, _ parameters: [String: PlannedValue] = [:]) -> [Verdict] {
    Judge.verdicts(of: [CheckPlan(name: check, parameters: parameters)], on: scene)
  }

  package func verdict(
    _ check: String, of peer: String? = nil, _ parameters: [String: PlannedValue] = [:]
  ) -> Verdict? {
    judge(check, parameters).first { peer == nil || $0.subjects == [peer ?? ""] }
  }
}
