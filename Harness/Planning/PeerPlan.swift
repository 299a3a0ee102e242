public import SwarmTime

/// One peer of the plan.
public struct PeerPlan: Codable, Hashable, Sendable {
  public enum Role: String, Codable, Hashable, Sendable { case seed, leecher }

  /// `seed`, or `leecher-03`: the group's name, zero-padded where the group has more than one.
  public var name: String
  public var group: String
  /// Place in the plan, from 0; decides the address.
  public var index: Int
  public var role: Role
  /// Address of incarnation 0; later ones differ in the last byte.
  public var address: String
  public var port: Int
  public var randomSeed: UInt64
  public var client: ClientPlan
  /// What the judge holds the peer against; nil for a client of which nothing is known.
  public var profile: Profile?
  public var upload: LimitPlan?
  public var download: LimitPlan?
  /// Where the limits are put in force.
  public var limitedBy: LimitedBy
  /// When the lab sends `join`, since zero.
  public var arrivesAt: SwarmInstant
  public var onComplete: OnComplete
  /// Whether `completion` expects it: a leecher that is not told to leave before.
  public var expectedToComplete: Bool
  /// Pieces that it fetches, from the first on, and is complete with; nil for all.
  public var wantedPieces: Int?
  /// Checks that its client is known to fail; nil for none.
  public var knownDeviations: [KnownDeviation]?

  public enum LimitedBy: String, Codable, Hashable, Sendable { case client, kernel, both, none }

  /// Whether token buckets of the kernel stand around it.
  public var isLimitedByKernel: Bool { limitedBy == .kernel || limitedBy == .both }
  /// Whether it is told its limits.
  public var isLimitedByClient: Bool { limitedBy == .client || limitedBy == .both }

  public init(
    name: String, group: String, index: Int, role: Role, address: String, port: Int, randomSeed: UInt64,
    client: ClientPlan, profile: Profile?, upload: LimitPlan?, download: LimitPlan?, limitedBy: LimitedBy,
    arrivesAt: SwarmInstant, onComplete: OnComplete, expectedToComplete: Bool,
    wantedPieces: Int? = nil, knownDeviations: [KnownDeviation]? = nil
  ) {
    self.name = name
    self.group = group
    self.index = index
    self.role = role
    self.address = address
    self.port = port
    self.randomSeed = randomSeed
    self.client = client
    self.profile = profile
    self.upload = upload
    self.download = download
    self.limitedBy = limitedBy
    self.arrivesAt = arrivesAt
    self.onComplete = onComplete
    self.expectedToComplete = expectedToComplete
    self.wantedPieces = wantedPieces
    self.knownDeviations = knownDeviations
  }
}

/// Which program is the peer.
public struct ClientPlan: Codable, Hashable, Sendable {
  /// `native`, or `command` for any other program.
  public var kind: Kind
  /// Name of a client that came from a client file; nil for `native` and for a command of the topology's own.
  public var name: String?
  /// The command line for this very peer; what depends on where the run lies is still a placeholder. Empty for `native`.
  public var command: [String]
  /// Added to the command's environment.
  public var environment: [String: String]
  /// Written below the peer's own folder before it starts.
  public var files: [PlannedFile]
  /// What shows that it is there, and how it is stopped.
  public var manners: Manners
  /// Whether its outgoing connections come from its own address; if not, it gets a network namespace of its own.
  public var isBound: Bool
  /// How a person gets it; empty where nothing is known.
  public var install: String
  /// Choking algorithm and settings of a native peer.
  public var choking: ChokingPlan?
  /// Whether a native peer offers BEP 6.
  public var offersFast: Bool
  /// A rule that the peer breaks; nil for an honest one. Any client can be made to break those of rates, where the
  /// kernel limits it.
  public var misbehaviour: MisbehaviourPlan?
  /// Whether a native peer exchanges addresses with others (BEP 11).
  public var exchangesPeers: Bool

  public enum Kind: String, Codable, Hashable, Sendable { case native, command }

  public init(
    kind: Kind, name: String? = nil, command: [String] = [], environment: [String: String] = [:],
    files: [PlannedFile] = [], manners: Manners = Manners(), isBound: Bool = true, install: String = "",
    choking: ChokingPlan? = nil, offersFast: Bool = true, misbehaviour: MisbehaviourPlan? = nil,
    exchangesPeers: Bool = false
  ) {
    self.offersFast = offersFast
    self.name = name
    self.files = files
    self.manners = manners
    self.isBound = isBound
    self.install = install
    self.kind = kind
    self.command = command
    self.environment = environment
    self.choking = choking
    self.misbehaviour = misbehaviour
    self.exchangesPeers = exchangesPeers
  }
}

/// A file that a foreign client finds in its folder; path and text are templates.
public struct PlannedFile: Codable, Hashable, Sendable {
  /// Below `{home}`.
  public var path: String
  public var text: String?
  /// Path of the file that it is a copy of, where there is no text.
  public var copy: String?

  public init(path: String, text: String? = nil, copy: String? = nil) {
    self.path = path
    self.text = text
    self.copy = copy
  }
}

/// What shows that a foreign client is there, and how it is stopped.
public struct Manners: Codable, Hashable, Sendable {
  /// A regular expression that a line of its output matches once it is there; nil where it is when its socket listens.
  public var readyOutput: String?
  /// Real seconds from its start.
  public var readyWithinSeconds: Double
  /// `TERM`, `INT`, `QUIT`, `HUP` or `KILL`.
  public var stopSignal: String
  /// Real seconds after which it is killed.
  public var stopWithinSeconds: Double

  public init(
    readyOutput: String? = nil, readyWithinSeconds: Double = 10, stopSignal: String = "TERM",
    stopWithinSeconds: Double = 3
  ) {
    self.readyOutput = readyOutput
    self.readyWithinSeconds = readyWithinSeconds
    self.stopSignal = stopSignal
    self.stopWithinSeconds = stopWithinSeconds
  }
}

public struct ChokingPlan: Codable, Hashable, Sendable {
  public var algorithm: String
  /// Regular upload slots.
  public var slots: Int
  public var optimisticSlots: Int
  public var optimisticChoice: Profile.OptimisticChoice
  /// Whom a seed serves; nil for an algorithm without a choice of that.
  public var seedRule: Profile.SeedRule?

  public init(
    algorithm: String, slots: Int, optimisticSlots: Int, optimisticChoice: Profile.OptimisticChoice = .draw,
    seedRule: Profile.SeedRule? = nil
  ) {
    self.seedRule = seedRule
    self.optimisticChoice = optimisticChoice
    self.algorithm = algorithm
    self.slots = slots
    self.optimisticSlots = optimisticSlots
  }
}

/// A misbehaviour by name, and how strong a dose (its unit is the misbehaviour's own).
public struct MisbehaviourPlan: Codable, Hashable, Sendable {
  public var name: String
  public var dose: Double

  public init(name: String, dose: Double) {
    self.name = name
    self.dose = dose
  }
}

/// A token bucket: what a peer is declared to keep to, and is judged by.
public struct LimitPlan: Codable, Hashable, Sendable {
  /// Bytes per swarm second; for a native peer these are stream bytes of the peer wire.
  public var bytesPerSecond: Int64
  /// Bytes; default max(64 KiB, rate * 1 s).
  public var burstBytes: Int64

  public init(bytesPerSecond: Int64, burstBytes: Int64? = nil) {
    self.bytesPerSecond = bytesPerSecond
    self.burstBytes = burstBytes ?? max(65536, bytesPerSecond)
  }
}

/// What a leecher does once it is complete.
public struct OnComplete: Codable, Hashable, Sendable {
  public enum Action: String, Codable, Hashable, Sendable { case leave, seed }
  public var action: Action
  /// With `seed`: how long it seeds before it leaves; nil is to the end.
  public var duration: SwarmDuration?

  public init(action: Action, duration: SwarmDuration? = nil) {
    self.action = action
    self.duration = duration
  }
}
