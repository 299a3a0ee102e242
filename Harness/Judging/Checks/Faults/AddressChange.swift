import Dissection
import Planning
import SwarmTime
import TopologyFile
import Wire

/// Who goes on at another address is in the exchange again soon: payload goes to or from the new address within
/// `resumeWithin`, swarm time since the change; where the tracker was away or erred then, since a next try after its
/// return.
///
/// A leecher must send or receive there; a complete peer may have nobody left to serve, so that it is judged by a
/// connection with both handshakes alone, and so is one that shows in that time that it had all, and got nothing there.
/// Told besides: when the first connection and the first payload came, how often others tried the dead address, and what
/// was fetched again.
struct AddressChange: Check {
  static let name = "address-change"
  static let kind = Verdict.Kind.invariant
  static let summary = "who changes address is in the exchange again within the time given"
  static let parameters = [
    ParameterSpec("resumeWithin", .duration, default: "40 s", "Swarm time from the change to the first payload there.")
  ]
  static let failedBy = ["slow-return"]
  static let learnsFromPlan = "who changed address, and when"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .noDrops, .plaintext, .timing] }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let moves = scene.facts.moves
    if moves.isEmpty { throw CheckTrouble("nobody changed address") }
    let within = parameters.duration("resumeWithin") ?? .seconds(40)
    return moves.enumerated().map { index, move in
      let next = moves.dropFirst(index + 1).first { $0.peer == move.peer }
      return judge(Resumption(move, until: next?.at, scene), within, scene, parameters)
    }
  }

  private func judge(
    _ resumption: Resumption, _ within: SwarmDuration, _ scene: Scene, _ parameters: Parameters
  ) -> Verdict {
    let move = resumption.move
    let name = scene.cast.names[move.peer]
    // Without the tracker nobody learns where it is now.
    let due = scene.findsOthers(from: move.at)
    let wasComplete =
      scene.holdings.completions[move.peer].map { completed in
        completed.at <= move.at || resumption.firstPayload == nil && completed.at - due <= within
      } ?? false
    let resumed = wasComplete ? resumption.firstConnection : resumption.firstPayload
    let what = wasComplete ? "a connection" : "payload"
    var evidence = [
      Evidence(t: move.at, frame: nil, peers: [name], text: "\(name) goes from \(move.from) to \(move.to)")
    ]
    if let first = resumption.firstConnection {
      evidence.append(
        Evidence(t: first.at, frame: first.frame, peers: [name], text: "its first connection at \(move.to)"))
    }
    if let first = resumption.firstPayload {
      evidence.append(Evidence(t: first.at, frame: first.frame, peers: [name], text: "its first payload at \(move.to)"))
    }
    let observed =
      (resumed.map { "\(what) \(Wording.seconds($0.at - move.at)) after the change" }
        ?? "no \(what) at \(move.to)")
      + "; \(Wording.count(resumption.attemptsOnOld, "attempt")) on the dead address, "
      + "\(Wording.bytes(resumption.fetchedAgain)) fetched again"
    func say(_ status: Verdict.Status, reason: String? = nil) -> Verdict {
      verdict(
        status, scope: .peer, subjects: [name], parameters: parameters,
        expected: "\(what) at \(name)'s new address within \(Wording.seconds(within))", observed: observed,
        power: .init(n: 1, needed: 1), evidence: evidence, reason: reason)
    }
    if let resumed, resumed.at - due <= within { return say(.pass) }
    if let over = resumption.over, over - due < within {
      return say(
        .undecided,
        reason: over <= move.at
          ? "another fault stood between \(name) and others when it changed address"
          : "\(name) was struck again, or the run ended, \(Wording.seconds(over - move.at)) after the change")
    }
    return say(.fail)
  }
}

/// What the wire shows of a peer after it has changed its address.
struct Resumption {
  struct Moment: Hashable {
    var at: SwarmInstant
    var frame: Int
  }

  let move: RunFacts.Move
  /// Connections of peer wire, with both handshakes.
  private(set) var firstConnection: Moment?
  private(set) var firstPayload: Moment?
  /// Connections that others tried to open to the old address.
  private(set) var attemptsOnOld = 0
  /// Payload bytes received at the new address that had been received before.
  private(set) var fetchedAgain: Int64 = 0
  /// When it could no longer be seen: its next change, another fault that strikes it or still does, or the end of the run.
  private(set) var over: SwarmInstant?

  init(_ move: RunFacts.Move, until next: SwarmInstant?, _ scene: Scene) {
    self.move = move
    let struckAgain = scene.facts.faults.first { fault in
      let isOther = ![.changeAddress, .changeRate, .resetConnections].contains(fault.kind)
      return isOther && fault.touches(move.peer) && (fault.at > move.at || fault.isInForce(at: move.at))
    }
    // The capture goes on while all are told to stop.
    over = [next, struckAgain.map { max(move.at, $0.at) }, scene.facts.end?.at ?? scene.end].compactMap { $0 }.min()
    for connection in scene.trace.connections where scene.instant(connection.opened) >= move.at {
      if connection.b.endpoint.address == move.from { attemptsOnOld += 1 }
    }
    lookAtConversations(scene)
  }

  private mutating func lookAtConversations(_ scene: Scene) {
    var before: Set<UInt64> = []
    var after: [(place: UInt64, bytes: Int64)] = []
    for (place, conversation) in scene.conversations.enumerated() {
      guard conversation.first == move.peer || conversation.second == move.peer else { continue }
      let connection = scene.trace.connections[conversation.connection]
      let isNew = [connection.a, connection.b].contains { $0.endpoint.address == move.to }
      if isNew, let first = connection.a.handshakeAt, let second = connection.b.handshakeAt {
        keep(
          Moment(
            at: scene.instant(max(first, second)),
            frame: max(connection.a.handshakeFrame ?? 0, connection.b.handshakeFrame ?? 0)), in: &firstConnection)
      }
      for index in scene.messages[place] {
        let message = scene.trace.messages[Int(index)]
        guard message.id == MessageID.piece.rawValue, message.length > 0 else { continue }
        let at = scene.instant(message.time)
        if isNew, at >= move.at { keep(Moment(at: at, frame: Int(message.frame)), in: &firstPayload) }
        guard conversation.peer(1 - Int(message.from & 1)) == move.peer else { continue }
        let block = UInt64(UInt32(bitPattern: message.piece)) << 32 | UInt64(UInt32(bitPattern: message.begin))
        if isNew { after.append((block, Int64(message.length))) } else if at < move.at { before.insert(block) }
      }
    }
    fetchedAgain = after.reduce(0) { $0 + (before.contains($1.place) ? $1.bytes : 0) }
  }

  private func keep(_ moment: Moment, in place: inout Moment?) {
    if let known = place, known.at <= moment.at { return }
    place = moment
  }
}
