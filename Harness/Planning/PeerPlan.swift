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
  /// Checks that its client is known to fail; nil for none.
  public var knownDeviations: [KnownDeviation]?

  public enum LimitedBy: String, Codable, Hashable, Sendable { case client, kernel, none }

  public init(
    name: String, group: String, index: Int, role: Role, address: String, port: Int, randomSeed: UInt64,
    client: ClientPlan, profile: Profile?, upload: LimitPlan?, download: LimitPlan?, limitedBy: LimitedBy,
    arrivesAt: SwarmInstant, onComplete: OnComplete, expectedToComplete: Bool,
    knownDeviations: [KnownDeviation]? = nil
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
    self.knownDeviations = knownDeviations
  }
}

/// Which program is the peer.
public struct ClientPlan: Codable, Hashable, Sendable {
  /// `native`, or `command` for a program given inline.
  public var kind: Kind
  /// The command line with its placeholders still in it; empty for `native`.
  public var command: [String]
  /// Added to the command's environment.
  public var environment: [String: String]
  /// Choking algorithm and settings of a native peer.
  public var choking: ChokingPlan?
  /// A rule that the peer breaks; nil for an honest one. Any client can be made to break those of rates, where the
  /// kernel limits it.
  public var misbehaviour: MisbehaviourPlan?
  /// Whether a native peer exchanges addresses with others (BEP 11).
  public var exchangesPeers: Bool

  public enum Kind: String, Codable, Hashable, Sendable { case native, command }

  public init(
    kind: Kind, command: [String] = [], environment: [String: String] = [:], choking: ChokingPlan? = nil,
    misbehaviour: MisbehaviourPlan? = nil, exchangesPeers: Bool = false
  ) {
    self.kind = kind
    self.command = command
    self.environment = environment
    self.choking = choking
    self.misbehaviour = misbehaviour
    self.exchangesPeers = exchangesPeers
  }
}

public struct ChokingPlan: Codable, Hashable, Sendable {
  public var algorithm: String
  /// Regular upload slots.
  public var slots: Int
  public var optimisticSlots: Int
  public var optimisticChoice: Profile.OptimisticChoice

  public init(
    algorithm: String, slots: Int, optimisticSlots: Int, optimisticChoice: Profile.OptimisticChoice = .draw
  ) {
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
