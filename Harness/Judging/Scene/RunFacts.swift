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
  public private(set) var exits: [Exit?]
  public private(set) var files: [FinishedFile?]
  public private(set) var trackerExit: Exit?
  /// Hex.
  public private(set) var payloadSHA256: String?
  /// 20 bytes.
  public private(set) var infoHash: [UInt8]?
  public private(set) var capture: CaptureTotals?
  /// Worst lateness of the lab's own timer after zero, in real nanoseconds; nil where there is no heartbeat.
  public private(set) var worstLatenessNanoseconds: Int64?
  /// Highest share of time in which some process waited for a processor, in per mille.
  public private(set) var worstPressurePerMille: Int?
  /// When and by what the run ended; nil where the record does not say.
  public private(set) var end: End?

  public struct End: Hashable, Sendable {
    public var at: SwarmInstant
    /// `complete`, `deadline`, `death`, `interrupted`, `timedOut` or `failed`.
    public var reason: String
  }

  public init(plan: Plan, record: [RecordEntry]) {
    joined = Array(repeating: nil, count: plan.peers.count)
    exits = Array(repeating: nil, count: plan.peers.count)
    files = Array(repeating: nil, count: plan.peers.count)
    var places: [String: Int] = [:]
    for (place, peer) in plan.peers.enumerated() { places[peer.name] = place }
    for entry in record { add(entry, places) }
  }

  private mutating func add(_ entry: RecordEntry, _ places: [String: Int]) {
    switch entry.event {
    case .joined(let peer):
      if let place = places[peer] { joined[place] = joined[place] ?? entry.at }
    case .exited(let process, let code, let signal, let ordered):
      let exit = Exit(at: entry.at, code: code, signal: signal, wasOrdered: ordered)
      if let place = places[process] { exits[place] = exit } else if process == "tracker" { trackerExit = exit }
    case .file(let peer, let size, let sha256):
      if let place = places[peer] { files[place] = FinishedFile(sizeBytes: size, sha256: sha256.lowercased()) }
    case .payload(let sha256, let hash):
      payloadSHA256 = sha256.lowercased()
      infoHash = Self.bytes(hex: hash)
    case .heartbeat(let lateness, let pressure):
      // Before zero processes are being spawned, after the end files are hashed: nobody is judged by either.
      guard entry.at > .zero, end == nil else { return }
      worstLatenessNanoseconds = max(worstLatenessNanoseconds ?? 0, lateness)
      if let pressure { worstPressurePerMille = max(worstPressurePerMille ?? 0, pressure) }
    case .capture(let frames, _, let dropped, let cutShort):
      capture = CaptureTotals(frames: frames, dropped: dropped, wasCutShort: cutShort)
    case .ended(let reason): end = End(at: entry.at, reason: reason)
    default: break
    }
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
