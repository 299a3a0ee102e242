public import Dissection
public import Planning
public import Recording

/// Plan, record and capture in, verdicts and metrics out: the same for a live run and for a replay of its folder.
public enum Judge {
  /// Makes every check that the plan names.
  public static func judge(plan: Plan, record: [RecordEntry], trace: Trace) -> Judgement {
    judge(Scene(plan: plan, record: record, trace: trace))
  }

  /// A capture without plan and record: what packets alone can show.
  ///
  /// - Parameter plan: as `Strangers.plan` makes it.
  public static func judge(_ strangers: Strangers, plan: Plan, trace: Trace) -> Judgement {
    judge(Scene(strangers, plan: plan, trace: trace))
  }

  public static func judge(_ scene: Scene) -> Judgement {
    Judgement(verdicts: verdicts(of: scene.plan.checks, on: scene), metrics: Metrics(scene), scene: scene)
  }

  /// The verdicts of these checks, sorted; a check named twice is made twice.
  public static func verdicts(of checks: [CheckPlan], on scene: Scene) -> [Verdict] {
    let known = KnownDeviations(scene.plan)
    return checks.flatMap { verdicts(of: $0, on: scene) }.sorted(by: Verdict.precedes).map { verdict in
      var verdict = verdict
      verdict.knownDeviation = known.covering(verdict)
      return verdict
    }
  }

  private static func verdicts(of planned: CheckPlan, on scene: Scene) -> [Verdict] {
    guard let check = CheckCatalogue.named(planned.name) else {
      return [
        Verdict(
          check: planned.name, kind: .invariant, status: .undecided, scope: .swarm, subjects: [],
          parameters: planned.parameters, expected: "a check of this name", observed: "there is none",
          power: .init(n: 0, needed: 1), reason: "this version has no check named \(planned.name)")
      ]
    }
    return verdicts(of: check.init(), Parameters(planned.parameters, specs: check.parameters), on: scene)
  }

  private static func verdicts<C: Check>(of check: C, _ parameters: Parameters, on scene: Scene) -> [Verdict] {
    func undecided(_ reason: String) -> [Verdict] {
      [
        check.verdict(
          .undecided, scope: .swarm, subjects: [], parameters: parameters, expected: C.summary, observed: "not judged",
          power: .init(n: 0, needed: 1), reason: reason)
      ]
    }
    let needs = C.needs(parameters).sorted { $0.rawValue < $1.rawValue }
    let lacks = needs.compactMap { need in scene.lack(of: need).map { (need: need, reason: $0) } }
    if let lack = lacks.first(where: { !$0.need.withholdsOnlyPass }) {
      let isForeign = lack.need == .sidecar && scene.strangers != nil
      return undecided(isForeign ? "no plan beside the capture: nobody says \(C.learnsFromPlan)" : lack.reason)
    }
    do {
      var verdicts = try check.judge(scene, parameters)
      if verdicts.isEmpty { return undecided("there was nothing to judge") }
      if let lack = lacks.first {
        for index in verdicts.indices where verdicts[index].status == .pass {
          verdicts[index].status = .undecided
          verdicts[index].reason = lack.reason
        }
      }
      return verdicts
    } catch {
      return undecided("\(error)")
    }
  }
}

extension Verdict {
  /// By check, then by whom it is about, then by what was expected: the order in `verdicts.json`.
  static func precedes(_ a: Verdict, _ b: Verdict) -> Bool {
    if a.check != b.check { return a.check < b.check }
    if a.subjects != b.subjects { return a.subjects.lexicographicallyPrecedes(b.subjects) }
    if a.expected != b.expected { return a.expected < b.expected }
    return a.observed < b.observed
  }
}
