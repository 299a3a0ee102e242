public import SwarmTime

/// Peers that are alike: one entry of `peers`.
public struct PeerGroup: Hashable, Sendable {
  public enum Role: String, Hashable, Sendable, CaseIterable { case seed, leecher }
  /// Where limits are put in force: by the client itself, by the kernel around it, or by both.
  public enum LimitedBy: String, Hashable, Sendable, CaseIterable { case client, kernel, both }

  public var name: String
  public var role: Role
  public var count: Int
  /// Bytes per swarm second; nil is unlimited.
  public var upload: Int64?
  public var download: Int64?
  /// Bytes; nil is the default, max(64 KiB, rate * 1 s).
  public var uploadBurst: Int64?
  public var downloadBurst: Int64?
  public var limitedBy: LimitedBy
  public var arrival: Arrival
  public var onComplete: OnCompletion
  public var client: Client
  /// Of a native client.
  public var choking: Choking
  /// Whether native peers offer BEP 6.
  public var offersFast = true
  public var misbehaviour: Misbehaviour?
  /// Of a native client: peer exchange (BEP 11).
  public var exchangesPeers = false
  /// Of a native leecher: the share of the pieces that it fetches, from the first on; above 0, at most 1.
  public var wants = 1.0

  /// When the peers of the group join, since zero.
  public enum Arrival: Hashable, Sendable {
    case at(SwarmDuration)
    /// The first at `from`, each next one a period later.
    case every(SwarmDuration, from: SwarmDuration)
    /// A Poisson process that begins at `from`, with this mean time between arrivals.
    case poisson(meanInterval: SwarmDuration, from: SwarmDuration)
    /// All within this time after `from`, uniformly; zero is all at once.
    case flashCrowd(within: SwarmDuration, from: SwarmDuration)
  }

  public enum OnCompletion: Hashable, Sendable {
    case leave
    /// Nil is to the end of the run.
    case seed(for: SwarmDuration?)
  }

  public enum Client: Hashable, Sendable {
    case native
    case foreign(ChosenClient)

    public var isNative: Bool { self == .native }
    public var foreign: ChosenClient? { if case .foreign(let chosen) = self { chosen } else { nil } }
  }

  public struct Choking: Hashable, Sendable {
    public var algorithm: String
    public var slots: Int
    public var optimisticSlots: Int
    /// One of `NativeClient.optimisticChoices`.
    public var optimisticChoice: String
    /// One of `NativeClient.seedRules`.
    public var seedRule: String

    package init(
      algorithm: String, slots: Int, optimisticSlots: Int, optimisticChoice: String = "draw",
      seedRule: String = "round-robin"
    ) {
      self.optimisticChoice = optimisticChoice
      self.seedRule = seedRule
      self.algorithm = algorithm
      self.slots = slots
      self.optimisticSlots = optimisticSlots
    }
  }

  public struct Misbehaviour: Hashable, Sendable {
    public var name: String
    public var dose: Double

    package init(name: String, dose: Double) {
      self.name = name
      self.dose = dose
    }
  }

  /// Name of member `index` (from 0): the group's own where it is alone, else `leecher-03`, padded to the width of the
  /// last number and to two digits at least.
  public func peerName(_ index: Int) -> String {
    guard count > 1 else { return name }
    let number = String(index + 1)
    let width = max(2, String(count).count)
    return "\(name)-\(String(repeating: "0", count: width - number.count))\(number)"
  }

  /// When the last member joins; nil where a draw decides.
  public var lastArrival: SwarmDuration? {
    switch arrival {
    case .at(let time): time
    case .every(let period, let from):
      SwarmDuration(
        nanoseconds: Int64(
          clamping: Int128(from.nanoseconds) + Int128(period.nanoseconds) * Int128(count - 1)))
    case .flashCrowd(let within, let from): from + within
    case .poisson: nil
    }
  }
}
