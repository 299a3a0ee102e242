/// What `swarmlab` says to whoever called it. Part of the command line's contract.
public enum ExitState: Int32, Sendable, CaseIterable {
  /// No check failed, and every check of `mustDecide` passed.
  case passed = 0
  case failed = 1
  /// A check of `mustDecide` is undecided; with `--undecided fail`, any check.
  case undecided = 2
  /// Usage, an invalid topology, or a client that cannot be executed (`EX_USAGE` of sysexits.h).
  case usage = 64
  /// A fault of the harness itself (`EX_SOFTWARE`).
  case fault = 70
  /// The environment lacks something (`EX_TEMPFAIL`).
  case environment = 75
  /// The hard limit of `--timeout` was reached, as with timeout(1).
  case timedOut = 124
  /// 128 + SIGHUP: the terminal is gone.
  case hungUp = 129
  /// 128 + SIGINT.
  case interrupted = 130
  /// 128 + SIGTERM.
  case terminated = 143

  /// One state for several runs: an interrupt, else the first of 70, 64, 75, 1, 2, 124, 0 that occurs.
  public static func of(_ states: [ExitState]) -> ExitState {
    let order: [ExitState] = [
      .interrupted, .terminated, .hungUp, .fault, .usage, .environment, .failed, .undecided, .timedOut, .passed,
    ]
    return order.first(where: states.contains) ?? .passed
  }
}
