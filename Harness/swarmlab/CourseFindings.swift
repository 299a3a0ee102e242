import Dissection
import Lab
import Planning
import Recording
import Reporting
import SwarmTime
import TopologyFile

/// What a client did in one half of its course, read from the record and from its packets.
struct CourseFindings {
  let client: ForeignClient
  let role: ClientCourse.Role
  let plan: Plan
  let outcome: LabOutcome
  let record: [RecordEntry]
  let trace: Trace
  let folder: String

  private var subject: PeerPlan { plan.peers.first { $0.name == ClientCourse.subject } ?? plan.peers[0] }

  var items: [CourseItem] {
    guard let spawned = time({ if case .spawned(ClientCourse.subject, _) = $0 { true } else { false } }) else {
      return [
        CourseItem(
          what: "starts", trouble: outcome.error?.what ?? "it was never started", mend: outcome.error?.mend ?? "")
      ]
    }
    let (starts, ready) = (starts, ready(spawned))
    // What follows would only be the same again.
    guard starts.isWell else { return [starts] }
    guard ready.isWell else { return [starts, ready] }
    return [starts, ready, announces, callsFromItsAddress, isNamed, role == .leecher ? downloads : seeds, stops]
  }

  // MARK: Its process

  private var starts: CourseItem {
    var item = CourseItem(what: "starts, and runs until it is told to stop")
    for case .exited(ClientCourse.subject, let code, let signal, false) in record.map(\.event) {
      item.trouble = signal.map { "it died of signal \($0)" } ?? "it ended with exit status \(code ?? 0)"
      item.mend = "run its command line by hand; it stands in plan.yaml (--output keeps it)"
      item.log = outcome.error?.log ?? log
    }
    return item
  }

  private func ready(_ spawned: SwarmInstant) -> CourseItem {
    let address = "\(subject.address):\(subject.port)"
    let manners = subject.client.manners
    let what = manners.readyOutput.map { "says that it is ready (\($0))" } ?? "listens on \(address)"
    guard let at = time({ if case .ready(ClientCourse.subject) = $0 { true } else { false } }) else {
      return CourseItem(
        what: what, trouble: "not within \(Quantity.duration(.seconds(manners.readyWithinSeconds))) of its start",
        mend: "tell it {address} and {port}; give it longer with ready: {within: …}; or say with ready: {output: …} "
          + "what it prints once it is there", log: log)
    }
    return CourseItem(what: "\(what), \(Quantity.duration(at - spawned)) after its start")
  }

  private var stops: CourseItem {
    let manners = subject.client.manners
    var item = CourseItem(what: "stops at SIG\(manners.stopSignal)")
    for case .exited(ClientCourse.subject, _, let signal, true) in record.map(\.event) {
      if signal == 9, manners.stopSignal != "KILL" {
        item.trouble = "it was killed after \(Quantity.duration(.seconds(manners.stopWithinSeconds)))"
        item.mend = "name another signal, or give it longer: stop: {signal: INT, within: 10 s}"
        item.log = log
      }
      return item
    }
    item.trouble = "it had ended before"
    item.isOpen = true
    return item
  }

  // MARK: Its packets

  private var announces: CourseItem {
    var item = CourseItem(what: "announces itself to the tracker, with its port")
    let own = trace.announces.filter { $0.source == subject.address }
    if own.isEmpty {
      item.trouble =
        trace.announces.contains { isStranger($0.source) }
        ? "it announced from \(trace.announces.first { isStranger($0.source) }?.source ?? "elsewhere"), not from its address"
        : "no announce came from \(subject.address)"
      item.mend =
        "let it use the torrent's tracker ({tracker}), and bind what it sends to {address}, or say outgoing: unbound"
      item.log = log
    } else if let other = own.first(where: { Int($0.port) != subject.port }) {
      item.trouble = "it announced port \(other.port) (frame \(other.frame))"
      item.mend = "tell it {port}"
    }
    return item
  }

  /// What tells a peer from another is its address.
  private var callsFromItsAddress: CourseItem {
    var item = CourseItem(what: "connects from its own address")
    let strange = trace.connections.first { $0.start == .syn && isStranger($0.a.endpoint.address) }
    if let strange {
      item.trouble = "a connection came from \(strange.a.endpoint.address) (frame \(strange.openedFrame))"
      item.mend = "bind its outgoing connections to {address}; where it has no such option, say outgoing: unbound"
    } else if !connections.contains(where: { $0.a.endpoint.address == subject.address }),
      !trace.announces.contains(where: { $0.source == subject.address })
    {
      item.trouble = "none was seen"
      item.isOpen = true
    }
    return item
  }

  private var isNamed: CourseItem {
    var item = CourseItem(what: "bears a peer id with one of its prefixes (BEP 20)")
    let announced = trace.announces.first { $0.source == subject.address && !$0.peerID.isEmpty }?.peerID
    let sides = connections.flatMap { [$0.a, $0.b] }.filter { $0.endpoint.address == subject.address }
    if client.peerIDPrefixes.isEmpty { item.what = "bears a peer id (its file names no prefixes to compare)" }
    guard let id = announced ?? sides.compactMap(\.peerID).first else {
      item.trouble = "none was seen"
      item.isOpen = true
      return item
    }
    guard !client.peerIDPrefixes.isEmpty else { return item }
    let isKnown = client.peerIDPrefixes.contains { id.starts(with: Array($0.utf8)) }
    if !isKnown {
      let shown = String(decoding: id.prefix(8), as: UTF8.self)
      item.trouble = "its peer id begins with \(shown)"
      item.mend = "peerIDPrefixes: [\(JSONString.quoted(shown))]"
    }
    return item
  }

  private var downloads: CourseItem {
    var item = CourseItem(what: "downloads the payload, with the right SHA-256, at {data}/{payloadName}")
    let right = record.compactMap { if case .payload(let hash, _) = $0.event { hash } else { nil } }.first
    let file = record.compactMap { entry -> (Int64, String)? in
      if case .file(ClientCourse.subject, let size, let hash) = entry.event { (size, hash) } else { nil }
    }.first
    if !isComplete(subject) {
      item.trouble = "it never announced that it is complete, and never said on the wire that it has all pieces"
      item.mend = "see its log, and the frames of the capture (--output keeps both)"
      item.log = log
      blameEncryption(&item)
    } else if let file, !file.1.isEmpty {
      if file.1 != right { item.trouble = "the file of \(file.0) bytes is another one" }
    } else {
      item.trouble = "it completed, but there is no such file"
      item.mend = "tell it {data} as the folder for the payload"
    }
    return item
  }

  private var seeds: CourseItem {
    var item = CourseItem(what: "seeds to a leecher, which completes")
    guard let leecher = plan.peers.first(where: { $0.role == .leecher }), !isComplete(leecher) else { return item }
    item.trouble =
      hasSpoken ? "they met, and the leecher did not complete in time" : "the two never spoke to each other"
    item.mend = "whenSeed: what it must be told to take {data}/{payloadName} for complete; see its log"
    item.log = log
    blameEncryption(&item)
    return item
  }

  /// Of peers, and to the tracker.
  private var connections: [TracedConnection] {
    trace.connections.filter { [$0.a, $0.b].contains { $0.endpoint.address == subject.address } }
  }

  private var hasSpoken: Bool { connections.contains { $0.content == .peerWire } }

  /// Who tries encryption first, and plain text then, fails for another reason.
  private func blameEncryption(_ item: inout CourseItem) {
    guard !hasSpoken, let encrypted = connections.first(where: { $0.cipher == .mse }) else { return }
    item.trouble = "its connections are encrypted (frame \(encrypted.openedFrame))"
    item.mend = "turn encryption off: native peers speak plain text only, and nothing else can be judged"
  }

  private func isComplete(_ peer: PeerPlan) -> Bool {
    if trace.announces.contains(where: { $0.source == peer.address && $0.left == 0 }) { return true }
    return outcome.reason == .complete
  }

  private func isStranger(_ address: String) -> Bool {
    address != plan.tracker?.address && !plan.peers.contains { $0.address == address }
  }

  private func time(_ isIt: (RecordEvent) -> Bool) -> SwarmInstant? { record.first { isIt($0.event) }?.at }

  private var log: [String] {
    for name in ["stderr.log", "stdout.log"] {
      let text = (try? Files.read("\(folder)/peers/\(ClientCourse.subject)/\(name)")) ?? ""
      let lines = text.split(whereSeparator: \.isNewline).suffix(8).map {
        String($0.reversed().drop(while: \.isWhitespace).reversed())
      }
      if !lines.isEmpty { return lines }
    }
    return []
  }
}
