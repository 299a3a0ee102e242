import SwarmTime

extension Judge {
  /// The verdicts of several runs of one plan, pooled by run (DEFINITIONS, Verdict).
  ///
  /// - Invariants: any run's fail is a fail; else any undecided run leaves it undecided. Faults may draw other peers in
  ///   each run: one that says nothing of a peer counts neither way, unless the check was undecided of somebody there,
  ///   or silent.
  /// - Statistics: the mean over runs with its 95 % interval (Student's t, two-sided); a fail where the interval lies
  ///   wholly below the bound (the mean of the runs' bounds, where they differ: the interval is then of how far each run is
  ///   from its own), a pass where wholly above, else undecided. Runs that measured nothing are told. A fail that measured
  ///   nothing, or is the only one that did, is a fail.
  ///
  /// Verdicts of different runs belong together when check, scope and subjects are the same (and, where a check says
  /// several things of one subject, the place among them). Evidence is the first failing run's.
  public static func pool(_ runs: [[Verdict]]) -> [Verdict] {
    guard runs.count > 1 else { return runs.first ?? [] }
    var groups: [Key: [(run: Int, verdict: Verdict)]] = [:]
    let decided = runs.map { run in
      Set(run.map(\.check)).subtracting(run.filter { $0.status == .undecided }.map(\.check))
    }
    for (number, run) in runs.enumerated() {
      var seen: [Key: Int] = [:]
      for verdict in run.sorted(by: Verdict.precedes) {
        var key = Key(check: verdict.check, scope: verdict.scope, subjects: verdict.subjects, place: 0)
        let place = seen[key, default: 0]
        seen[key] = place + 1
        key.place = place
        groups[key, default: []].append((number, verdict))
      }
    }
    return groups.map { (key, members) -> Verdict in
      let verdicts = members.map(\.verdict)
      if verdicts.contains(where: { $0.effect != nil }) { return statistic(verdicts, of: runs.count) }
      let made = Set(members.map(\.run))
      let isKnown = runs.indices.allSatisfy { made.contains($0) || decided[$0].contains(key.check) }
      return invariant(verdicts, of: runs.count, isKnown: isKnown)
    }.sorted(by: Verdict.precedes)
  }

  private struct Key: Hashable {
    var check: String
    var scope: Verdict.Scope
    var subjects: [String]
    var place: Int
  }

  /// - Parameter isKnown: of every run without such a verdict it is known why.
  private static func invariant(_ verdicts: [Verdict], of runs: Int, isKnown: Bool) -> Verdict {
    var pooled = verdicts[0]
    let n = verdicts.reduce(0) { $0 &+ $1.power.n }
    let failed = verdicts.filter { $0.status == .fail }
    let undecided = verdicts.filter { $0.status == .undecided }
    if let first = failed.first {
      pooled = first
      pooled.observed = "failed in \(failed.count) of \(Wording.count(runs, "run")); first: \(first.observed)"
    } else if let first = undecided.first {
      pooled = first
      pooled.observed = "undecided in \(undecided.count) of \(Wording.count(runs, "run")); first: \(first.observed)"
    } else if verdicts.count < runs, isKnown {
      pooled.observed = "made in \(verdicts.count) of \(runs) runs, and passed there; first: \(pooled.observed)"
    } else if verdicts.count < runs {
      pooled.status = .undecided
      pooled.reason = "made in \(verdicts.count) of \(Wording.count(runs, "run"))"
    } else {
      pooled.observed = "passed in all \(runs) runs; first: \(pooled.observed)"
    }
    pooled.power.n = n
    // Runs that were told from each other by what was expected (each has a payload of its own) are not judged by one's.
    if failed.isEmpty, verdicts.contains(where: { $0.expected != pooled.expected }) {
      pooled.expected = "in each run its own; in the first: \(pooled.expected)"
    }
    return pooled
  }

  private static func statistic(_ verdicts: [Verdict], of runs: Int) -> Verdict {
    let effects = verdicts.compactMap(\.effect)
    // No mean makes up for a fail that measured nothing, nor can there be one where a single run measured anything.
    if verdicts.contains(where: { $0.status == .fail && ($0.effect == nil || effects.count == 1) }) {
      return invariant(verdicts, of: runs, isKnown: true)
    }
    var pooled = verdicts.first { $0.status == .fail } ?? verdicts[0]
    pooled.power = .init(n: effects.count, needed: 2)
    pooled.reason = nil
    guard effects.count > 1 else {
      pooled.status = .undecided
      pooled.reason = "measured in \(effects.count) of \(Wording.count(runs, "run"))"
      return pooled
    }
    // Each run is held against its own bound, which some checks take from the run.
    let n = Double(effects.count)
    let mean = effects.reduce(0) { $0 + $1.value.value } / n
    let bound = Fixed(nearest: effects.reduce(0) { $0 + $1.atLeast.value } / n)
    let excesses = effects.map { $0.value.value - $0.atLeast.value }
    let middle = excesses.reduce(0, +) / n
    let variance = excesses.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / (n - 1)
    let half = Student.t975(degreesOfFreedom: effects.count - 1) * (variance / n).squareRoot()
    let (low, high) = (Fixed(nearest: mean - half), Fixed(nearest: mean + half))
    pooled.effect = .init(value: Fixed(nearest: mean), atLeast: bound)
    pooled.observed = "mean \(Fixed(nearest: mean)), 95 % interval \(low) to \(high), over \(effects.count) runs"
    if low >= bound {
      pooled.status = .pass
    } else if high < bound {
      pooled.status = .fail
    } else {
      pooled.status = .undecided
      pooled.reason = "the interval holds the bound \(bound)"
    }
    if effects.count < runs { pooled.observed += " of \(runs)" }
    return pooled
  }
}

/// Student's t distribution.
enum Student {
  /// The quantile 0.975, by degrees of freedom from 1 to 30; beyond that the last, which errs on the wide side.
  static func t975(degreesOfFreedom: Int) -> Double { table[max(1, min(degreesOfFreedom, table.count)) - 1] }

  private static let table = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
  ]
}
