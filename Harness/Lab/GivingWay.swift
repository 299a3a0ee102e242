import Synchronization

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
/// much as peers do, and no more. Likewise where one began: its payload was made on all processors, for 0.3 s.
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
  package static func run<Value: Sendable, Failure>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
      let thread = start { continuation.resume(returning: Result(catching: body)) }
      pthread_detach(thread)
    }
    return try result.get()
  }

  /// Does something so many times, on all processors, on threads that may wait, and returns when all is done.
  package static func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let next = Counter()
    let workers = (0..<min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), count)).map { _ in
      start {
        while case let place = next.value.add(1, ordering: .relaxed).oldValue, place < count { body(place) }
      }
    }
    for worker in workers { pthread_join(worker, nil) }
  }

  /// A thread that may wait, and does this.
  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let work = Work {
      take(patience)
      body()
    }
    let context = Unmanaged.passRetained(work).toOpaque()
    let status = pthread_create(&thread, nil, performWork, context)
    precondition(status == 0, "no thread to work on: \(String(cString: strerror(status)))")
    return thread
  }
}

private final class Counter: Sendable {
  let value = Atomic(0)
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
