import Reporting

/// What runs came to, a line for each in a file: made once, and read again by who goes on.
public final class LectureBook {
  public private(set) var results: [LectureResult] = []
  private let path: String

  /// Throws `FileFault`. A line that was broken off counts for nothing.
  public init(path: String) throws {
    self.path = path
    guard Files.exists(path) else { return }
    for line in try Files.read(path).split(separator: "\n") {
      if let result = LectureResult(line: String(line)) { keep(result) }
    }
  }

  /// Whether there is a run of that plan that shows something.
  public func has(_ system: LectureResult.System, _ peers: Int, _ randomSeed: UInt64, plan: String) -> Bool {
    results.contains { $0.isSameRun(system, peers, randomSeed) && $0.plan == plan && $0.isSound }
  }

  /// The last of the same run counts. Throws `FileFault`.
  public func add(_ result: LectureResult) throws {
    keep(result)
    try LineFile.append(result.line, to: path)
  }

  private func keep(_ result: LectureResult) {
    results.removeAll { $0.isSameRun(result.system, result.peers, result.randomSeed) }
    results.append(result)
  }
}

extension LectureResult {
  fileprivate func isSameRun(_ system: System, _ peers: Int, _ randomSeed: UInt64) -> Bool {
    self.system == system && self.peers == peers && self.randomSeed == randomSeed
  }
}
