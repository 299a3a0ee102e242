import Planning
import SwarmTime

/// What was found of a run.
public struct Judgement: Sendable {
  /// Sorted by check, subjects and expectation.
  public let verdicts: [Verdict]
  public let metrics: Metrics
  /// What it was judged by, for whoever draws it.
  public let scene: Scene

  public init(verdicts: [Verdict], metrics: Metrics, scene: Scene) {
    self.verdicts = verdicts
    self.metrics = metrics
    self.scene = scene
  }

  /// The content of `metrics.json`.
  public var metricsJSON: String { metrics.json.text }

  /// The content of `verdicts.json`.
  public var verdictsJSON: String {
    CanonicalJSON.object(["schema": .integer(1), "verdicts": .list(verdicts.map(\.json))]).text
  }

  /// One line for each check, by name: what its verdicts come to.
  public var summaries: [CheckSummary] { CheckSummary.all(of: verdicts) }

  /// 1: a check failed, beyond what clients are known to. 2: a check of `mustDecide` (or any, where `undecidedFails`) is undecided or was not made. 0: else.
  public func exitStatus(mustDecide: [String], undecidedFails: Bool) -> Int32 {
    Self.exitStatus(of: verdicts, mustDecide: mustDecide, undecidedFails: undecidedFails)
  }

  /// The same of any verdicts, sorted by check, such as those that several runs come to together.
  public static func exitStatus(of verdicts: [Verdict], mustDecide: [String], undecidedFails: Bool) -> Int32 {
    let summaries = CheckSummary.all(of: verdicts)
    if summaries.contains(where: { $0.outcome == .fail }) { return 1 }
    if undecidedFails, summaries.contains(where: { $0.outcome == .undecided }) { return 2 }
    let decided = Set(summaries.filter { $0.outcome != .undecided }.map(\.check))
    return mustDecide.allSatisfy { decided.contains($0) } ? 0 : 2
  }
}

/// What the verdicts of one check come to: the gravest outcome among them.
public struct CheckSummary: Hashable, Sendable {
  public let check: String
  public let kind: Verdict.Kind
  public private(set) var passed = 0
  /// Fails that no known deviation covers.
  public private(set) var failed = 0
  public private(set) var deviated = 0
  public private(set) var undecided = 0
  /// The first verdict of the outcome that the whole check has: the one to quote.
  public private(set) var headline: Verdict?

  init(check: String, kind: Verdict.Kind) {
    self.check = check
    self.kind = kind
  }

  /// - Parameter verdicts: Sorted by check.
  static func all(of verdicts: [Verdict]) -> [CheckSummary] {
    var summaries: [CheckSummary] = []
    for verdict in verdicts {
      if summaries.last?.check != verdict.check {
        summaries.append(CheckSummary(check: verdict.check, kind: verdict.kind))
      }
      summaries[summaries.count - 1].add(verdict)
    }
    return summaries
  }

  public var outcome: Verdict.Outcome {
    failed > 0 ? .fail : undecided > 0 ? .undecided : deviated > 0 ? .deviates : .pass
  }

  mutating func add(_ verdict: Verdict) {
    switch verdict.outcome {
    case .pass: passed += 1
    case .deviates: deviated += 1
    case .fail: failed += 1
    case .undecided: undecided += 1
    }
    if headline?.outcome != outcome, verdict.outcome == outcome { headline = verdict }
  }
}

extension Verdict {
  /// As it stands in `verdicts.json`: times in swarm nanoseconds, keys sorted, absent values null.
  public var json: CanonicalJSON {
    .object([
      "check": .text(check),
      "kind": .text(kind.rawValue),
      "status": .text(status.rawValue),
      "scope": .text(scope.rawValue),
      "subjects": .list(subjects.map { .text($0) }),
      "parameters": .object(parameters.mapValues { CanonicalJSON($0) }),
      "expected": .text(expected),
      "observed": .text(observed),
      "power": .object(["n": .integer(Int64(power.n)), "needed": .integer(Int64(power.needed))]),
      "evidence": .list(evidence.map(\.json)),
      "reason": CanonicalJSON(reason),
      "knownDeviation": knownDeviation.map {
        .object(["reason": .text($0.reason), "where": .text($0.source)])
      } ?? .null,
      "effect": effect.map { .object(["value": .decimal($0.value), "atLeast": .decimal($0.atLeast)]) } ?? .null,
    ])
  }
}

extension Evidence {
  var json: CanonicalJSON {
    .object([
      "t": .integer(t.nanoseconds),
      "frame": CanonicalJSON(frame.map(Int64.init)),
      "peers": .list(peers.map { .text($0) }),
      "text": .text(text),
    ])
  }
}
