public import SwarmTime

/// What will be run, to the last peer: resolved from a topology and a random seed, the same for the same two.
///
/// Written as `plan.yaml` beside the capture. All times are swarm nanoseconds since zero, all rates bytes per swarm
/// second, all sizes bytes.
public struct Plan: Codable, Hashable, Sendable {
  public var schema = 1
  public var name: String
  public var description: String
  public var randomSeed: UInt64
  public var speed: Double
  /// Real seconds that a CI may expect the whole run to take; nil where the file says nothing.
  public var wallBudgetSeconds: Double?
  public var distribution: DistributionPlan
  public var payload: PayloadPlan
  /// Nil where nobody asks one: under `client-server`.
  public var tracker: TrackerPlan?
  public var peers: [PeerPlan]
  public var until: UntilPlan
  public var capture: CapturePlan
  public var checks: [CheckPlan]
  public var mustDecide: [String]
  /// What is done to the swarm, in the order of the file; each again and again in the order of time.
  public var faults: [FaultPlan]
  /// Lower bound of the distribution time, of peers or of clients and a server, with the term that decides it.
  public var bound: BoundPlan?

  public init(
    name: String, description: String, randomSeed: UInt64, speed: Double, wallBudgetSeconds: Double?,
    distribution: DistributionPlan = .peerToPeer, payload: PayloadPlan, tracker: TrackerPlan?, peers: [PeerPlan],
    until: UntilPlan, capture: CapturePlan, checks: [CheckPlan], mustDecide: [String], faults: [FaultPlan] = [],
    bound: BoundPlan?
  ) {
    self.name = name
    self.description = description
    self.randomSeed = randomSeed
    self.speed = speed
    self.wallBudgetSeconds = wallBudgetSeconds
    self.distribution = distribution
    self.payload = payload
    self.tracker = tracker
    self.peers = peers
    self.until = until
    self.capture = capture
    self.checks = checks
    self.mustDecide = mustDecide
    self.faults = faults
    self.bound = bound
  }
}

/// How the payload gets to the leechers.
public enum DistributionPlan: String, Codable, Hashable, Sendable {
  /// In a BitTorrent swarm.
  case peerToPeer = "peer-to-peer"
  /// The one seed serves it over HTTP, and each leecher downloads all of it from there.
  case clientServer = "client-server"
}

extension Plan {
  /// The peer that serves the others over HTTP; nil in a swarm.
  public var server: PeerPlan? { distribution == .clientServer ? peers.first { $0.role == .seed } : nil }

  /// Where it serves the payload.
  public var payloadURL: String? { server.map { "http://\($0.address):\($0.port)/\(payload.name)" } }

  /// Whether addresses are of 10.0.0.0/8 instead of 127.0.0.0/8.
  public var usesPrivateRange: Bool { (tracker?.address ?? peers.first?.address ?? "").hasPrefix("10.") }
}

/// The file that is distributed: bytes drawn from a random seed of its own.
public struct PayloadPlan: Codable, Hashable, Sendable {
  /// Name of the file in the torrent.
  public var name: String
  public var sizeBytes: Int64
  public var pieceLengthBytes: Int64
  public var randomSeed: UInt64

  /// 0 for a payload of which nothing is known.
  public var pieceCount: Int {
    pieceLengthBytes > 0 ? Int((sizeBytes + pieceLengthBytes - 1) / pieceLengthBytes) : 0
  }

  public init(name: String, sizeBytes: Int64, pieceLengthBytes: Int64, randomSeed: UInt64) {
    self.name = name
    self.sizeBytes = sizeBytes
    self.pieceLengthBytes = pieceLengthBytes
    self.randomSeed = randomSeed
  }
}

/// When the run is over: the condition, or the deadline if that comes first.
public struct UntilPlan: Codable, Hashable, Sendable {
  public enum Condition: String, Codable, Hashable, Sendable {
    /// Every peer that is expected to complete has.
    case complete
    /// Nothing but the deadline.
    case time
  }
  public var condition: Condition
  /// Swarm time since zero.
  public var within: SwarmDuration

  public init(condition: Condition, within: SwarmDuration) {
    self.condition = condition
    self.within = within
  }
}

public struct CapturePlan: Codable, Hashable, Sendable {
  public enum Keep: String, Codable, Hashable, Sendable {
    /// As captured.
    case full
    /// Payload of piece messages zeroed in place while it is captured, then gzip: small, every offset and time unchanged.
    case scrubbed
    case none
  }
  public var keep: Keep
  /// Bytes of capture file at which the capture ends, with a hole to the end of the run; nil is no bound.
  public var atMostBytes: Int64?

  public init(keep: Keep, atMostBytes: Int64?) {
    self.keep = keep
    self.atMostBytes = atMostBytes
  }
}

/// A check to be made, with all its parameters, defaults included; values as the check's own table reads them
/// (durations in nanoseconds, sizes in bytes, rates in bytes per second).
public struct CheckPlan: Codable, Hashable, Sendable {
  public var name: String
  public var parameters: [String: PlannedValue]

  public init(name: String, parameters: [String: PlannedValue]) {
    self.name = name
    self.parameters = parameters
  }
}

/// A scalar in the plan.
public enum PlannedValue: Codable, Hashable, Sendable {
  case text(String)
  case flag(Bool)
  case integer(Int64)
  case number(Double)

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(PlainNumber(value))
    }
  }
}

/// A distribution-time bound: peer to peer, max{F/u_s, F/d_min, N F / (u_s + sum u_i)}; client and server,
/// max{N F / u_s, F / d_min}.
public struct BoundPlan: Codable, Hashable, Sendable {
  public var duration: SwarmDuration
  /// `seed` (F/u_s), `server` (N F / u_s), `download` (F/d_min) or `aggregate` (N F / (u_s + sum u_i)): the largest term.
  public var decidedBy: String

  public init(duration: SwarmDuration, decidedBy: String) {
    self.duration = duration
    self.decidedBy = decidedBy
  }
}
