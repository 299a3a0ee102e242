import Control
import Lab
import Planning
import Recording
import SwarmTime
import Testing

@Suite("Faults on schedule") struct FaultTests {
  @Test("Who leaves is told so, and told to join when it is time")
  func leave() {
    var run = FaultRehearsal([fault(.leave, lasts: .seconds(3))])
    #expect(!run.go(to: 4).contains(.order("a", .leave)))
    #expect(run.go(to: 6).contains(.order("a", .leave)))
    #expect(run.go(to: 9).contains(.order("a", .join)))
  }

  @Test("Who is healed is healed on time, however late the fault was put in force")
  func lateness() {
    var run = FaultRehearsal([fault(.leave, lasts: .seconds(3))])
    run.now = 1_000_000_000 + 7_000_000_000
    run.give(.timer)
    #expect(run.actions.contains(.order("a", .leave)))
    #expect(run.go(to: 8).contains(.order("a", .join)))
  }

  @Test("Who has died while it was away, or before it came, does not join on record", arguments: [0.0, 5])
  func deadJoinNothing(_ arrival: Double) {
    var run = FaultRehearsal(arrival == 0 ? [fault(.leave, at: 1, lasts: .seconds(5))] : []) { plan in
      plan.peers[1].arrivesAt = .seconds(arrival)
      plan.peers[1].expectedToComplete = false
    }
    run.go(to: 3)
    run.give(.exited("a", .exited(1), lastWords: []))
    #expect(run.logic.phase == .running)
    #expect(!run.go(to: 8).contains(.record(.joined(peer: "a"))))
  }

  @Test("A swarm whose leechers are all taken for good is not over before they are")
  func allStruck() {
    var run = FaultRehearsal([fault(.kill, ["a", "b"])]) { plan in
      for index in plan.peers.indices { plan.peers[index].expectedToComplete = false }
    }
    run.go(to: 4)
    #expect(run.logic.phase == .running)
    #expect(run.go(to: 8).contains(.kill("b")))
    #expect(run.logic.phase != .running)
  }

  @Test("Who arrives at the instant of a fault is struck", arguments: [0.0, 5])
  func atArrival(_ seconds: Double) {
    var run = FaultRehearsal([fault(.leave, at: seconds)]) { $0.peers[1].arrivesAt = .seconds(seconds) }
    let orders = run.actions + run.go(to: 6)
    #expect(orders.contains(.order("a", .join)) && orders.contains(.order("a", .leave)))
  }

  @Test("Another program that is just being started is struck once it is there, and healed on time")
  func whileStarted() {
    var kill = fault(.kill, at: 6, ["b"])
    kill.id = "2"
    var run = FaultRehearsal(
      [fault(.pause, lasts: .seconds(3)), kill],
      { $0.peers[1] = Plans.peer(1, name: "a", command: ["mine"], arrivesAt: .seconds(5)) },
      spawning: { $0 != "a" })
    let begun = run.go(to: 5)
    #expect(begun.contains(.spawn("a")) && !begun.contains(.pause("a")))
    // Nobody waits for anything but the process, and the others are struck as ever.
    #expect(run.go(to: 7).contains(.kill("b")))
    run.give(.spawned("a", processID: 2))
    #expect(run.actions.contains(.pause("a")))
    #expect(run.go(to: 8).contains(.goOn("a")))
  }

  @Test("Who is killed by order is no death, and who is begun anew gets its clock and joins")
  func restart() {
    var run = FaultRehearsal([fault(.restart, lasts: .seconds(3))])
    #expect(run.go(to: 6).contains(.kill("a")))
    run.give(.exited("a", .signalled(9), lastWords: []))
    #expect(run.actions.contains(.record(.exited(process: "a", code: nil, signal: 9, ordered: true))))
    #expect(run.go(to: 9).contains(.spawn("a")))
    run.give(.spawned("a", processID: 2))
    run.give(.listening("a"))
    let clock = SwarmClock(zeroMonotonicNanoseconds: 1_000_000_000, speed: 1)
    #expect(run.actions.contains(.order("a", .start(clock))) && run.actions.contains(.order("a", .join)))
  }

  @Test("An address is silent before its peer is told to go")
  func changeAddress() throws {
    var move = fault(.changeAddress)
    (move.isAbrupt, move.hasNewPeerID) = (true, true)
    var run = FaultRehearsal([move])
    let all = run.go(to: 6)
    let steps = all.compactMap { if case .network(.silence(["127.64.1.1"]), let then) = $0 { then } else { nil } }
    let orders = try #require(steps.first)
    let isTold = orders.contains {
      if case .order("a", .rebind("127.64.1.2:7000", "abrupt", .some)) = $0 { true } else { false }
    }
    #expect(isTold && orders.contains(.record(.addressChanged(peer: "a", from: "127.64.1.1", to: "127.64.1.2"))))
    #expect(!all.contains { if case .order("a", .rebind) = $0 { true } else { false } })
  }

  @Test("A condition is waited for, and what nobody is left for strikes nobody")
  func conditions() {
    var run = FaultRehearsal([fault(.kill, at: nil, when: .init(complete: 1), ["b"])])
    #expect(!run.go(to: 20).contains(.kill("b")))
    run.give(.completed("a"))
    #expect(run.actions.contains(.kill("b")))
    var late = FaultRehearsal([fault(.kill, ["nobody"])])
    #expect(!late.go(to: 6).contains { if case .kill = $0 { true } else { false } })
  }

  /// Begins the process anew that a fault has killed.
  private static func beginAnew(_ name: String, _ run: inout FaultRehearsal) {
    run.give(.exited(name, .signalled(9), lastWords: []))
    run.go(to: 9)
    run.give(.spawned(name, processID: 2))
    run.give(.listening(name))
  }

  @Test("Who is begun anew during a pause is stopped again")
  func pausedAnew() {
    var pause = fault(.pause, at: 2, lasts: .seconds(100))
    pause.id = "2"
    var run = FaultRehearsal([fault(.restart, lasts: .seconds(3)), pause])
    #expect(run.go(to: 6).contains(.kill("a")))
    Self.beginAnew("a", &run)
    #expect(run.actions.contains(.pause("a")))
  }

  @Test("A tracker that is begun anew while it is to err is told so again")
  func errsAgain() throws {
    var error = fault(.trackerError, at: 2, [], lasts: .seconds(100))
    (error.id, error.answer) = ("2", .garbage)
    var run = FaultRehearsal([error, fault(.stopTracker, [], lasts: .seconds(3))])
    let isTold = run.go(to: 6).contains { if case .order("tracker", .fail(.some)) = $0 { true } else { false } }
    #expect(isTold)
    Self.beginAnew("tracker", &run)
    #expect(run.actions.contains { if case .order("tracker", .fail(.some)) = $0 { true } else { false } })
  }

  @Test("A pause ends with the run, so that everybody hears that it is over")
  func pause() {
    var run = FaultRehearsal([fault(.pause, lasts: .seconds(1000))])
    #expect(run.go(to: 6).contains(.pause("a")))
    run.give(.stop(.interrupted))
    #expect(run.actions.contains(.goOn("a")))
  }

  private static let declared = ControlOrder.setRate(
    upload: .init(bytesPerSecond: 1000, burstBytes: 40_000), download: .init(bytesPerSecond: 2000, burstBytes: 50_000))

  @Test("Rates change with their bursts, and change back; what does not change keeps its burst")
  func rates() {
    var change = fault(.changeRate, lasts: .seconds(2))
    (change.upload, change.uploadBurst) = (500, 30_000)
    var run = FaultRehearsal([change])
    let begun = run.go(to: 6)
    let slower = ControlOrder.setRate(
      upload: .init(bytesPerSecond: 500, burstBytes: 30_000), download: .init(bytesPerSecond: 2000, burstBytes: 50_000))
    #expect(begun.contains(.order("a", slower)))
    #expect(begun.contains(.record(.rateChanged(peer: "a", upload: 500, download: nil, uploadBurst: 30_000))))
    let healed = run.go(to: 8)
    #expect(healed.contains(.order("a", Self.declared)))
    #expect(healed.contains(.record(.rateChanged(peer: "a", upload: 1000, download: nil, uploadBurst: 40_000))))
  }

  @Test("A rate without a burst brings the usual one, in the kernel too")
  func usualBurst() {
    var change = fault(.changeRate, lasts: .seconds(2))
    change.upload = 100_000
    var run = FaultRehearsal([change], limitedBy: .kernel)
    let faster = LimitPlan(bytesPerSecond: 100_000, burstBytes: 100_000)
    #expect(run.go(to: 6).contains(.network(.rates([.init(index: 1, upload: faster, download: nil)], speed: 1))))
    let declared = LimitPlan(bytesPerSecond: 1000, burstBytes: 40_000)
    #expect(run.go(to: 8).contains(.network(.rates([.init(index: 1, upload: declared, download: nil)], speed: 1))))
  }

  @Test("Whoever is struck at once, the kernel is told of it once")
  func ratesTogether() {
    var change = fault(.changeRate, ["a", "b"])
    change.upload = 500
    var run = FaultRehearsal([change], limitedBy: .kernel) { plan in
      plan.peers[2].upload = LimitPlan(bytesPerSecond: 1000)
      plan.peers[2].limitedBy = .kernel
    }
    let slower = LimitPlan(bytesPerSecond: 500)
    let both = [1, 2].map { NetworkFault.Rate(index: $0, upload: slower, download: nil) }
    #expect(run.go(to: 6).contains(.network(.rates(both, speed: 1))))
  }

  @Test("Faults come in the order of time, those of one instant in the file's, and what ends then is over after them")
  func order() {
    let rates: [(at: Double, upload: Int64)] = [(6, 300), (5, 500), (5, 200), (7, 400)]
    let faults = rates.enumerated().map { index, rate in
      var change = fault(.changeRate, at: rate.at, lasts: rate.at == 5 ? .seconds(1) : nil)
      (change.id, change.upload) = (String(index), rate.upload)
      return change
    }
    var run = FaultRehearsal(faults)
    let told: [Int64] = run.go(to: 8).compactMap { action in
      if case .record(.rateChanged(_, let upload, _, _, _)) = action { upload } else { nil }
    }
    #expect(told == [500, 200, 300, 300, 300, 400])
  }

  @Test("A rate that one fault has changed stays while another changes the other rate, and over a restart")
  func ratesKept() {
    var up = fault(.changeRate)
    up.upload = 500
    var down = fault(.changeRate, at: 6)
    down.id = "2"
    (down.download, down.downloadBurst) = (700, 60_000)
    var restart = fault(.restart, at: 7, lasts: .seconds(1))
    restart.id = "3"
    var run = FaultRehearsal([up, down, restart])
    let both = ControlOrder.setRate(
      upload: .init(bytesPerSecond: 500, burstBytes: 65536), download: .init(bytesPerSecond: 700, burstBytes: 60_000))
    #expect(run.go(to: 6).contains(.order("a", both)))
    run.go(to: 7)
    run.give(.exited("a", .signalled(9), lastWords: []))
    run.go(to: 9)
    run.give(.spawned("a", processID: 2))
    run.give(.listening("a"))
    #expect(run.actions.contains(.order("a", both)))
  }

  @Test("A disk is full, and has room again")
  func disk() {
    var run = FaultRehearsal([fault(.fullDisk, lasts: .seconds(3))])
    #expect(run.go(to: 6).contains(.disk("a", isFull: true)))
    #expect(run.go(to: 9).contains(.disk("a", isFull: false)))
  }

  @Test("The tracker is told to err and to stop erring, at the run's end at the latest")
  func trackerError() {
    var slow = fault(.trackerError, [], lasts: .seconds(3))
    (slow.answer, slow.delay) = (.late, .seconds(2))
    var run = FaultRehearsal([slow])
    #expect(run.go(to: 6).contains(.order("tracker", .fail(.slow(.seconds(2))))))
    #expect(run.go(to: 9).contains(.order("tracker", .fail(nil))))
    var broken = fault(.trackerError, [])
    broken.answer = .garbage
    var endless = FaultRehearsal([broken])
    #expect(endless.go(to: 6).contains(.order("tracker", .fail(.garbage))))
    endless.give(.stop(.interrupted))
    #expect(endless.actions.contains(.order("tracker", .fail(nil))))
  }

  @Test("The tracker can be killed and begun anew")
  func tracker() {
    var run = FaultRehearsal([fault(.stopTracker, [], lasts: .seconds(3))])
    #expect(run.go(to: 6).contains(.kill("tracker")))
    run.give(.exited("tracker", .signalled(9), lastWords: []))
    #expect(run.logic.phase == .running)
    #expect(run.go(to: 9).contains(.spawn("tracker")))
  }

  @Test("A peer that two faults have stopped goes on when the second is over")
  func overlappingPauses() {
    var second = fault(.pause, at: 8, lasts: .seconds(10))
    second.id = "2"
    var run = FaultRehearsal([fault(.pause, lasts: .seconds(10)), second])
    #expect(!run.go(to: 17).contains(.goOn("a")))
    #expect(run.go(to: 19).contains(.goOn("a")))
  }

  @Test("A rate that was changed for good is what a shorter change goes back to")
  func overlappingRates() {
    var lasting = fault(.changeRate)
    lasting.upload = 500
    var short = fault(.changeRate, at: 6, lasts: .seconds(2))
    (short.id, short.upload) = ("2", 200)
    var run = FaultRehearsal([lasting, short])
    run.go(to: 7)
    #expect(run.go(to: 9).contains(.record(.rateChanged(peer: "a", upload: 500, download: nil, uploadBurst: 65536))))
  }

  @Test("A tracker that two faults have stopped is there again when both are over, and once")
  func overlappingTrackerStops() {
    var second = fault(.stopTracker, at: 7, [], lasts: .seconds(5))
    second.id = "2"
    var run = FaultRehearsal([fault(.stopTracker, [], lasts: .seconds(5)), second])
    run.go(to: 6)
    run.give(.exited("tracker", .signalled(9), lastWords: []))
    #expect(!run.go(to: 11).contains(.spawn("tracker")))
    #expect(run.go(to: 13).filter { $0 == .spawn("tracker") }.count == 1)
  }

  @Test("A tracker whose end is heard of after the fault is begun anew then")
  func trackerThatIsSlowToEnd() {
    var run = FaultRehearsal([fault(.stopTracker, [], lasts: .seconds(1))])
    #expect(!run.go(to: 7).contains(.spawn("tracker")))
    run.give(.exited("tracker", .signalled(9), lastWords: []))
    #expect(run.logic.phase == .running && run.actions.contains(.spawn("tracker")))
  }

  @Test("Who was to leave while it was away does not come back")
  func seedingTimeThatEndsOutside() {
    var run = FaultRehearsal([fault(.leave, at: 10, lasts: .seconds(20))]) {
      $0.peers[1].onComplete = .init(action: .seed, duration: .seconds(8))
    }
    run.go(to: 5)
    run.give(.completed("a"))
    #expect(run.go(to: 11).contains(.order("a", .leave)))
    #expect(!run.go(to: 35).contains(.order("a", .join)))
  }

  @Test("What a fault waited for in vain is said at the end")
  func conditionInVain() {
    var run = FaultRehearsal([fault(.kill, at: nil, when: .init(seedCopiesPerMille: 50_000), ["b"])])
    run.go(to: 5)
    run.give(.stop(.interrupted))
    let notes = run.actions.compactMap { if case .tell(.note(let text)) = $0 { text } else { nil } }
    #expect(notes == ["fault 1 (kill) did not happen: what it waited for was not seen"])
  }
}
