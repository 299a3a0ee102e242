import Dissection
import Judging
import Misbehaviour
import Oracle
import PeerCore
import Planning
import Recording
import SwarmTime
import Wire

/// What the lab would have captured and recorded of an ideal swarm: member 0 is the seed, the others are leechers.
struct IdealCapture {
  private(set) var stage: Stage
  private var connections: [Int: Int] = [:]
  private let supportsFast: Bool

  /// - Parameter misbehaving: what `leecher-1` (or the seed) does wrong, and how strongly.
  static func run(
    leechers: Int = 8, pieces: Int = 64, seedRate: Int64 = 1 << 20, randomSeed: UInt64 = 1, fast: Bool = true,
    misbehaving: (name: String, dose: Double)? = nil, seedMisbehaves: Bool = false, checks: [CheckPlan]
  ) throws -> Stage {
    let leecher = IdealSwarm.Member(upload: 256 << 10, download: 1 << 20)
    var swarm = IdealSwarm(
      pieceLength: 256 << 10, pieceCount: pieces,
      members: [.init(upload: seedRate, isSeed: true)] + Array(repeating: leecher, count: leechers))
    swarm.randomSeed = randomSeed
    swarm.supportsFast = fast
    swarm.horizon = .seconds(400)
    swarm.members[seedMisbehaves ? 0 : 1].make = { try MisbehaviourCatalogue.peer($0, misbehaving: misbehaving) }
    var capture = IdealCapture(swarm, checks)
    let box = Box(capture)
    swarm.watch = { box.capture.add($0) }
    let outcome = try swarm.run()
    capture = box.capture
    capture.stage.recordOrdinaryRun(end: capture.stage.lastSecond + 1)
    for (member, count) in outcome.damagedPieces.enumerated() where count > 0 {
      let name = capture.stage.plan.peers[member].name
      capture.stage.note(
        0, .file(peer: name, sizeBytes: swarm.size, sha256: String(repeating: "00", count: 32)))
    }
    return capture.stage
  }

  private final class Box {
    var capture: IdealCapture
    init(_ capture: IdealCapture) { self.capture = capture }
  }

  private init(_ swarm: IdealSwarm, _ checks: [CheckPlan]) {
    stage = Stage(leechers: swarm.members.count - 1, checks: checks)
    supportsFast = swarm.supportsFast
    stage.plan.payload.sizeBytes = swarm.size
    stage.plan.payload.pieceLengthBytes = swarm.pieceLength
    stage.plan.until.within = .seconds(300)
    for (index, member) in swarm.members.enumerated() {
      stage.plan.peers[index].upload = member.upload.map { LimitPlan(bytesPerSecond: $0) }
      stage.plan.peers[index].download = member.download.map { LimitPlan(bytesPerSecond: $0) }
    }
    let rates = swarm.members.dropFirst().map { $0.upload ?? 0 }
    let all = rates.reduce(swarm.members[0].upload ?? 0, +)
    let seconds = Double(swarm.size) * Double(rates.count) / Double(all)
    stage.plan.bound = BoundPlan(duration: .seconds(seconds), decidedBy: "aggregate")
  }

  private mutating func add(_ crossing: IdealSwarm.Crossing) {
    let (from, to) = (stage.plan.peers[crossing.from].name, stage.plan.peers[crossing.to].name)
    let at = crossing.at.seconds
    if case .opened = crossing.content {
      connections[crossing.connection] = stage.connect(from, to, at: at, fast: supportsFast)
      return
    }
    guard let connection = connections[crossing.connection] else { return }
    switch crossing.content {
    case .opened: break
    case .closed: stage.close(connection, at: at)
    case .block(let block):
      stage.say(from, connection, .piece, Int(block.piece), Int(block.begin), Int(block.length), at: at)
    case .message(let message): say(message, from, connection, at)
    }
  }

  private mutating func say(_ message: PeerMessage, _ from: String, _ connection: Int, _ at: Double) {
    func say(_ id: MessageID, _ piece: UInt32? = nil, bitfield: [UInt8]? = nil) {
      stage.say(from, connection, id, piece.map(Int.init) ?? -1, at: at, bitfield: bitfield)
    }
    func say(_ id: MessageID, _ block: Block) {
      stage.say(from, connection, id, Int(block.piece), Int(block.begin), Int(block.length), at: at)
    }
    switch message {
    case .keepAlive: break
    case .choke: say(.choke)
    case .unchoke: say(.unchoke)
    case .interested: say(.interested)
    case .notInterested: say(.notInterested)
    case .have(let piece): say(.have, piece)
    case .bitfield(let bytes): say(.bitfield, bitfield: bytes)
    case .request(let block): say(.request, block)
    case .cancel(let block): say(.cancel, block)
    case .port: say(.port)
    case .suggest(let piece): say(.suggest, piece)
    case .haveAll: say(.haveAll)
    case .haveNone: say(.haveNone)
    case .reject(let block): say(.reject, block)
    case .allowedFast(let piece): say(.allowedFast, piece)
    case .extendedHandshake: say(.extended)
    }
  }
}
