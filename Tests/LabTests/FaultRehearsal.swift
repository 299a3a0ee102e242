import Lab
import Planning
import SwarmTime

/// A run with a hand-moved clock and no processes.
struct FaultRehearsal {
  var logic: RunLogic
  var now: Int64 = 1_000_000_000
  var actions: [RunLogic.Action] = []

  /// A seed and two leechers, all there from the start.
  init(
    _ faults: [FaultPlan], limitedBy: PeerPlan.LimitedBy = .client, _ change: (inout Plan) -> Void = { _ in },
    spawning isSpawned: (String) -> Bool = { _ in true }
  ) {
    var plan = Plans.swarm([
      Plans.peer(0, name: "seed", role: .seed),
      Plans.peer(
        1, name: "a", upload: LimitPlan(bytesPerSecond: 1000, burstBytes: 40_000),
        download: LimitPlan(bytesPerSecond: 2000, burstBytes: 50_000), limitedBy: limitedBy),
      Plans.peer(2, name: "b"),
    ])
    plan.faults = faults
    change(&plan)
    logic = RunLogic(plan: plan)
    give(.begin)
    for name in ["tracker", "seed", "a", "b"] where isSpawned(name) {
      give(.spawned(name, processID: 1))
      give(.listening(name))
    }
  }

  mutating func give(_ input: RunLogic.Input) {
    logic.handle(input, at: now)
    actions = logic.takeActions()
  }

  /// Moves the clock to so many seconds after zero, through every deadline before.
  @discardableResult mutating func go(to seconds: Int64) -> [RunLogic.Action] {
    var all: [RunLogic.Action] = []
    let end = 1_000_000_000 + seconds * 1_000_000_000
    while let due = logic.nextDeadline, due <= end, now < end {
      now = max(now, due)
      give(.timer)
      all += actions
      if due == logic.nextDeadline { break }
    }
    now = end
    give(.timer)
    return all + actions
  }
}

/// A fault of the only number.
func fault(
  _ kind: FaultPlan.Kind, at: Double? = 5, when: FaultPlan.Condition? = nil, _ peers: [String] = ["a"],
  lasts: SwarmDuration? = nil
) -> FaultPlan {
  FaultPlan(id: "1", kind: kind, at: at.map { .seconds($0) }, when: when, peers: peers, lasts: lasts)
}
