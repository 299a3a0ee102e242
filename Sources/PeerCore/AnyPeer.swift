public import SwarmTime

/// One type that a shell can hold, whatever is inside: a peer that keeps the rules, or one in a decorator that does not.
public final class AnyPeer {
  private var logic: any PeerLogic & ~Copyable

  public init(_ logic: consuming any PeerLogic & ~Copyable) { self.logic = logic }

  public func handle(_ input: Input, at now: SwarmInstant, into actions: inout ActionQueue) {
    logic.handle(input, at: now, into: &actions)
  }

  /// When `.timer` is due at the latest; nil while nothing is waited for. May lie in the past.
  public var nextDeadline: SwarmInstant? { logic.nextDeadline }
}
