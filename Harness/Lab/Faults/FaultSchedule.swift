import Planning
import SwarmTime

/// Which faults are still to come, and what of them is still to be healed. Swarm time; knows nothing of processes.
struct FaultSchedule: Sendable {
  enum Step: Hashable, Sendable {
    case begin(FaultPlan)
    case heal(FaultPlan)
  }

  /// The last is next; of equal ones the plan's first is. A run may have very many, and takes them from here one by one.
  private var due: [(at: SwarmInstant, step: Step)]
  /// Whose condition has not been met yet.
  private(set) var waiting: [FaultPlan]
  /// Due, but for somebody who is not there yet and will be in a moment.
  private var held: [(at: SwarmInstant, step: Step)] = []

  init(_ faults: [FaultPlan]) {
    waiting = faults.filter { $0.at == nil && $0.when != nil }
    let dated = faults.compactMap { fault in fault.at.map { (at: $0, step: Step.begin(fault)) } }
    let order = dated.indices.sorted { (dated[$0].at, $0) > (dated[$1].at, $1) }
    due = order.map { dated[$0] }
  }

  var isEmpty: Bool { due.isEmpty && waiting.isEmpty && held.isEmpty }
  var next: SwarmInstant? { due.last?.at }
  /// Whether the traffic of seeds must be looked at.
  var awaitsSeedCopies: Bool { waiting.contains { $0.when?.seedCopiesPerMille != nil } }

  /// What is to be done by now; its healing is entered, counted from when it was due: a lab that is late is late once.
  ///
  /// - Parameter beginners: Peers that are just being started. What is to strike a process of theirs begins once they are
  ///   there, at another call.
  mutating func take(at now: SwarmInstant, holdingFor beginners: Set<String>) -> [Step] {
    for one in held { insert(one.at, one.step) }
    held = []
    var steps: [Step] = []
    while let first = due.last, first.at <= now {
      due.removeLast()
      if case .begin(let fault) = first.step, !fault.kind.isCut, fault.peers.contains(where: beginners.contains) {
        held.append(first)
        continue
      }
      steps.append(first.step)
      if case .begin(let fault) = first.step, let lasts = fault.lasts { insert(first.at + lasts, .heal(fault)) }
    }
    return steps
  }

  /// Faults whose condition holds become due.
  mutating func see(complete: Int, seedCopiesPerMille: Int64, at now: SwarmInstant) {
    func isMet(_ fault: FaultPlan) -> Bool {
      if let wanted = fault.when?.complete { return complete >= wanted }
      return fault.when?.seedCopiesPerMille.map { seedCopiesPerMille >= $0 } ?? false
    }
    let met = waiting.filter(isMet)
    guard !met.isEmpty else { return }
    waiting.removeAll(where: isMet)
    for fault in met { insert(now, .begin(fault)) }
  }

  private mutating func insert(_ at: SwarmInstant, _ step: Step) {
    // Behind all that are due before or at the same time, which are those at the end.
    let place = due.lastIndex { $0.at > at }.map { $0 + 1 } ?? 0
    due.insert((at, step), at: place)
  }
}
