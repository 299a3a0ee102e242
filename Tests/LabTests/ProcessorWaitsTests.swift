import Foundation
import Lab
import Synchronization
import Testing

@Suite("Waiting for a processor")
struct ProcessorWaitsTests {
  private final class Flag: Sendable {
    let isUp = Atomic(false)
  }

  @Test(
    "threads that must share a processor are seen to wait for their turns",
    .enabled(
      if: FileManager.default.fileExists(atPath: "/proc/self/schedstat"), "this kernel keeps no account of waits"))
  func sharing() {
    let over = Flag()
    // They give way to other tests.
    for _ in 0..<2 * ProcessInfo.processInfo.activeProcessorCount {
      Thread.detachNewThread {
        GivingWay.begin()
        while !over.isUp.load(ordering: .relaxed) {}
      }
    }
    defer { over.isUp.store(true, ordering: .relaxed) }
    var waits = ProcessorWaits()
    var longest: Int64 = 0
    let deadline = ContinuousClock.now + .seconds(30)
    while longest < 2_000_000, ContinuousClock.now < deadline {
      waits.look(at: [getpid()])
      longest = waits.take() ?? 0
    }
    #expect(longest >= 2_000_000)
  }

  @Test("of a process that is not there nothing is known")
  func absent() {
    var waits = ProcessorWaits()
    waits.look(at: [.max])
    #expect(waits.take() == nil)
  }
}
