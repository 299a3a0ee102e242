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
  /// Swarm nanoseconds to the end of a run in which somebody did not complete: its makespan is longer. Nil in others, and
  /// in files from before it was kept.
  public var seen: Int64?
  public var bound: Int64
  /// Of the whole plan, `RunResult.digest`: another topology or speed is another run. Nil in files from before it was kept.
  public var plan: String?
  /// Checks that failed, and those that had to be decided and were not: a machine that did not keep up.
  public var failed: [String]
  public var undecided: [String]

  public init(
    system: System, peers: Int, randomSeed: UInt64, makespan: Int64?, seen: Int64? = nil, bound: Int64,
    plan: String? = nil, failed: [String], undecided: [String]
  ) {
    self.system = system
    self.peers = peers
    self.randomSeed = randomSeed
    self.makespan = makespan
    self.seen = makespan == nil ? seen : nil
    self.bound = bound
    self.plan = plan
    self.failed = failed
    self.undecided = undecided
  }

  /// Whether the run shows something: it was judged whole. That somebody did not complete is something: if only runs in
  /// which all did were kept, the mean would be that of the lucky ones.
  public var isSound: Bool { (makespan ?? seen) != nil && undecided.isEmpty }
  /// Whether `seconds` and `efficiency` are what it came to; otherwise it is slower and less than they say.
  public var isOver: Bool { makespan != nil }
  public var seconds: Double? { (makespan ?? seen).map { Double($0) / 1e9 } }
  public var efficiency: Double? { (makespan ?? seen).map { Double(bound) / Double($0) } }
}
