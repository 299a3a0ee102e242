import Synchronization

/// What is derived of each peer once somebody asks for it, and then kept: checks, metrics and pictures look at the same.
///
/// The lock is not held while it derives, so that others go on; two that derive at once derive the same.
final class Kept<Value: Sendable>: Sendable {
  private let values: Mutex<[Value?]>

  /// - Parameter count: of the peers that may be asked for.
  init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }

  func value(of peer: Int, _ derive: () -> Value) -> Value {
    if let known = values.withLock({ $0[peer] }) { return known }
    let derived = derive()
    values.withLock { $0[peer] = derived }
    return derived
  }
}
