import Dissection
import Judging
import Planning
import Recording
import SwarmTime

/// Values that the tests render.
enum Sample {
  static func verdict(
    _ check: String, _ status: Verdict.Status, subjects: [String] = [], evidence: [Evidence] = [],
    reason: String? = nil,
    known: KnownDeviation? = nil
  ) -> Verdict {
    Verdict(
      check: check, kind: .invariant, status: status, scope: subjects.isEmpty ? .swarm : .peer, subjects: subjects,
      parameters: [:], expected: "at most 5 slots", observed: "\(subjects.first ?? "the swarm"): 6 slots",
      power: .init(n: 12, needed: 1), evidence: evidence, reason: reason,
      knownDeviation: known)
  }

  static let known = KnownDeviation(
    check: "upload-slots", reason: "unchokes everybody at first", source: "client.js, line 12")

  static let evidence = Evidence(
    t: .seconds(12.3), frame: 812, peers: ["seed", "leecher-2"], text: "a sixth peer is unchoked")

  static func plan(_ peers: [PeerPlan], pieces: Int64 = 4) -> Plan {
    Plan(
      name: "sample", description: "Two peers & a <payload>.", randomSeed: 7, speed: 10, wallBudgetSeconds: nil,
      payload: PayloadPlan(name: "payload.bin", sizeBytes: pieces * 16384, pieceLengthBytes: 16384, randomSeed: 1),
      tracker: TrackerPlan(
        address: Addresses.tracker, port: Addresses.trackerPort, announceInterval: .seconds(30)),
      peers: peers, until: UntilPlan(condition: .complete, within: .seconds(60)),
      capture: CapturePlan(keep: .full, atMostBytes: nil), checks: [CheckPlan(name: "completion", parameters: [:])],
      mustDecide: ["completion"], bound: nil)
  }

  static func peer(_ index: Int, _ name: String, role: PeerPlan.Role) -> PeerPlan {
    PeerPlan(
      name: name, group: role == .seed ? "seed" : "leecher", index: index, role: role,
      address: Addresses.peer(index), port: Addresses.peerPort, randomSeed: UInt64(index),
      client: ClientPlan(kind: .native), profile: .titForTat(), upload: LimitPlan(bytesPerSecond: 65536), download: nil,
      limitedBy: .client, arrivesAt: .zero, onComplete: OnComplete(action: .seed), expectedToComplete: role == .leecher)
  }

  /// A seed that unchokes a leecher and sends it a block of piece 0, which the leecher then says it has.
  static var judgement: Judgement {
    let plan = plan([peer(0, "seed", role: .seed), peer(1, "leecher", role: .leecher)])
    var trace = Trace()
    var connection = TracedConnection(
      id: 0, a: TracedSide(endpoint: Endpoint(address: Addresses.peer(1), port: 40000)),
      b: TracedSide(endpoint: Endpoint(address: Addresses.peer(0), port: 7000)), start: .syn, opened: realtime(0.5),
      openedFrame: 1)
    connection.content = .peerWire
    connection.cipher = .plain
    connection.infoHash = Array(repeating: 1, count: 20)
    for keyPath in [\TracedConnection.a, \TracedConnection.b] {
      connection[keyPath: keyPath].peerID = Array(repeating: keyPath == \TracedConnection.a ? 65 : 66, count: 20)
      connection[keyPath: keyPath].handshakeAt = realtime(0.6)
      connection[keyPath: keyPath].handshakeFrame = 2
    }
    trace.connections = [connection]
    func message(_ at: Double, frame: Int32, from: UInt8, _ id: UInt8, piece: Int32 = -1, length: Int32 = -1)
      -> TracedMessage
    {
      TracedMessage(
        time: realtime(at), frame: frame, firstFrame: frame, connection: 0, from: from, id: id, piece: piece,
        begin: piece < 0 ? -1 : 0, length: length, prefix: 1)
    }
    trace.messages = [
      message(0.7, frame: 3, from: 1, 14), message(1, frame: 4, from: 0, 2), message(2, frame: 5, from: 1, 1),
      message(3, frame: 6, from: 1, 7, piece: 0, length: 16384), message(3.1, frame: 7, from: 0, 4, piece: 0),
      message(5, frame: 8, from: 1, 0),
    ]
    trace.segments = [
      TracedSegment(time: realtime(3), frame: 6, connection: 0, from: 1, offset: 0, bytes: 16397, frameBytes: 16463)
    ]
    trace.coverage.firstTime = realtime(0.5)
    trace.coverage.lastTime = realtime(6)
    let record = [
      RecordEntry(at: .zero, event: .clock(zeroMonotonic: 0, monotonic: 0, realtime: 1_000_000_000_000, speed: 10)),
      RecordEntry(at: .zero, event: .payload(sha256: "00", infoHash: String(repeating: "01", count: 20))),
      RecordEntry(at: .seconds(0.1), event: .joined(peer: "leecher")),
      RecordEntry(at: .seconds(8), event: .ended(reason: "deadline")),
    ]
    return Judge.judge(plan: plan, record: record, trace: trace)
  }

  /// Swarm seconds as the capture stamps them, at speed 10.
  private static func realtime(_ seconds: Double) -> Int64 { 1_000_000_000_000 + Int64(seconds * 1e8) }
}
