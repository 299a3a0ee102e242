import Reporting
import Testing

@Suite struct ExitStateTests {
  @Test(
    "Over several files the first of 70, 64, 75, 1, 2, 124, 0 that occurs is the exit status",
    arguments: [
      ([], 0), ([.passed, .passed], 0), ([.passed, .timedOut], 124), ([.timedOut, .undecided], 2),
      ([.undecided, .failed, .passed], 1), ([.failed, .fault, .timedOut], 70),
      ([.failed, .environment], 75), ([.environment, .usage, .failed], 64), ([.usage, .fault], 70),
    ] as [([ExitState], Int32)])
  func severalFiles(states: [ExitState], status: Int32) {
    #expect(ExitState.of(states).rawValue == status)
  }

  @Test func `An interrupt outweighs everything`() {
    #expect(ExitState.of([.failed, .interrupted]) == .interrupted)
    #expect(ExitState.of([.fault, .terminated]) == .terminated)
    #expect(ExitState.of([.fault, .hungUp]) == .hungUp)
  }

  @Test func `The statuses are those of the contract`() {
    #expect(ExitState.allCases.map(\.rawValue).sorted() == [0, 1, 2, 64, 70, 75, 124, 129, 130, 143])
  }
}
