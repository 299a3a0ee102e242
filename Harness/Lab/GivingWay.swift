#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Who gives way to whom: a swarm's processes to the lab, and what may wait (judging) to both.
///
/// On a machine that is too small the swarm becomes slow, which is seen, instead of the capture losing frames, after which
/// nothing could be judged. And where runs go on side by side, one that is over does not hold up the others: measured, a
/// peer had waited up to a second for its turn while another run was judged; and half a second where judging gave way as
/// much as peers do, and no more.
package enum GivingWay {
  /// Of a swarm's processes.
  package static let niceness: Int32 = 10
  /// Of what may wait.
  private static let patience: Int32 = 19

  /// From now on the calling thread gives way to the lab, as a swarm's processes do.
  package static func begin() { take(niceness) }

  private static func take(_ niceness: Int32) {
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
  }

  /// Does something on a thread of its own that may wait; threads of the pool must not, since processes inherit it.
  package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let work = Work {
        take(patience)
        continuation.resume(with: Result { try body() })
      }
      var thread = pthread_t()
      let context = Unmanaged.passRetained(work).toOpaque()
      let status = pthread_create(&thread, nil, performWork, context)
      precondition(status == 0, "no thread to judge on: \(String(cString: strerror(status)))")
      pthread_detach(thread)
    }
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func performWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
  return nil
}
