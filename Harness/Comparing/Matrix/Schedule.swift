/// Which run comes next, and how many run side by side: as many as the machine keeps up with.
///
/// The first is alone, and shows how much of the machine a run takes. A run that comes out late is made again alone at the
/// end, up to three times in all; where it was beside others one fewer runs from then on, until so many have been in time
/// that the machine is trusted again: four at first, and twice as many after each such time.
public struct Schedule: Sendable {
  public enum Width: Hashable, Sendable {
    /// As many as their use of processors allows.
    case automatic
    case fixed(Int)
  }

  public struct Turn: Hashable, Sendable {
    public let run: PlannedRun
    /// Nothing of ours runs beside it.
    public let isAlone: Bool
  }

  /// Of the processors that others leave, what runs may take together: the rest is for their peaks.
  public static let fill = 0.7

  /// So many run side by side; nil until the first has shown what it takes.
  public private(set) var width: Int?
  /// How often a run was late and came again.
  public private(set) var repeated = 0
  /// Times that a run is made before it is taken for one that this machine cannot make.
  public static let attempts = 3
  private var made: [PlannedRun: Int] = [:]
  /// What the first has shown, which is not gone beyond.
  private var widest = 1
  /// So many must be in time before one more runs beside the others again. Doubled whenever one fewer does.
  private var patience = 2
  private var inTime = 0
  private let fixed: Int?
  private var waiting: [PlannedRun]
  private var again: [PlannedRun] = []
  private var running = 0
  private var aloneRuns = false

  public init(_ runs: [PlannedRun], width: Width) {
    waiting = runs.reversed()
    if case .fixed(let count) = width { fixed = max(1, count) } else { fixed = nil }
  }

  /// - Returns: nil where nothing can start until something has ended.
  public mutating func next() -> Turn? {
    guard !aloneRuns, running < (width ?? 1) else { return nil }
    if let run = waiting.popLast() {
      running += 1
      return Turn(run: run, isAlone: (width ?? 1) == 1)
    }
    guard running == 0, let run = again.popLast() else { return nil }
    running = 1
    aloneRuns = true
    return Turn(run: run, isAlone: true)
  }

  /// - Parameters:
  ///   - processors: that the run kept busy, in the mean; nil where that is not known.
  ///   - machine: processors that others left, the run's own use included.
  ///   - isMade: it came to a result. A run that failed does not show what a run takes.
  ///   - isEnclosed: nothing of it could have met another run: no address, no port.
  /// - Returns: whether its result counts; where not, it comes again.
  public mutating func ended(
    _ turn: Turn, isLate: Bool, processors: Double?, machine: Double, isMade: Bool = true, isEnclosed: Bool = true
  ) -> Bool {
    running -= 1
    if running == 0 { aloneRuns = false }
    if width == nil {
      let shown = isMade ? processors : nil
      widest = isEnclosed ? fixed ?? Self.width(processors: shown, machine: machine) : 1
      width = widest
    }
    adapt(isLate: isLate, wasAlone: turn.isAlone)
    made[turn.run, default: 0] += 1
    guard isLate, made[turn.run, default: 0] < Self.attempts else { return true }
    again.insert(turn.run, at: 0)
    repeated += 1
    return false
  }

  private mutating func adapt(isLate: Bool, wasAlone: Bool) {
    let present = width ?? 1
    guard !isLate else {
      inTime = 0
      guard !wasAlone, present > 1 else { return }
      width = present - 1
      patience *= 2
      return
    }
    inTime += 1
    guard present < widest, inTime >= patience else { return }
    width = present + 1
    inTime = 0
  }

  private static func width(processors: Double?, machine: Double) -> Int {
    guard let processors, processors > 0 else { return 1 }
    return max(1, Int(min(4 * machine, fill * machine / processors)))
  }
}
