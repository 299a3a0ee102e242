/// Lets so many at a time do something, in the order in which they came; the others wait.
actor Berths {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  func use<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
    await take()
    defer { leave() }
    return try await work()
  }

  private func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  /// Whoever waits takes the place over.
  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
