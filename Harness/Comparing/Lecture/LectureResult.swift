/// What one run of the lecture's example came to.
public struct LectureResult: Codable, Hashable, Sendable {
  public enum System: String, Codable, Hashable, Sendable, CaseIterable {
    case clientServer = "client-server"
    case peerToPeer = "peer-to-peer"
  }

  public var system: System
  /// N.
  public var peers: Int
  public var randomSeed: UInt64
  /// Swarm nanoseconds; nil where somebody did not complete.
  public var makespan: Int64?
  public var bound: Int64
  /// Of the whole plan, `RunResult.digest`: another topology or speed is another run. Nil in files from before it was kept.
  public var plan: String?
  /// Checks that failed, and those that had to be decided and were not: a machine that did not keep up.
  public var failed: [String]
  public var undecided: [String]

  public init(
    system: System, peers: Int, randomSeed: UInt64, makespan: Int64?, bound: Int64, plan: String? = nil,
    failed: [String], undecided: [String]
  ) {
    self.system = system
    self.peers = peers
    self.randomSeed = randomSeed
    self.makespan = makespan
    self.bound = bound
    self.plan = plan
    self.failed = failed
    self.undecided = undecided
  }

  /// Whether the run shows something: it was judged whole.
  public var isSound: Bool { makespan != nil && undecided.isEmpty }
  public var seconds: Double? { makespan.map { Double($0) / 1e9 } }
  public var efficiency: Double? { makespan.map { Double(bound) / Double($0) } }
}
