import Comparing
import Testing

@Suite struct ScheduleTests {
  private static let six = PlannedRun.order(settings: 2, repeats: 3, from: 1)

  /// A schedule on a machine, asked step by step.
  private struct Machine {
    var schedule: Schedule
    var processors = 2.0

    init(_ width: Schedule.Width) { schedule = Schedule(ScheduleTests.six, width: width) }

    mutating func next() throws -> Schedule.Turn {
      let turn = schedule.next()
      return try #require(turn)
    }

    mutating func isBusy() -> Bool { schedule.next() == nil }

    mutating func ended(
      _ turn: Schedule.Turn, isLate: Bool = false, used: Double? = nil, isMade: Bool = true, isEnclosed: Bool = true
    ) -> Bool {
      schedule.ended(
        turn, isLate: isLate, processors: used, machine: processors, isMade: isMade, isEnclosed: isEnclosed)
    }
  }

  @Test(
    "As many run side by side as the first one's use of processors leaves room for",
    arguments: [
      (0.3, 2, 4), (0.7, 2, 2), (0.8, 2, 1), (1.9, 2, 1), (0.5, 8, 11), (0.001, 2, 8), (0.6, 1.1, 1), (0, 2, 1),
    ])
  func widths(used: Double, processors: Double, expected: Int) throws {
    var machine = Machine(.automatic)
    machine.processors = processors
    let first = try machine.next()
    #expect(first.isAlone && first.run == Self.six[0])
    let isBusy = machine.isBusy()
    #expect(isBusy, "the first is alone")
    let counts = machine.ended(first, used: used)
    #expect(counts && machine.schedule.width == expected)
    var beside = 0
    while !machine.isBusy() { beside += 1 }
    #expect(beside == min(5, expected))
  }

  @Test func `A run that was late beside another comes again alone at the end, and the rest is narrowed`() throws {
    var machine = Machine(.fixed(2))
    let first = try machine.next()
    let firstCounts = machine.ended(first)
    #expect(firstCounts)
    let (one, two) = (try machine.next(), try machine.next())
    let isFull = machine.isBusy()
    #expect(!one.isAlone && isFull)
    let lateCounts = machine.ended(one, isLate: true)
    let isNarrowed = machine.isBusy()
    #expect(!lateCounts && isNarrowed && machine.schedule.width == 1)
    let otherCounts = machine.ended(two)
    #expect(otherCounts)
    for expected in Self.six[3...] {
      let turn = try machine.next()
      let counts = machine.ended(turn)
      #expect(turn.run == expected && turn.isAlone && counts)
    }
    let again = try machine.next()
    #expect(again.run == one.run && again.isAlone)
    // Late three times in all: nothing better can be had here.
    let secondCounts = machine.ended(again, isLate: true)
    let last = try machine.next()
    let counts = machine.ended(last, isLate: true)
    let isOver = machine.isBusy()
    #expect(!secondCounts && last.run == one.run && counts && isOver && machine.schedule.repeated == 2)
  }

  @Test func `Once enough runs in a row were in time there are as many side by side again, later each time`() throws {
    let many = PlannedRun.order(settings: 2, repeats: 20, from: 1)
    var schedule = Schedule(many, width: .fixed(2))
    func next() throws -> Schedule.Turn {
      let turn = schedule.next()
      return try #require(turn)
    }
    func ended(_ turn: Schedule.Turn, isLate: Bool = false) {
      _ = schedule.ended(turn, isLate: isLate, processors: nil, machine: 2)
    }
    ended(try next())
    for patience in [4, 8] {
      let (one, two) = (try next(), try next())
      ended(one, isLate: true)
      #expect(schedule.width == 1)
      ended(two)
      for _ in 2...patience {
        #expect(schedule.width == 1)
        let turn = try next()
        #expect(turn.isAlone)
        ended(turn)
      }
      #expect(schedule.width == 2)
    }
  }

  @Test func `On the machine's own loopback, where two swarms would meet, there is one at a time`() throws {
    var machine = Machine(.fixed(4))
    let first = try machine.next()
    let counts = machine.ended(first, used: 0.1, isEnclosed: false)
    #expect(counts && machine.schedule.width == 1)
  }

  @Test("A first run that failed leaves one at a time, however little it took", arguments: [nil, 0.1] as [Double?])
  func failed(used: Double?) throws {
    var machine = Machine(.automatic)
    machine.processors = 8
    let first = try machine.next()
    let counts = machine.ended(first, used: used, isMade: false)
    #expect(counts && machine.schedule.width == 1)
  }
}
