public import SwarmTime

/// Something that is done to the swarm while it runs: one entry of `faults`.
public struct Fault: Hashable, Sendable {
  public var moment: Moment
  public var action: Action
  /// Where it stands, as diagnostics name it: `faults[0]`.
  public var path: String

  package init(moment: Moment, action: Action, path: String) {
    self.moment = moment
    self.action = action
    self.path = path
  }

  /// When it happens, in swarm time since the first peer joins.
  public enum Moment: Hashable, Sendable {
    case at(SwarmDuration)
    /// Again and again; nil is to the end of the run.
    case every(SwarmDuration, from: SwarmDuration, until: SwarmDuration?)
    case when(Condition)
  }

  /// What the lab sees on the wire, and waits for.
  public enum Condition: Hashable, Sendable {
    /// The seeds have sent so many times the payload's bytes.
    case seedCopies(Double)
    /// So many leechers are complete.
    case complete(Int)
  }

  public enum Action: Hashable, Sendable {
    /// In good order: the tracker hears of it, and connections are closed.
    case leave(Targets, rejoinAfter: SwarmDuration?)
    /// SIGKILL.
    case kill(Targets)
    /// SIGKILL, and a new process on the same data.
    case restart(Targets, after: SwarmDuration, hasNewPeerID: Bool)
    /// SIGSTOP, then SIGCONT.
    case pause(Targets, for: SwarmDuration)
    /// Each of them leaves and comes back, over and over.
    case churn(Targets, session: Lifetime, off: Lifetime)
    /// The same, for the times of a trace.
    case follow(Targets, SessionTrace)
    /// Abrupt: the old address goes silent, without a FIN or a reset.
    case changeAddress(Targets, isAbrupt: Bool, hasNewPeerID: Bool)
    /// Nil is as before.
    case changeRate(Targets, upload: Limit?, download: Limit?, for: SwarmDuration?)
    /// Nothing goes between these peers and those that match `from`; nil is everybody else.
    case partition(Targets, from: String?, for: SwarmDuration?)
    /// Nothing goes between these peers and anybody, the tracker included.
    case isolate(Targets, for: SwarmDuration?)
    /// Every connection of these peers is reset at both ends.
    case resetConnections(Targets)
    /// Their disks have no room left.
    case fullDisk(Targets, for: SwarmDuration?)
    /// SIGKILL, and after a time a new process that knows nobody.
    case stopTracker(for: SwarmDuration?)
    case trackerError(TrackerAnswer, for: SwarmDuration?)
  }

  /// Another token bucket than the one before.
  public struct Limit: Hashable, Sendable {
    /// Bytes per swarm second.
    public var bytesPerSecond: Int64
    /// Bytes; nil is as at a peer's start, the larger of 64 KiB and one second's worth.
    public var burstBytes: Int64?

    package init(bytesPerSecond: Int64, burstBytes: Int64? = nil) {
      self.bytesPerSecond = bytesPerSecond
      self.burstBytes = burstBytes
    }
  }

  /// What a tracker in trouble says.
  public enum TrackerAnswer: Hashable, Sendable {
    /// HTTP status 500, over UDP an error.
    case serverError
    /// What is no answer.
    case garbage
    /// The right answer, so much later.
    case late(SwarmDuration)
  }

  /// Whom it strikes: peers whose names match, or some of them, by lot.
  public struct Targets: Hashable, Sendable {
    /// A name in which `*` stands for any text, `?` for one character.
    public var pattern: String
    public var pick: Pick

    package init(pattern: String, pick: Pick) {
      self.pattern = pattern
      self.pick = pick
    }
  }

  public enum Pick: Hashable, Sendable {
    case all
    case count(Int)
    /// Above 0 and up to 100, rounded up to a whole peer.
    case percent(Double)

    /// How many of so many.
    public func number(of count: Int) -> Int {
      switch self {
      case .all: count
      case .count(let number): min(number, count)
      // Multiplied first: of 7 % as 0.07 a hundred would be a little more than seven.
      case .percent(let percent): min(count, Int((percent * Double(count) / 100).rounded(.up)))
      }
    }
  }

  /// How long a peer stays, or stays away.
  public enum Lifetime: Hashable, Sendable {
    case fixed(SwarmDuration)
    case exponential(mean: SwarmDuration)
    /// Below a shape of 1 most stay shortly and a few for long, which is what was measured of BitTorrent peers
    /// (Stutzbach and Rejaie 2006: shapes from 0.34 to 0.59).
    case weibull(scale: SwarmDuration, shape: Double)
  }

  /// Nil for what strikes nobody in particular.
  public var targets: Targets? {
    switch action {
    case .leave(let targets, _), .kill(let targets), .restart(let targets, _, _), .pause(let targets, _),
      .churn(let targets, _, _), .follow(let targets, _), .changeAddress(let targets, _, _),
      .changeRate(let targets, _, _, _),
      .partition(let targets, _, _), .isolate(let targets, _), .resetConnections(let targets),
      .fullDisk(let targets, _):
      targets
    case .stopTracker, .trackerError: nil
    }
  }
}

/// Names by pattern: `leecher-*`, `peer-0?`.
public enum NamePattern {
  public static func matches(_ pattern: String, _ name: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let name = Array(name.utf8)
    // The usual two pointers: after a star, the place to go back to.
    var (p, n, star, mark) = (0, 0, -1, 0)
    while n < name.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        (star, mark) = (p, n)
        p += 1
      } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n] {
        (p, n) = (p + 1, n + 1)
      } else if star >= 0 {
        mark += 1
        (p, n) = (star + 1, mark)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
