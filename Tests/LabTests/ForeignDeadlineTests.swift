import Lab
import Planning
import Recording
import SwarmTime
import Testing

/// A run with a hand-moved clock, and foreign clients that are slow.
@Suite("Deadlines of foreign clients")
struct ForeignDeadlineTests {
  private static let second: Int64 = 1_000_000_000

  private struct Rehearsal {
    var logic: RunLogic
    var now: Int64 = 0
    var actions: [RunLogic.Action] = []

    init(_ peers: [PeerPlan]) {
      logic = RunLogic(plan: Plans.swarm(peers))
      give(.begin)
      give(.spawned("tracker", processID: 1))
      give(.listening("tracker"))
    }

    mutating func give(_ input: RunLogic.Input, at time: Int64? = nil) {
      now = time ?? now
      logic.handle(input, at: now)
      actions = logic.takeActions()
    }

    /// Moves the clock to the next deadline.
    mutating func wait() {
      now = max(now, logic.nextDeadline ?? now)
      give(.timer)
    }

    var notes: [String] { actions.compactMap { if case .tell(.note(let text)) = $0 { text } else { nil } } }
    var failure: LabError? {
      for case .finished(_, let error?) in actions { return error }
      return nil
    }
  }

  private static func peer(_ index: Int, _ name: String, role: PeerPlan.Role, _ manners: Manners) -> PeerPlan {
    var peer = Plans.peer(index, name: name, role: role, command: ["mine"])
    peer.client.manners = manners
    return peer
  }

  @Test("a seed that is not ready in its own time, before zero, ends the run, and the error says what was waited for")
  func lateSeed() throws {
    for (output, expected) in [
      (nil, "a listening socket on 127.64.0.1:7000"), ("^ready", "a line of its output that matches ^ready"),
    ] {
      let manners = Manners(readyOutput: output, readyWithinSeconds: 25)
      var run = Rehearsal([
        Self.peer(0, "seed", role: .seed, manners), Plans.peer(1, name: "leecher"),
      ])
      run.give(.spawned("leecher", processID: 3))
      run.give(.listening("leecher"))
      run.give(.spawned("seed", processID: 2))
      run.wait()
      #expect(run.now == 25 * Self.second)
      #expect(run.actions.contains(.kill("seed")))
      for name in ["seed", "leecher"] { run.give(.exited(name, .signalled(9), lastWords: [])) }
      run.give(.exited("tracker", .signalled(9), lastWords: []))
      let error = try #require(run.failure)
      #expect(error.fault == .usage && error.place == "seed" && error.expected == expected)
      #expect(error.what.contains("within 25 s of its start"))
    }
  }

  @Test("a client whose port is open for UDP only is told how else it is seen to be ready")
  func datagramsOnly() throws {
    var run = Rehearsal([Self.peer(0, "seed", role: .seed, Manners(readyWithinSeconds: 5))])
    run.give(.spawned("seed", processID: 2))
    run.give(.openForDatagrams("seed"))
    run.wait()
    for name in ["seed", "tracker"] { run.give(.exited(name, .signalled(9), lastWords: [])) }
    let error = try #require(run.failure)
    #expect(error.what == "was not listening within 5 s of its start, but for UDP")
    #expect(error.expected == "a listening socket on 127.64.0.1:7000, for TCP" && error.mend.contains("ready: {output"))
  }

  @Test("a leecher that is not ready in its own time is told of, and the run goes on")
  func lateLeecher() {
    var run = Rehearsal([
      Plans.peer(0, name: "seed", role: .seed), Self.peer(1, "mine", role: .leecher, Manners(readyWithinSeconds: 2)),
    ])
    run.give(.spawned("seed", processID: 2))
    run.give(.listening("seed"))
    #expect(run.actions.contains(.spawn("mine")))
    run.give(.spawned("mine", processID: 3))
    run.wait()
    #expect(run.now == 2 * Self.second)
    #expect(run.notes == ["mine was not listening within 2 s of its start; the run goes on"])
    #expect(run.logic.phase == .running)
    run.wait()
    #expect(run.notes.isEmpty)
  }

  @Test("a client that ends before it was ready, in the time it has for that, never took part: the run ends")
  func neverReady() throws {
    // Later than what counts as an early death; after its time is over, the run goes on, and the checks say who died.
    for (diesAt, wasReady, ends) in [(5, false, true), (5, true, false), (11, false, false)] as [(Int64, Bool, Bool)] {
      var run = Rehearsal([
        Plans.peer(0, name: "seed", role: .seed), Self.peer(1, "mine", role: .leecher, Manners(readyWithinSeconds: 10)),
        Plans.peer(2, name: "other"),
      ])
      for name in ["seed", "other"] {
        run.give(.spawned(name, processID: 2))
        run.give(.listening(name))
      }
      run.give(.spawned("mine", processID: 3))
      if wasReady { run.give(.listening("mine")) }
      while let next = run.logic.nextDeadline, next < diesAt * Self.second { run.wait() }
      run.give(.exited("mine", .exited(3), lastWords: ["no"]), at: diesAt * Self.second)
      #expect((run.logic.phase == .stopping) == ends, "died at \(diesAt) s, ready: \(wasReady)")
      guard ends else { continue }
      for name in ["seed", "other", "tracker"] { run.give(.exited(name, .signalled(9), lastWords: [])) }
      #expect(try #require(run.failure).what == "ended with exit status 3, 5000 ms after its start")
    }
  }

  @Test("a client that does not stop is killed when its time is over, and not before")
  func stubborn() {
    var run = Rehearsal([
      Plans.peer(0, name: "seed", role: .seed), Self.peer(1, "mine", role: .leecher, Manners(stopWithinSeconds: 7)),
    ])
    run.give(.spawned("seed", processID: 2))
    run.give(.listening("seed"))
    run.give(.spawned("mine", processID: 3))
    run.give(.listening("mine"))
    run.give(.seenComplete("mine"))
    #expect(run.actions.contains(.terminate("mine")))
    run.give(.exited("seed", .exited(0), lastWords: []))
    let ended = run.now
    while !run.actions.contains(.kill("mine")), run.now < 60 * Self.second { run.wait() }
    #expect(run.now == ended + 7 * Self.second)
  }

  @Test("when a run is interrupted nobody waits longer than three seconds")
  func interrupted() {
    var run = Rehearsal([
      Plans.peer(0, name: "seed", role: .seed), Self.peer(1, "mine", role: .leecher, Manners(stopWithinSeconds: 40)),
    ])
    run.give(.spawned("seed", processID: 2))
    run.give(.listening("seed"))
    run.give(.spawned("mine", processID: 3))
    run.give(.stop(.interrupted))
    run.give(.exited("seed", .exited(0), lastWords: []))
    let ended = run.now
    while !run.actions.contains(.kill("mine")), run.now < 60 * Self.second { run.wait() }
    #expect(run.now == ended + 3 * Self.second)
  }

  @Test("a client that is told to leave and does not is killed in mid-run")
  func doesNotLeave() {
    var leecher = Self.peer(1, "mine", role: .leecher, Manners(stopWithinSeconds: 1))
    leecher.onComplete = OnComplete(action: .leave)
    var run = Rehearsal([Plans.peer(0, name: "seed", role: .seed), leecher, Plans.peer(2, name: "other")])
    for name in ["seed", "other"] {
      run.give(.spawned(name, processID: 2))
      run.give(.listening(name))
    }
    run.give(.spawned("mine", processID: 3))
    run.give(.listening("mine"))
    run.give(.seenComplete("mine"))
    run.wait()
    #expect(run.actions.contains(.kill("mine")))
    #expect(run.logic.phase == .running && run.now == Self.second)
  }
}
