import PeerCore
import SwarmTime

/// A way of breaking the protocol, by changing what goes into a peer and what comes out of it.
protocol Rule: Sendable {
  /// Changes an input on its way in.
  mutating func change(_ input: Input, at now: SwarmInstant) -> Input
  /// Puts out an action, or something in its place; what is appended to `inputs` is told to the peer next.
  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input])
  /// Does what the rule's own deadline was for.
  mutating func act(at now: SwarmInstant, into actions: inout ActionQueue)
  var nextDeadline: SwarmInstant? { get }
}

extension Rule {
  mutating func change(_ input: Input, at now: SwarmInstant) -> Input { input }
  mutating func perform(
    _ action: Action, at now: SwarmInstant, into actions: inout ActionQueue, telling inputs: inout [Input]
  ) {
    actions.append(action)
  }
  mutating func act(at now: SwarmInstant, into actions: inout ActionQueue) {}
  var nextDeadline: SwarmInstant? { nil }
}

/// A peer within a rule that breaks the protocol. The peer itself knows nothing of it.
struct Decorated<Breaking: Rule, Inner: PeerLogic & ~Copyable>: ~Copyable, PeerLogic {
  private var inner: Inner
  private var rule: Breaking
  private var produced = ActionQueue()

  init(inner: consuming Inner, rule: Breaking) {
    self.inner = inner
    self.rule = rule
  }

  mutating func handle(_ input: Input, at now: SwarmInstant, into actions: inout ActionQueue) {
    var inputs = [rule.change(input, at: now)]
    var place = 0
    while place < inputs.count {
      inner.handle(inputs[place], at: now, into: &produced)
      place += 1
      for action in produced.actions { rule.perform(action, at: now, into: &actions, telling: &inputs) }
      produced.actions.removeAll(keepingCapacity: true)
    }
    rule.act(at: now, into: &actions)
  }

  var nextDeadline: SwarmInstant? {
    guard let due = rule.nextDeadline else { return inner.nextDeadline }
    return inner.nextDeadline.map { min($0, due) }
  }
}

/// Counts occasions: every n-th is taken.
struct EveryNth: Sendable {
  private let n: Int
  private var seen = 0
  init(_ n: Int) { self.n = n }
  mutating func isNow() -> Bool {
    seen += 1
    return seen % n == 0
  }
}
