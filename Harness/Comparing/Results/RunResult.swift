/// What is kept of one run of a comparison: a line of `results.jsonl`.
public struct RunResult: Hashable, Sendable, Codable {
  /// One more with each change of a line's form or of what a metric means: what was kept before is made again.
  public static let schema = 3

  public var schema = Self.schema
  /// Paths and values that were varied.
  public var setting: [Setting.Value]
  public var randomSeed: UInt64
  /// Of the whole plan; another one is another swarm.
  public var plan: String
  /// Whom some setting of the comparison strikes, `Struck.digest`: the others are the spared of `values`. Nil for nobody.
  public var struck: String?
  public var values: [String: MetricValue]
  /// Why the run ended: `complete`, `deadline`, `timedOut`, …
  public var ended: String
  /// Real milliseconds after which a hard limit cut it off; nil where none did.
  public var cutAfter: Int64?
  /// The machine did not keep up, with the swarm's clock or with the capture, however often the run was made alone.
  public var isLate: Bool
  /// Checks that failed.
  public var failed: [String]
  /// The run's folder, from the comparison's.
  public var folder: String

  public init(
    setting: Setting, randomSeed: UInt64, plan: String, struck: String? = nil, values: [String: MetricValue],
    ended: String, cutAfter: Int64? = nil, isLate: Bool, failed: [String], folder: String
  ) {
    self.setting = setting.values
    self.randomSeed = randomSeed
    self.plan = plan
    self.struck = struck
    self.values = values
    self.ended = ended
    self.cutAfter = cutAfter
    self.isLate = isLate
    self.failed = failed
    self.folder = folder
  }

  /// Whether both say the same of the same run: the later counts.
  func replaces(_ other: RunResult) -> Bool {
    setting == other.setting && randomSeed == other.randomSeed && struck == other.struck
  }

  /// Whether the same run may come to more now: the machine may have less to do, or the run has more time.
  ///
  /// - Parameter limit: the hard limit of each run, in real milliseconds; nil for none.
  public func mayComeToMore(within limit: Int64?) -> Bool {
    isLate || cutAfter.map { cut in limit.map { $0 > cut } ?? true } ?? false
  }

  /// Tells plans apart: FNV-1a over the text, in hexadecimal digits.
  public static func digest(of text: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
