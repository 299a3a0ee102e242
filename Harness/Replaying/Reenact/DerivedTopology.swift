import TopologyFile

/// The topology of a workload, as text: an ordinary file, which anybody may change and run.
public struct DerivedTopology: Sendable {
  public let text: String
  /// What the format cannot say, or the capture did not show; in the file's comments too.
  public let notes: [String]

  /// - Parameters:
  ///   - name: of the swarm.
  ///   - client: the name of the client that plays a peer, by the front of its peer id; nil for our own peer.
  ///   - algorithm: by which our own peer chokes in a client's place, by the front of its peer id; nil for as it always does.
  ///   - standIns: notes on whom it stands in for.
  public init(
    _ workload: Workload, name: String, speed: Double, standIns: [String] = [], client: (String) -> String?,
    algorithm: (String) -> String? = { _ in nil }
  ) {
    var workload = workload
    var notes = Self.notes(workload) + standIns
    if let place = Self.substitute(in: workload) {
      workload.peers[place].isSeed = true
      workload.peers[place].completes = nil
      notes.append(
        "nobody was seen to have everything from the start: \(workload.peers[place].address), which had most, has it here"
      )
    }
    let digits = "\(workload.peers.count)".count
    let names = workload.peers.indices.map { index in
      let number = "\(index + 1)"
      return "peer-" + String(repeating: "0", count: max(0, digits - number.count)) + number
    }
    let length = Self.pieceLength(workload)
    if length != workload.pieceLength {
      notes.append("pieces of \(workload.pieceLength) bytes became pieces of \(length): the format has powers of two")
    }
    let clients = workload.peers.map { client($0.client) }
    let peers = Wording.count(workload.peers.count, "peer")
    var lines = ["name: \(name)", "description: Derived from a capture of \(peers)."]
    lines += ["randomSeed: 1", "speed: \(clients.contains { $0 != nil } ? "1" : Self.number(speed))"]
    let size = min(max(length, workload.size), TopologyLimits.maximumPieces * length, Self.mostBytes)
    if size < workload.size { notes.append("the payload's size: \(workload.size) bytes became \(size)") }
    lines += ["payload: {size: \(size) B, pieceLength: \(length) B}"]
    lines += ["tracker: {announceInterval: 30 s}", "peers:"]
    for (index, peer) in workload.peers.enumerated() {
      lines.append("  # \(peer.address)\(peer.client.isEmpty ? "" : ", peer id \(peer.client)…")")
      lines.append(
        "  \(names[index]): {\(Self.settings(peer, workload, clients[index], algorithm(peer.client)).joined(separator: ", "))}"
      )
    }
    let faults = zip(names, workload.peers).flatMap { Self.faults($0, $1, workload) }
    if !faults.isEmpty { lines += ["faults:"] + faults.sorted { $0.at < $1.at }.map { "  - \($0.text)" } }
    // Whoever arrives and whatever is done must come before the end.
    let latest = (workload.peers.map(\.arrives) + faults.map { $0.at }).max() ?? 0
    let stayed = workload.peers.filter { !$0.isSeed && Self.lastEnd($0, workload) == nil }
    if !stayed.isEmpty, stayed.allSatisfy({ $0.completes != nil }) {
      let last = stayed.compactMap(\.completes).max() ?? workload.duration
      lines.append("until: {complete: all, within: \(Self.time(max(last * 2 + 60, latest + 1)))}")
    } else {
      lines.append("until: {time: \(Self.time(max(1, workload.duration, latest + 0.1)))}")
    }
    lines += ["capture: {keep: scrubbed}", "checks: [integrity, protocol-conformance]"]
    self.notes = notes
    text = (["# Derived from a capture. What it could not take over:"] + notes.map { "# - \($0)" } + lines + [""])
      .joined(separator: "\n")
  }

  /// Who takes the place of a seed where there is none: without a full copy nobody could complete.
  private static func substitute(in workload: Workload) -> Int? {
    guard !workload.peers.contains(where: \.isSeed) else { return nil }
    let most = workload.peers.map(\.piecesAtStart).max() ?? 0
    return workload.peers.firstIndex { $0.piecesAtStart == most }
  }

  private static func notes(_ workload: Workload) -> [String] {
    var notes = [
      "contents: a payload of the same shape is generated",
      "rates are the most that was seen (sent over 20 s, received over 1 s): a limit that was never reached looks lower",
    ]
    if !workload.isMeasureExact {
      notes.append(
        "the torrent's measure, but what messages name of it: \(Wording.count(workload.pieceCount, "piece")); --torrent "
          + "tells it")
    }
    let partial = workload.peers.filter { !$0.isSeed && $0.piecesAtStart > 0 }
    if !partial.isEmpty {
      let some = partial.prefix(8).map { "\($0.address) with \($0.piecesAtStart)" }.joined(separator: ", ")
      notes.append(
        "pieces at the start: \(Wording.count(partial.count, "leecher")) began with some of \(workload.pieceCount) "
          + "(\(some)); here with none"
      )
    }
    return notes
  }

  private static func settings(
    _ peer: Workload.Peer, _ workload: Workload, _ client: String?, _ algorithm: String?
  ) -> [String] {
    var settings: [String] = []
    if peer.isSeed { settings.append("role: seed") }
    if let client {
      let slots =
        client == "libtorrent" && peer.mostSlots > 0 ? ", options: {slots: \(min(peer.mostSlots, mostSlots))}" : ""
      settings.append("client: {name: \(client)\(slots)}")
    } else {
      var choking = algorithm.map { ["algorithm: \($0)"] } ?? []
      if peer.mostSlots > 1 { choking.append("slots: \(min(peer.mostSlots - 1, mostSlots))") }
      if !choking.isEmpty { settings.append("choking: {\(choking.joined(separator: ", "))}") }
    }
    // A peer that sent nothing was not asked, or sent nothing on purpose: the file can say neither.
    settings.append("upload: \(rate(peer.upload))")
    settings.append("download: \(rate(peer.download))")
    settings.append("arrive: {at: \(time(peer.arrives))}")
    if let leaves = lastEnd(peer, workload), let completes = peer.completes, leaves >= completes {
      let stays = leaves - completes
      settings.append("onComplete: " + (stays < 1 ? "leave" : "{seed: \(time(stays))}"))
    }
    return settings
  }

  private static func faults(
    _ name: String, _ peer: Workload.Peer, _ workload: Workload
  ) -> [(at: Double, text: String)] {
    var faults: [(at: Double, text: String)] = []
    for (session, next) in zip(peer.sessions, peer.sessions.dropFirst()) {
      let gap = next.lowerBound - session.upperBound
      let at = max(session.upperBound, peer.arrives + 0.1)
      faults.append((at, "{at: \(time(at)), leave: {peers: \(name), rejoinAfter: \(time(gap))}}"))
    }
    if let leaves = lastEnd(peer, workload), !peer.isSeed || leaves > 0, peer.completes.map({ leaves < $0 }) ?? true {
      let at = max(leaves, peer.arrives + 0.1)
      faults.append((at, "{at: \(time(at)), leave: {peers: \(name)}}"))
    }
    // Each needs another of the addresses of the peer's net.
    for at in peer.addressChanges.prefix(mostMoves) {
      faults.append((at, "{at: \(time(at)), changeAddress: {peers: \(name)}}"))
    }
    return faults
  }

  /// When it was gone for good; nil for who stayed to the end.
  private static func lastEnd(_ peer: Workload.Peer, _ workload: Workload) -> Double? {
    guard let last = peer.sessions.last, last.upperBound < workload.duration - Workload.absence else { return nil }
    return last.upperBound
  }

  /// The power of two nearest to the recorded length, and within the format's bounds.
  private static func pieceLength(_ workload: Workload) -> Int64 {
    var length: Int64 = 16384
    let most = TopologyLimits.maximumPieceLengthBytes
    while length * 2 <= most && abs(length * 2 - workload.pieceLength) <= abs(length - workload.pieceLength) {
      length *= 2
    }
    // The nearest may be the smaller one, and make too many pieces.
    while length * 2 <= most && workload.size > TopologyLimits.maximumPieces * length { length *= 2 }
    return length
  }

  /// What the format takes of each: bytes of a payload, slots, and changes of address.
  private static let mostBytes: Int64 = 1 << 40
  private static let mostSlots = 1000
  private static let mostMoves = 253

  private static func rate(_ bytesPerSecond: Double) -> String { "\(max(1024, Int64(bytesPerSecond.rounded()))) B/s" }
  private static func time(_ seconds: Double) -> String { "\(Int64((max(0, seconds) * 1000).rounded())) ms" }
  private static func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int64(value))" : "\(value)"
  }
}
