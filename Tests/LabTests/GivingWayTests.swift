import Lab
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct GivingWayTests {
  @Test("Work on all processors is done once for each place, on threads that give way; who asked for it does not")
  func concurrently() {
    let seen = Mutex<[Int: Int32]>([:])
    let mine = niceness()
    GivingWay.concurrently(100) { place in
      let nice = niceness()
      seen.withLock { $0[place] = ($0[place] ?? 0) + nice }
    }
    // A place that is worked on twice would have twice that.
    #expect(seen.withLock { $0 } == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, 19) }))
    #expect(niceness() == mine)
    GivingWay.concurrently(0) { _ in Issue.record("there is nothing to do") }
  }

  @Test("What work throws, and what it gives, comes back to who asked for it")
  func run() async throws {
    struct Trouble: Error {}
    #expect(await GivingWay.run { niceness() } == 19)
    await #expect(throws: Trouble.self) { try await GivingWay.run { throw Trouble() } }
  }
}

/// Of the calling thread.
private func niceness() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
