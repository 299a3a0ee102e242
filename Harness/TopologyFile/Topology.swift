public import SwarmTime

/// A swarm as its topology file describes it: every value read, checked and completed with its default. `Planner` makes
/// a `Plan` of it.
public struct Topology: Hashable, Sendable {
  /// Path of the file, as diagnostics name it.
  public var file: String
  public var name: String
  public var description: String
  public var randomSeed: UInt64
  /// Swarm seconds for each real second.
  public var speed: Double
  /// Real time that a CI may expect the whole run to take.
  public var wallBudget: SwarmDuration?
  public var distribution: Distribution
  public var payload: Payload
  public var tracker: Tracker
  /// In the order of the file, which is the order of the plan.
  public var groups: [PeerGroup]
  public var until: Until
  /// Whether peers and tracker live in 10.0.0.0/8 instead of 127.0.0.0/8.
  public var usesPrivateAddresses: Bool
  public var capture: Capture
  public var checks: [ChosenCheck]
  public var mustDecide: [String]
  public var faults: [Fault]
  /// Where values were written, by path (`peers.leecher.arrive`, `checks.completion`): for what only planning or the run
  /// finds.
  public var places: [String: Place]

  /// How the payload gets to the leechers.
  public enum Distribution: String, Hashable, Sendable, CaseIterable {
    /// A BitTorrent swarm.
    case peerToPeer = "peer-to-peer"
    /// The one seed serves it over HTTP; each leecher downloads all of it from there.
    case clientServer = "client-server"
  }

  public struct Payload: Hashable, Sendable {
    public var name: String
    public var sizeBytes: Int64
    public var pieceLengthBytes: Int64

    package init(name: String, sizeBytes: Int64, pieceLengthBytes: Int64) {
      self.name = name
      self.sizeBytes = sizeBytes
      self.pieceLengthBytes = pieceLengthBytes
    }
  }

  public struct Tracker: Hashable, Sendable {
    /// How peers speak to it.
    public enum Transport: String, Hashable, Sendable, CaseIterable { case http, udp, both }
    public enum Program: String, Hashable, Sendable, CaseIterable { case native, opentracker }
    public var program: Program
    public var transport: Transport
    /// What peers are told; nil where the program decides it itself.
    public var announceInterval: SwarmDuration?

    package init(program: Program, transport: Transport, announceInterval: SwarmDuration?) {
      self.program = program
      self.transport = transport
      self.announceInterval = announceInterval
    }
  }

  /// The end: when all that should be complete are, or a time; in swarm time since zero.
  public enum Until: Hashable, Sendable {
    case complete(within: SwarmDuration)
    case time(SwarmDuration)

    public var end: SwarmDuration {
      switch self {
      case .complete(let within): within
      case .time(let time): time
      }
    }
  }

  public struct Capture: Hashable, Sendable {
    public enum Keep: String, Hashable, Sendable, CaseIterable { case full, scrubbed, none }
    public var keep: Keep
    public var atMostBytes: Int64?

    package init(keep: Keep, atMostBytes: Int64?) {
      self.keep = keep
      self.atMostBytes = atMostBytes
    }
  }

  /// A check to be made, with all its parameters, defaults included.
  public struct ChosenCheck: Hashable, Sendable {
    public var name: String
    public var parameters: [String: ParameterValue]
  }

  /// Where the value at a path was written, or the nearest section that was.
  public func place(_ path: String) -> Place {
    var path = Substring(path)
    while !path.isEmpty {
      if let place = places[String(path)] { return place }
      path = path.lastIndex(of: ".").map { path[..<$0] } ?? ""
    }
    return Place(line: 1, column: 1)
  }
}
