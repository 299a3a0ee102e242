import Synchronization

/// Whether the peer ended since it could not go on; set on its event loop, read after its end.
final class FirstFailure: Sendable {
  private let flag = Atomic(false)
  func happened() { flag.store(true, ordering: .releasing) }
  var hasHappened: Bool { flag.load(ordering: .acquiring) }
}
