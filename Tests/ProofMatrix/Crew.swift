/// Plays many trials at once, a few at a time, and hands back what came of them in the order of the trials.
package enum Crew {
  /// - Parameter progress: told of each result as it comes.
  package static func work<Job: Sendable, Result: Sendable>(
    _ jobs: [Job], width: Int, progress: (Int, Result) -> Void = { _, _ in },
    _ work: @escaping @Sendable (Job) async throws -> Result
  ) async throws -> [Result] {
    var results = [Result?](repeating: nil, count: jobs.count)
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var next = 0
      func start() {
        guard next < jobs.count else { return }
        let (place, job) = (next, jobs[next])
        next += 1
        group.addTask { (place, try await work(job)) }
      }
      for _ in 0..<max(1, width) { start() }
      while let (place, result) = try await group.next() {
        results[place] = result
        progress(place, result)
        start()
      }
    }
    return results.compactMap { $0 }
  }
}
