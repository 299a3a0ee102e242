import Choking
import Dissection
import Misbehaviour
import Oracle
import PeerCore
package import Planning
import Recording
package import SwarmTime
import Wire

/// What the lab would have captured and recorded of an ideal swarm.
package struct IdealCapture {
  private(set) var stage: Stage
  private var connections: [Int: Int] = [:]
  private let supportsFast: Bool

  /// A seed and equal leechers that come at once: member 0 is the seed.
  ///
  /// - Parameter misbehaving: what `leecher-1` (or the seed) does wrong, and how strongly.
  package static func run(
    leechers: Int = 8, pieces: Int = 64, seedRate: Int64 = 1 << 20, randomSeed: UInt64 = 1, fast: Bool = true,
    misbehaving: (name: String, dose: Double)? = nil, seedMisbehaves: Bool = false, checks: [CheckPlan]
  ) throws -> Stage {
    var plan = Stage(leechers: leechers, checks: checks).plan
    plan.randomSeed = randomSeed
    plan.payload.pieceLengthBytes = 256 << 10
    plan.payload.sizeBytes = Int64(pieces) * plan.payload.pieceLengthBytes
    plan.until.within = .seconds(300)
    for index in plan.peers.indices {
      plan.peers[index].upload = LimitPlan(bytesPerSecond: index == 0 ? seedRate : 256 << 10)
      plan.peers[index].download = index == 0 ? nil : LimitPlan(bytesPerSecond: 1 << 20)
    }
    plan.peers[seedMisbehaves ? 0 : 1].client.misbehaviour = misbehaving.map { .init(name: $0.name, dose: $0.dose) }
    let all = plan.peers.reduce(0) { $0 + ($1.upload?.bytesPerSecond ?? 0) }
    let seconds = Double(plan.payload.sizeBytes) * Double(leechers) / Double(all)
    plan.bound = BoundPlan(duration: .seconds(seconds), decidedBy: "aggregate")
    return try run(plan: plan, fast: fast)
  }

  /// The swarm of a plan: its peers, links, arrivals, choking and misbehaviours.
  ///
  /// - Parameters:
  ///   - lateness: what the lab's own timer is said to have been late by, which checks make allowance for.
  ///   - frameBytes: how large frames are said to have been, for which they make allowance, too; nil: one message each.
  package static func run(
    plan: Plan, fast: Bool = true, lateness: SwarmDuration = .milliseconds(2), frameBytes: Int? = nil
  ) throws -> Stage {
    var swarm = IdealSwarm(
      pieceLength: plan.payload.pieceLengthBytes, pieceCount: plan.payload.pieceCount,
      members: try plan.peers.map { try member($0, of: plan) })
    swarm.randomSeed = plan.randomSeed
    swarm.supportsFast = fast
    swarm.horizon = .zero + plan.until.within
    swarm.goesOn = plan.until.condition == .time
    var stage = Stage(plan: plan)
    stage.frameBytes = frameBytes
    stage.plan.payload.sizeBytes = swarm.size
    let box = Box(IdealCapture(stage, fast: fast))
    swarm.watch = { box.capture.add($0) }
    let outcome = try swarm.run()
    stage = box.capture.stage
    let isOver = zip(plan.peers, outcome.completed).allSatisfy { $1 != nil || !$0.expectedToComplete }
    let end = isOver && !swarm.goesOn ? stage.lastSecond + 1 : plan.until.within.seconds
    stage.recordOrdinaryRun(
      end: end, reason: isOver && !swarm.goesOn ? "complete" : "deadline", lateness: lateness)
    for (member, peer) in plan.peers.enumerated() {
      if outcome.damagedPieces[member] > 0 {
        let wrong = String(repeating: "00", count: 32)
        stage.note(0, .file(peer: peer.name, sizeBytes: swarm.size, sha256: wrong))
      }
      guard let departed = outcome.departed[member] else { continue }
      stage.note(departed.seconds, .exited(process: peer.name, code: 0, signal: nil, ordered: true))
    }
    return stage
  }

  private static func member(_ peer: PeerPlan, of plan: Plan) throws -> IdealSwarm.Member {
    var member = IdealSwarm.Member(
      upload: peer.upload?.bytesPerSecond, download: peer.download?.bytesPerSecond, isSeed: peer.role == .seed,
      arrives: peer.arrivesAt)
    if peer.onComplete.action == .leave {
      member.staysFor = .zero
    } else if peer.role == .leecher {
      member.staysFor = peer.onComplete.duration
    }
    let choking = peer.client.choking.flatMap {
      ChokingCatalogue.algorithm(
        named: $0.algorithm,
        ChokingSettings(
          slots: $0.slots, optimisticSlots: $0.optimisticSlots,
          optimisticChoice: OptimisticChoice(rawValue: $0.optimisticChoice.rawValue) ?? .draw,
          seedRule: $0.seedRule.flatMap { SeedRule(rawValue: $0.rawValue) } ?? .roundRobin))
    }
    let misbehaving = peer.client.misbehaviour.map { (name: $0.name, dose: $0.dose) }
    let accomplices = Accomplices(plan.accomplices(of: peer).joined(separator: ","))
    let (upload, download, wanted) = (peer.upload, peer.download, peer.wantedPieces)
    member.make = { given in
      var configuration = given
      configuration.upload = upload.map { RateLimit(bytesPerSecond: $0.bytesPerSecond, burst: $0.burstBytes) }
      configuration.download = download.map { RateLimit(bytesPerSecond: $0.bytesPerSecond, burst: $0.burstBytes) }
      if let choking { configuration.choking = choking }
      configuration.wantedPieces = wanted
      return try MisbehaviourCatalogue.peer(configuration, misbehaving: misbehaving, accomplices: accomplices)
    }
    return member
  }

  private final class Box {
    var capture: IdealCapture
    init(_ capture: IdealCapture) { self.capture = capture }
  }

  private init(_ stage: Stage, fast: Bool) {
    self.stage = stage
    supportsFast = fast
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
    case .extendedHandshake, .extended: say(.extended)
    }
  }
}
