import Control
import Lab
import Planning
import Recording
import SwarmTime
import Testing

/// A run with a hand-moved clock and no processes.
private struct Rehearsal {
  var logic: RunLogic
  var now: Int64 = 1_000_000_000
  var actions: [RunLogic.Action] = []

  init(_ plan: Plan) {
    logic = RunLogic(plan: plan)
    give(.begin)
  }

  mutating func give(_ input: RunLogic.Input) {
    logic.handle(input, at: now)
    actions = logic.takeActions()
  }

  /// Moves the clock to the next deadline.
  mutating func wait() {
    guard let due = logic.nextDeadline else { return }
    now = max(now, due)
    give(.timer)
  }

  /// Everybody of a native swarm starts, and listens.
  mutating func bringUp() {
    for name in ["tracker"] + logic.plan.peers.map(\.name) {
      give(.spawned(name, processID: 1))
      give(.listening(name))
    }
  }

  var ended: EndReason? {
    for case .record(.ended(let reason)) in actions { return EndReason(rawValue: reason) }
    return nil
  }

  var orders: [String] {
    actions.compactMap { action in
      switch action {
      case .order(let name, .start): "start \(name)"
      case .order(let name, .join): "join \(name)"
      case .order(let name, .leave): "leave \(name)"
      case .order(let name, .stop): "stop \(name)"
      case .terminate(let name): "terminate \(name)"
      case .kill(let name): "kill \(name)"
      case .spawn(let name): "spawn \(name)"
      default: nil
      }
    }
  }
}

@Suite("A run's course")
struct RunLogicTests {
  @Test("a tracker of another program gets no orders: it is ready when its socket is seen, and is stopped by signal")
  func otherTracker() {
    var plan = Plans.small
    plan.tracker?.program = .opentracker
    var run = Rehearsal(plan)
    #expect(run.orders.contains("spawn tracker"))
    run.bringUp()
    #expect(!run.orders.contains("start tracker") && run.orders.contains("start seed"))
    run.give(.stop(.interrupted))
    for peer in plan.peers { run.give(.exited(peer.name, .exited(0), lastWords: [])) }
    #expect(run.orders == ["terminate tracker"])
  }

  @Test("zero is when all listen; peers join as they arrive")
  func start() {
    var run = Rehearsal(Plans.small)
    #expect(run.orders == ["spawn tracker", "spawn seed", "spawn leecher-1", "spawn leecher-2"])
    run.bringUp()
    #expect(
      run.orders == [
        "start tracker", "start seed", "start leecher-1", "start leecher-2", "join seed", "join leecher-1",
      ])
    #expect(run.logic.clock == SwarmClock(zeroMonotonicNanoseconds: run.now, speed: 1))
    let zero = run.now
    run.wait()
    #expect(run.now == zero + 2_000_000_000)
    #expect(run.orders == ["join leecher-2"])
  }

  @Test("when all are complete the run settles until the wire shows it, then peers stop, and the tracker last")
  func complete() {
    var run = Rehearsal(Plans.small)
    run.bringUp()
    run.wait()
    run.give(.completed("leecher-1"))
    run.give(.completed("leecher-2"))
    #expect(run.ended == nil)
    run.give(.seenComplete("leecher-2"))
    run.give(.seenComplete("seed"))
    #expect(run.ended == nil)
    run.give(.seenComplete("leecher-1"))
    #expect(run.ended == .complete)
    #expect(run.orders == ["stop seed", "stop leecher-1", "stop leecher-2"])
    for name in ["seed", "leecher-1"] { run.give(.exited(name, .exited(0), lastWords: [])) }
    #expect(run.orders.isEmpty)
    run.give(.exited("leecher-2", .exited(0), lastWords: []))
    #expect(run.orders == ["stop tracker"])
    run.give(.exited("tracker", .exited(0), lastWords: []))
    #expect(run.actions.last == .finished(.complete, nil))
  }

  @Test("without a word from the wire the settling lasts half a second")
  func settling() {
    var run = Rehearsal(Plans.small)
    run.bringUp()
    run.wait()
    run.give(.completed("leecher-1"))
    run.give(.completed("leecher-2"))
    let completedAt = run.now
    run.wait()
    #expect(run.now == completedAt + 500_000_000)
    #expect(run.ended == .complete)
  }

  @Test("a process that does not stop is told by signal and then killed")
  func stubborn() {
    var run = Rehearsal(Plans.small)
    run.bringUp()
    run.give(.stop(.interrupted))
    #expect(run.ended == .interrupted)
    run.wait()
    #expect(run.orders == ["terminate seed", "terminate leecher-1", "terminate leecher-2"])
    run.wait()
    #expect(run.orders == ["kill seed", "kill leecher-1", "kill leecher-2"])
  }

  @Test("a death within a second of its start ends the run at once, with the process's last words")
  func earlyDeath() throws {
    var run = Rehearsal(Plans.small)
    run.bringUp()
    run.now += 900_000_000
    run.give(.exited("leecher-1", .signalled(11), lastWords: ["boom"]))
    #expect(run.ended == .failed)
    for name in ["tracker", "seed", "leecher-2"] { #expect(run.orders.contains("kill \(name)")) }
    for name in ["seed", "leecher-2", "tracker"] { run.give(.exited(name, .signalled(9), lastWords: [])) }
    guard case .finished(.failed, let error?) = run.actions.last else {
      Issue.record("the run did not finish: \(run.actions)")
      return
    }
    #expect(error.log == ["boom"])
    #expect(error.description.hasPrefix("leecher-1: ended with signal 11, 900 ms after its start"))
  }

  @Test("a process of ours that ends for want of something is no fault of the harness: what it said is what is wrong")
  func lack() {
    for (code, text, said) in [
      ("storage", "cannot open x", "seed: cannot open x. To mend it: see its log"),
      ("port-in-use", "y", "seed: another program has 127.64.0.1:7000, where it is to listen. To mend it: end that"),
    ] {
      var run = Rehearsal(Plans.small)
      run.give(.spawned("seed", processID: 2))
      run.give(.complained("seed", code: code, text))
      run.give(.exited("seed", .exited(75), lastWords: []))
      #expect(run.ended == .failed)
      for name in ["leecher-1", "leecher-2", "tracker"] {
        run.give(.spawned(name, processID: 3))
        run.give(.exited(name, .signalled(9), lastWords: []))
      }
      guard case .finished(.failed, let error?) = run.actions.last else {
        Issue.record("the run did not finish: \(run.actions)")
        return
      }
      #expect(error.exitStatus == 75 && error.description.hasPrefix(said), "\(error)")
    }
  }

  @Test("a later death is recorded, the run goes on, and ends as a death when the rest is complete")
  func laterDeath() {
    var run = Rehearsal(Plans.small)
    run.bringUp()
    run.wait()
    run.give(.exited("leecher-1", .signalled(9), lastWords: []))
    #expect(run.actions.contains(.record(.exited(process: "leecher-1", code: nil, signal: 9, ordered: false))))
    #expect(run.ended == nil)
    run.give(.completed("leecher-2"))
    run.give(.seenComplete("leecher-2"))
    #expect(run.ended == .death)
  }

  @Test("a peer that leaves on completion has gone in good order")
  func leaving() {
    var plan = Plans.small
    plan.peers[1].onComplete = OnComplete(action: .leave)
    plan.peers[2].onComplete = OnComplete(action: .seed, duration: .seconds(5))
    var run = Rehearsal(plan)
    run.bringUp()
    run.wait()
    run.give(.completed("leecher-1"))
    #expect(run.actions.contains(.record(.leaveOrdered(peer: "leecher-1"))))
    run.give(.exited("leecher-1", .exited(0), lastWords: []))
    #expect(run.actions.contains(.record(.exited(process: "leecher-1", code: 0, signal: nil, ordered: true))))
    #expect(run.ended == nil)
  }

  @Test("a peer that seeds for a time is told to leave then")
  func seedingForATime() {
    var plan = Plans.small
    plan.peers[1].onComplete = OnComplete(action: .seed, duration: .seconds(5))
    var run = Rehearsal(plan)
    run.bringUp()
    run.wait()
    run.give(.completed("leecher-1"))
    let completedAt = run.now
    run.wait()
    #expect(run.now == completedAt + 5_000_000_000)
    #expect(run.orders == ["leave leecher-1"])
  }

  @Test("the deadline ends a run that does not complete")
  func deadline() {
    var run = Rehearsal(Plans.swarm(Plans.small.peers, within: .seconds(10)))
    run.bringUp()
    let zero = run.now
    run.wait()
    run.wait()
    #expect(run.now == zero + 10_000_000_000)
    #expect(run.ended == .deadline)
  }

  @Test(
    "a program given as a command starts when its peer arrives; a seed that is there from the beginning before zero")
  func commands() {
    var run = Rehearsal(
      Plans.swarm([
        Plans.peer(0, name: "seed", role: .seed, command: ["a"]), Plans.peer(1, name: "one", command: ["a"]),
        Plans.peer(2, name: "two", command: ["a"], arrivesAt: .seconds(3)),
      ]))
    #expect(run.orders == ["spawn tracker"])
    run.give(.spawned("tracker", processID: 1))
    run.give(.listening("tracker"))
    #expect(run.orders == ["spawn seed"])
    run.give(.spawned("seed", processID: 2))
    #expect(run.logic.clock == nil)
    run.give(.listening("seed"))
    #expect(run.orders == ["start tracker", "spawn one"])
    run.wait()
    #expect(run.orders == ["spawn two"])
  }

  @Test("what does not listen in time ends the run, and the error says where it should have")
  func notListening() {
    var run = Rehearsal(Plans.small)
    run.give(.spawned("tracker", processID: 1))
    run.give(.listening("tracker"))
    run.give(.spawned("seed", processID: 2))
    run.wait()
    #expect(run.ended == .failed)
    run.give(.exited("seed", .signalled(9), lastWords: []))
    run.give(.exited("tracker", .signalled(9), lastWords: []))
    for name in ["leecher-1", "leecher-2"] { run.give(.exited(name, .signalled(9), lastWords: [])) }
    guard case .finished(_, let error?) = run.actions.last else {
      Issue.record("the run did not finish: \(run.actions)")
      return
    }
    #expect(error.description.hasPrefix("seed: was not listening in time (nor were 2 others); expected"))
  }
}
