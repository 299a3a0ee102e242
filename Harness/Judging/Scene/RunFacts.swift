import Dissection
public import Planning
public import Recording
public import SwarmTime

/// What the record says of a run, by place in the plan.
public struct RunFacts: Hashable, Sendable {
  public struct Exit: Hashable, Sendable {
    public var at: SwarmInstant
    public var code: Int32?
    public var signal: Int32?
    public var wasOrdered: Bool
  }

  /// A process of a peer.
  public struct Life: Hashable, Sendable {
    public var start: SwarmInstant
    /// Nil where the record does not say that it ended.
    public var end: SwarmInstant?
  }

  public struct FinishedFile: Hashable, Sendable {
    public var sizeBytes: Int64
    /// Hex.
    public var sha256: String
  }

  public struct CaptureTotals: Hashable, Sendable {
    public var frames: Int64
    public var dropped: Int64
    public var wasCutShort: Bool
  }

  /// By place in the plan.
  public private(set) var joined: [SwarmInstant?]
  private let plannedUploads: [Int64?]
  private let plannedDownloads: [Int64?]
  /// By id of a partition, as the plan names them.
  private let otherSides: [String: [String]]
  /// How each peer ended: the first death that nobody ordered, else the last end.
  public private(set) var exits: [Exit?]
  /// By place in the plan, in the order of time: a peer that comes back is a process anew.
  public private(set) var lives: [[Life]]
  /// When each peer was told to leave and did not come back since, where its process may live on outside of the swarm:
  /// of one that leaves by itself the end is on record.
  public private(set) var leaves: [SwarmInstant?]
  private let leavesByItself: [Bool]
  public private(set) var files: [FinishedFile?]
  public private(set) var trackerExit: Exit?
  /// Hex.
  public private(set) var payloadSHA256: String?
  /// SHA-256 of so many first bytes of the payload, hex, where somebody wants no more.
  public private(set) var prefixSHA256: [Int64: String] = [:]
  /// 20 bytes.
  public private(set) var infoHash: [UInt8]?
  public private(set) var capture: CaptureTotals?
  /// Worst lateness of the lab's own timer after zero, in real nanoseconds; nil where there is no heartbeat.
  public private(set) var worstLatenessNanoseconds: Int64?
  /// The longest that a thread of the swarm waited for one turn on a processor after zero, in real nanoseconds; nil where
  /// the record does not say.
  public private(set) var longestWaitNanoseconds: Int64?
  /// The longest but one, over the stretches between two beats: a wait that happened more than once.
  public private(set) var repeatedWaitNanoseconds: Int64?
  /// Highest share of time in which some process waited for a processor, in per mille.
  public private(set) var worstPressurePerMille: Int?
  /// When and by what the run ended; nil where the record does not say.
  public private(set) var end: End?

  /// Faults that struck somebody, in the order of time.
  public private(set) var faults: [Struck] = []
  /// Changes of address, in the order of time.
  public private(set) var moves: [Move] = []
  /// Changes of declared limits, in the order of time.
  public private(set) var rateChanges: [RateChange] = []

  public struct Struck: Hashable, Sendable {
    public var id: String
    public var kind: FaultPlan.Kind
    public var at: SwarmInstant
    /// Nil for what was never healed.
    public var healedAt: SwarmInstant?
    /// By place in the plan; none for the tracker.
    public var peers: [Int]
    /// The other side of a partition, by place in the plan.
    public var others: [Int] = []

    func touches(_ peer: Int) -> Bool { peers.contains(peer) || others.contains(peer) }

    func isInForce(at instant: SwarmInstant) -> Bool { at <= instant && instant < healedAt ?? .distantFuture }
  }

  public struct Move: Hashable, Sendable {
    public var peer: Int
    public var from: String
    public var to: String
    public var at: SwarmInstant
  }

  public struct RateChange: Hashable, Sendable {
    public var peer: Int
    public var at: SwarmInstant
    /// Bytes per swarm second; nil is as before.
    public var upload: Int64?
    public var download: Int64?
    /// Bytes; nil beside a rate where the record does not say.
    public var uploadBurst: Int64?
    public var downloadBurst: Int64?
  }

  public struct End: Hashable, Sendable {
    public var at: SwarmInstant
    /// `complete`, `deadline`, `death`, `interrupted`, `timedOut` or `failed`.
    public var reason: String
  }

  public init(plan: Plan, record: [RecordEntry]) {
    plannedUploads = plan.peers.map { $0.upload?.bytesPerSecond }
    plannedDownloads = plan.peers.map { $0.download?.bytesPerSecond }
    leavesByItself = plan.peers.map { $0.onComplete.action == .leave }
    otherSides = Dictionary(plan.faults.map { ($0.id, $0.others) }) { first, _ in first }
    joined = Array(repeating: nil, count: plan.peers.count)
    exits = Array(repeating: nil, count: plan.peers.count)
    lives = Array(repeating: [], count: plan.peers.count)
    leaves = joined
    files = Array(repeating: nil, count: plan.peers.count)
    var places: [String: Int] = [:]
    for (place, peer) in plan.peers.enumerated() { places[peer.name] = place }
    for entry in record { add(entry, places) }
  }

  /// Of a capture without a record: which torrent is judged, and that nobody counted what was dropped; what is missing
  /// from the streams shows.
  init(_ strangers: Strangers, trace: Trace) {
    plannedUploads = strangers.peers.map { _ in nil }
    plannedDownloads = plannedUploads
    leavesByItself = strangers.peers.map { _ in false }
    otherSides = [:]
    joined = Array(repeating: nil, count: strangers.peers.count)
    exits = Array(repeating: nil, count: strangers.peers.count)
    lives = Array(repeating: [], count: strangers.peers.count)
    leaves = joined
    files = Array(repeating: nil, count: strangers.peers.count)
    infoHash = strangers.infoHash
    capture = CaptureTotals(frames: trace.coverage.frames, dropped: 0, wasCutShort: false)
  }

  private mutating func add(_ entry: RecordEntry, _ places: [String: Int]) {
    switch entry.event {
    case .spawned(let process, _):
      guard let place = places[process] else { return }
      lives[place].append(Life(start: entry.at))
      comeBack(place, entry.at)
    case .joined(let peer):
      guard let place = places[peer] else { return }
      joined[place] = joined[place] ?? entry.at
      comeBack(place, entry.at)
    case .leaveOrdered(let peer):
      if let place = places[peer], !leavesByItself[place] { leaves[place] = entry.at }
    case .exited(let process, let code, let signal, let ordered):
      let exit = Exit(at: entry.at, code: code, signal: signal, wasOrdered: ordered)
      if let place = places[process] {
        if lives[place].last.map({ $0.end != nil }) ?? true {
          lives[place].append(Life(start: lives[place].last?.end ?? .distantPast))
        }
        lives[place][lives[place].count - 1].end = entry.at
        // A death that nobody ordered is not made good by a later life.
        if exits[place]?.wasOrdered != false { exits[place] = exit }
      } else if process == "tracker" {
        trackerExit = exit
      }
    case .fault(let id, let kind, let peers, let isHealing):
      guard let kind = FaultPlan.Kind(rawValue: kind) else { return }
      if isHealing {
        guard let place = faults.lastIndex(where: { $0.id == id && $0.healedAt == nil }) else { return }
        faults[place].healedAt = entry.at
      } else {
        faults.append(
          Struck(
            id: id, kind: kind, at: entry.at, peers: peers.compactMap { places[$0] },
            others: otherSides[id, default: []].compactMap { places[$0] }))
      }
    case .addressChanged(let peer, let from, let to):
      if let place = places[peer] { moves.append(Move(peer: place, from: from, to: to, at: entry.at)) }
    case .rateChanged(let peer, let upload, let download, let uploadBurst, let downloadBurst):
      guard let place = places[peer] else { return }
      rateChanges.append(
        RateChange(
          peer: place, at: entry.at, upload: upload, download: download, uploadBurst: uploadBurst,
          downloadBurst: downloadBurst))
    case .file(let peer, let size, let sha256):
      if let place = places[peer] { files[place] = FinishedFile(sizeBytes: size, sha256: sha256.lowercased()) }
    case .prefix(let size, let sha256): prefixSHA256[size] = sha256.lowercased()
    case .payload(let sha256, let hash):
      payloadSHA256 = sha256.lowercased()
      infoHash = Self.bytes(hex: hash)
    case .heartbeat(let lateness, let pressure, let wait):
      // Before zero processes are being spawned, after the end files are hashed: nobody is judged by either.
      guard entry.at > .zero, end == nil else { return }
      worstLatenessNanoseconds = max(worstLatenessNanoseconds ?? 0, lateness)
      if let wait { note(wait: wait) }
      if let pressure { worstPressurePerMille = max(worstPressurePerMille ?? 0, pressure) }
    case .capture(let frames, _, let dropped, let cutShort):
      capture = CaptureTotals(frames: frames, dropped: dropped, wasCutShort: cutShort)
    case .ended(let reason): end = End(at: entry.at, reason: reason)
    default: break
    }
  }

  private mutating func comeBack(_ place: Int, _ at: SwarmInstant) {
    if let left = leaves[place], left <= at { leaves[place] = nil }
  }

  /// How the run was cut short before then; nil for one that went its course. Nobody knows what would have come of it.
  func cut(before deadline: SwarmInstant) -> String? {
    guard let end, end.at < deadline else { return nil }
    let how: String
    switch end.reason {
    case "interrupted": how = "was interrupted"
    case "timedOut": how = "reached its hard limit of real time"
    case "failed": how = "failed"
    default: return nil
    }
    return "the run \(how) at \(Wording.seconds(end.at))"
  }

  /// When the process of a peer ended that was there at an instant, or came next; nil where its end is not on record.
  func endOfLife(_ peer: Int, after instant: SwarmInstant) -> SwarmInstant? {
    guard peer < lives.count else { return nil }
    return lives[peer].first { ($0.end ?? .distantFuture) > instant }?.end
  }

  /// When a peer ended that did not come back by then; nil for one that is there, and where its end is not on record.
  func endOfLastLife(_ peer: Int, by instant: SwarmInstant) -> SwarmInstant? {
    guard peer < lives.count else { return nil }
    return lives[peer].last { $0.start <= instant }?.end
  }

  /// What holds a peer out of the swarm then, by order: it is away, stopped or cut off; nil for one that nothing does.
  func absence(of peer: Int, at instant: SwarmInstant) -> Struck? {
    faults.last {
      [.leave, .kill, .restart, .pause, .isolate].contains($0.kind) && $0.peers.contains(peer)
        && $0.isInForce(at: instant)
    }
  }

  /// Whether a partition stands between two then.
  func isParted(_ a: Int, _ b: Int, at instant: SwarmInstant) -> Bool {
    faults.contains { fault in
      fault.kind == .partition && fault.isInForce(at: instant)
        && (fault.peers.contains(a) && fault.others.contains(b) || fault.peers.contains(b) && fault.others.contains(a))
    }
  }

  private mutating func note(wait: Int64) {
    let longest = longestWaitNanoseconds ?? 0
    repeatedWaitNanoseconds = max(repeatedWaitNanoseconds ?? 0, min(longest, wait))
    longestWaitNanoseconds = max(longest, wait)
  }

  /// When a fault had a peer keep another upload limit than the plan's; disjoint and by start.
  func changedUploads(of peer: Int, until end: SwarmInstant) -> [Span] {
    var spans: [Span] = []
    let changes = rateChanges.filter { $0.peer == peer && $0.upload != nil }
    // What a change sets back to the plan's rate is the end of one.
    for (place, change) in changes.enumerated() {
      let next = place + 1 < changes.count ? changes[place + 1].at : end
      if change.at < next, change.upload != plannedUploads[peer] {
        spans.append(Span(start: change.at, end: next, startFrame: 0))
      }
    }
    return spans
  }

  /// The download limit that a peer was to keep then, bytes per swarm second; nil for none.
  func download(of peer: Int, at instant: SwarmInstant) -> Int64? {
    rateChanges.last { $0.peer == peer && $0.at <= instant && $0.download != nil }?.download ?? plannedDownloads[peer]
  }

  /// The lowest upload limit that a peer ever had, bytes per swarm second; nil for none.
  func leastUpload(of peer: Int) -> Int64? {
    ([plannedUploads[peer]] + rateChanges.map { $0.peer == peer ? $0.upload : nil }).compactMap { $0 }.min()
  }

  /// Bytes that a peer's upload limits allow over a stretch; nil where the plan has none for it, and beyond 64 bits.
  func uploadCapacity(of peer: Int, from start: SwarmInstant, to end: SwarmInstant) -> Int64? {
    guard var rate = plannedUploads[peer] else { return nil }
    var (at, sum) = (start, Int64(0))
    for change in rateChanges where change.peer == peer && change.at < end {
      guard let next = change.upload else { continue }
      if change.at > at {
        guard let part = Self.bytes(at: rate, over: change.at - at) else { return nil }
        (at, sum) = (change.at, sum + part)
      }
      rate = next
    }
    return Self.bytes(at: rate, over: end - at).map { sum + $0 }
  }

  private static func bytes(at rate: Int64, over time: SwarmDuration) -> Int64? {
    let (high, low) = rate.multipliedFullWidth(by: max(0, time.nanoseconds))
    return high == 0 ? Int64(exactly: low / 1_000_000_000) : nil
  }

  private static func bytes(hex: String) -> [UInt8]? {
    let digits = Array(hex.utf8)
    guard digits.count == 40 else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: 40, by: 2) {
      guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
