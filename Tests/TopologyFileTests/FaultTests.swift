import SwarmTime
import Testing
import TopologyFile

@Suite("Faults in topology files") struct FaultTests {
  private func read(_ faults: String) -> (faults: [Fault], messages: [String]) {
    let result = Sample.read(Sample.edited(Sample.text, "faults: [\(faults)]"))
    return (result.topology?.faults ?? [], result.diagnostics.map(\.description))
  }

  @Test("Every kind of fault reads as it is written")
  func kinds() throws {
    let everybody = Fault.Targets(pattern: "leecher-*", pick: .all)
    for (text, action) in [
      ("leave: {peers: leecher-*}", Fault.Action.leave(everybody, rejoinAfter: nil)),
      ("leave: {peers: leecher-*, rejoinAfter: 5 s}", .leave(everybody, rejoinAfter: .seconds(5))),
      ("kill: {peers: \"lee*\", pick: 2}", .kill(.init(pattern: "lee*", pick: .count(2)))),
      ("kill: {peers: leecher-*, pick: one}", .kill(.init(pattern: "leecher-*", pick: .count(1)))),
      ("restart: {peers: leecher-*}", .restart(everybody, after: .seconds(1), hasNewPeerID: false)),
      (
        "pause: {peers: leecher-*, pick: 25 %, for: 3 s}",
        .pause(.init(pattern: "leecher-*", pick: .percent(25)), for: .seconds(3))
      ),
      (
        "changeAddress: {peers: leecher-*, mode: polite, peerID: new}",
        .changeAddress(everybody, isAbrupt: false, hasNewPeerID: true)
      ),
      ("changeAddress: {peers: leecher-*}", .changeAddress(everybody, isAbrupt: true, hasNewPeerID: false)),
      (
        "changeRate: {peers: leecher-*, upload: 1 KiB/s, uploadBurst: 32 KiB, for: 9 s}",
        .changeRate(everybody, upload: .init(bytesPerSecond: 1024, burstBytes: 32768), download: nil, for: .seconds(9))
      ),
      (
        "changeRate: {peers: leecher-*, upload: 1 KiB/s}",
        .changeRate(everybody, upload: .init(bytesPerSecond: 1024), download: nil, for: nil)
      ),
      ("partition: {peers: leecher-*, from: seed, for: 9 s}", .partition(everybody, from: "seed", for: .seconds(9))),
      ("isolate: {peers: leecher-*}", .isolate(everybody, for: nil)),
      ("resetConnections: {peers: leecher-*}", .resetConnections(everybody)),
      ("fullDisk: {peers: leecher-*, for: 20 s}", .fullDisk(everybody, for: .seconds(20))),
      ("stopTracker: {for: 1 min}", .stopTracker(for: .seconds(60))),
      ("trackerError: {answer: server-error}", .trackerError(.serverError, for: nil)),
      ("trackerError: {answer: garbage, for: 5 s}", .trackerError(.garbage, for: .seconds(5))),
      ("trackerError: {answer: slow}", .trackerError(.late(.seconds(10)), for: nil)),
      ("trackerError: {answer: slow, delay: 1 min}", .trackerError(.late(.seconds(60)), for: nil)),
    ] {
      let (faults, messages) = read("{at: 2 s, \(text)}")
      #expect(messages == [], "\(text)")
      #expect(faults == [Fault(moment: .at(.seconds(2)), action: action, path: "faults[0]")], "\(text)")
    }
  }

  @Test("A fault comes at a time, again and again, or when something is seen")
  func moments() {
    let (faults, messages) = read(
      "{every: 10 s, from: 30 s, until: 50 s, churn: {peers: leecher-*, rejoinAfter: 5 s}}, "
        + "{when: {seedCopies: 1.5}, kill: {peers: seed}}, {when: {complete: 1}, isolate: {peers: leecher-*}}, "
        + "{churn: {peers: leecher-*, session: {weibull: {scale: 30 s}}, off: {fixed: 5 s}}}")
    #expect(messages == [])
    #expect(
      faults.map(\.moment) == [
        .every(.seconds(10), from: .seconds(30), until: .seconds(50)), .when(.seedCopies(1.5)), .when(.complete(1)),
        .every(.zero, from: .zero, until: nil),
      ])
    #expect(faults.first?.action == .leave(.init(pattern: "leecher-*", pick: .all), rejoinAfter: .seconds(5)))
    #expect(
      faults.last?.action
        == .churn(
          .init(pattern: "leecher-*", pick: .all), session: .weibull(scale: .seconds(30), shape: 0.5),
          off: .fixed(.seconds(5))))
  }

  @Test(
    "What is wrong with a fault is said, with its place",
    arguments: [
      ("{at: 2 s}", "faults[0] says nothing; expected leave, kill, restart,"),
      ("{kill: {peers: seed}}", "faults[0] says nothing of when it happens; expected at, every or when"),
      (
        "{at: 2 s, every: 3 s, kill: {peers: seed}}",
        "faults[0] holds at and every; expected only one of at, every or when"
      ),
      ("{at: 2 s, kill: {peers: seed}, leave: {peers: seed}}", "faults[0] holds leave and kill; expected only one of"),
      ("{at: 2 s, kill: {peers: sede}}", "faults[0].kill.peers: \"sede\" is no peer's name; did you mean \"seed\"?"),
      (
        "{at: 2 s, kill: {peers: seed, pick: 0}}",
        "faults[0].kill.pick: \"0\" is no number of peers; expected all, one,"
      ),
      ("{at: 2 s, pause: {peers: seed}}", "faults[0].pause.for is missing; expected a length of time"),
      ("{at: 2 h, kill: {peers: seed}}", "faults[0].at: at 2 h, but the run ends at"),
      ("{at: 2 s, until: 4 s, kill: {peers: seed}}", "faults[0].until says nothing beside at;"),
      ("{every: 2 s, from: 9 s, until: 4 s, kill: {peers: seed}}", "faults[0].until: 4 s is not after 9 s;"),
      (
        "{at: 2 s, churn: {peers: leecher-*, session: {fixed: 9 s}, off: {fixed: 5 s}}}",
        "faults[0].at says nothing beside sessions, which have times of their own; expected from and until"
      ),
      (
        "{from: 9 s, until: 4 s, churn: {peers: leecher-*, session: {fixed: 9 s}, off: {fixed: 5 s}}}",
        "faults[0].until: 4 s is not after 9 s;"
      ),
      ("{when: {complete: 1}, from: 9 s, kill: {peers: seed}}", "faults[0].from says nothing beside when;"),
      ("{when: {complete: 9}, kill: {peers: seed}}", "faults[0].when.complete: 9 complete, of"),
      (
        "{at: 2 s, partition: {peers: leecher-*, from: leecher-*}}",
        "faults[0].partition.peers: \"leecher-*\" leaves nobody on the other side; expected a pattern that leaves"
      ),
      (
        "{at: 2 s, partition: {peers: leecher-*, pick: 1, from: leecher-01}}",
        "faults[0].partition.peers: \"leecher-*\" leaves nobody on the other side;"
      ),
      ("{churn: {peers: leecher-*}}", "faults[0].churn does not say how long peers stay and stay away;"),
      ("{at: 2 s, changeRate: {peers: seed}}", "faults[0].changeRate changes nothing; expected upload or download"),
      (
        "{at: 2 s, changeRate: {peers: seed, upload: unlimited}}",
        "faults[0].changeRate.upload: a limit cannot be lifted"
      ),
      (
        "{at: 2 s, changeRate: {peers: leecher-*, download: 1 MiB/s}}",
        "peers.leecher has no download limit that could change;"
      ),
      (
        "{at: 2 s, changeRate: {peers: seed, upload: 1 MiB/s, uploadBurst: 16 KiB}}",
        "faults[0].changeRate.uploadBurst: 16 KiB is less than one block, so that nothing could ever be sent; expected at "
      ),
      (
        "{at: 2 s, changeRate: {peers: seed, upload: 1 MiB/s, downloadBurst: 1 MiB}}",
        "faults[0].changeRate.downloadBurst says nothing without download; expected download beside it"
      ),
      ("{at: 2 s, partition: {peers: seed, from: nobody}}", "faults[0].partition.from: \"nobody\" is no peer's name;"),
      ("{at: 2 s, fullDisk: {peers: seed}}", "faults[0].fullDisk.peers: \"seed\" are seeds, which write nothing;"),
      ("{at: 2 s, trackerError: {for: 3 s}}", "faults[0].trackerError.answer is missing; expected server-error,"),
      (
        "{at: 2 s, trackerError: {answer: garbage, delay: 3 s}}",
        "faults[0].trackerError.delay says nothing beside answer: garbage; expected answer: slow"
      ),
      ("{at: 2 s, kil: {peers: seed}}", "unknown key \"kil\" in faults[0]; did you mean \"kill\"?"),
    ])
  func wrong(_ fault: String, _ message: String) {
    let messages = read(fault).messages
    #expect(messages.contains { $0.hasPrefix("t.swarm.yaml:8:") && $0.contains(message) }, "\(messages)")
  }

  @Test(
    "A percentage of whole peers is no peer more", arguments: [(7.0, 100, 7), (14, 50, 7), (55, 100, 55), (25, 3, 1)])
  func percent(_ percent: Double, _ count: Int, _ picked: Int) {
    #expect(Fault.Pick.percent(percent).number(of: count) == picked)
  }

  /// Reads a topology in whose folder there is one trace, `t.sessions`.
  private func read(trace: String, _ churn: String) -> (faults: [Fault], messages: [String]) {
    let shelf = ClientShelf(folder: "", names: []) { path in
      path == "t.sessions" ? ClientShelf.Source(file: path, folder: "", bytes: Array(trace.utf8)) : nil
    }
    let result = TopologyReader.read(
      text: Sample.edited(Sample.text, "faults: [{churn: {\(churn)}}]"), file: "t.swarm.yaml", checks: TestChecks.all,
      clients: shelf)
    return (result.topology?.faults ?? [], result.diagnostics.map(\.description))
  }

  @Test("Sessions come from a file")
  func trace() {
    let (faults, messages) = read(
      trace: "# made up\n30 s, 2 min\n\n 500 ms ,1 s # short\n", "peers: leecher-*, trace: t.sessions")
    #expect(messages == [])
    let sessions: [SessionTrace.Session] = [
      .init(stays: .seconds(30), isAway: .seconds(120)), .init(stays: .milliseconds(500), isAway: .seconds(1)),
    ]
    #expect(
      faults.map(\.action) == [
        .follow(.init(pattern: "leecher-*", pick: .all), SessionTrace(sessions: sessions))
      ])
    #expect(faults.map(\.moment) == [.every(.zero, from: .zero, until: nil)])
  }

  @Test(
    "What is wrong with a file of sessions is said at its line",
    arguments: [
      ("30 s, 2 min\n30 s\n", "t.sessions:2:1: error: \"30 s\" is no session; expected how long a peer stays"),
      ("30, 2 min\n", "t.sessions:1:1: error: \"30\" has no unit"),
      ("# nothing\n", "t.sessions:1:1: error: no sessions"),
      ("30 s, 0 s\n", "t.sessions:1:1: error: \"0 s\" is not above zero"),
    ])
  func wrongTrace(_ trace: String, _ message: String) {
    let messages = read(trace: trace, "peers: leecher-*, trace: t.sessions").messages
    #expect(messages.contains { $0.contains(message) }, "\(messages)")
  }

  @Test("A file of sessions that is not there, or that stands beside other times, is refused")
  func refusedTrace() {
    let missing = read(trace: "", "peers: leecher-*, trace: u.sessions").messages
    #expect(missing.contains { $0.contains("faults[0].churn.trace: there is no file \"u.sessions\"") }, "\(missing)")
    let both = read(trace: "1 s, 1 s", "peers: leecher-*, trace: t.sessions, off: {fixed: 1 s}").messages
    #expect(both.contains { $0.contains("does not say how long peers stay and stay away") }, "\(both)")
  }

  @Test("A tracker of another program cannot be told to err")
  func otherTracker() {
    let text = Sample.edited(Sample.text, "faults: [{at: 2 s, trackerError: {answer: garbage}}]")
    let result = Sample.read(Sample.edited(text, "tracker: {program: opentracker}"))
    let messages = result.diagnostics.map(\.description)
    #expect(
      messages.contains { $0.contains("faults[0].trackerError: opentracker cannot be told to err; expected tracker:") },
      "\(messages)")
  }

  @Test("A client that keeps its limits itself cannot be told others while it runs; the kernel around it can")
  func ownLimits() {
    func messages(_ limit: String, upload: String = "64 KiB/s") -> [String] {
      let text = Sample.edited(Sample.text, "faults: [{at: 2 s, changeRate: {peers: leecher-*, upload: \(upload)}}]")
      let leecher =
        "  leecher: {client: {command: [./mine, \"{torrent}\", \"{upload}\"]}, count: 3, "
        + "upload: 256 KiB/s, limit: \(limit)}"
      return Sample.read(Sample.edited(text, leecher)).diagnostics.map(\.description)
    }
    #expect(
      messages("client").contains {
        $0.contains("faults[0].changeRate: the client of peers.leecher keeps its limits itself, and cannot be told")
          && $0.hasSuffix("expected limit: kernel in peers.leecher")
      }, "\(messages("client"))")
    #expect(!messages("kernel").contains { $0.contains("changeRate") })
    // What the kernel lets through the client keeps back.
    let higher = messages("both", upload: "1 MiB/s")
    #expect(higher.contains { $0.contains("while it runs, such as this upload above its own;") }, "\(higher)")
    #expect(!messages("both").contains { $0.contains("changeRate") })
    #expect(!messages("kernel", upload: "1 MiB/s").contains { $0.contains("changeRate") })
  }

  @Test("A server has no download limit that could change, though defaults name one for its clients")
  func ratesOfAServer() {
    func messages(_ peers: String) -> [String] {
      Sample.messages(
        Sample.with(
          "checks: [completion]", "  leecher: {count: 3}", "distribution: client-server",
          "defaults: {download: 2 MiB/s}",
          "faults: [{at: 2 s, changeRate: {peers: \"\(peers)\", download: 1 MiB/s}}]"))
    }
    #expect(
      messages("*").contains {
        $0.contains("faults[0].changeRate.download: peers.seed downloads nothing under distribution: client-server;")
      }, "\(messages("*"))")
    #expect(!messages("leecher-*").contains { $0.contains("changeRate") }, "\(messages("leecher-*"))")
  }

  @Test("Nobody is cut off from a client that would still hear it")
  func farSide() {
    func messages(_ fault: String) -> [String] {
      Sample.messages(
        Sample.with(
          "  mine: {client: {command: [./mine, \"{torrent}\"], outgoing: unbound}}", "faults: [{at: 2 s, \(fault)}]")
      ).filter { $0.contains("faults[0]") }
    }
    for fault in ["partition: {peers: seed}", "partition: {peers: seed, from: mine}", "isolate: {peers: seed}"] {
      let found = messages(fault)
      #expect(found.count == 1 && found[0].contains("peers.mine would still hear the others, since"), "\(found)")
    }
    #expect(messages("partition: {peers: seed, from: leecher-*}") == [])
    let struck = messages("isolate: {peers: mine}")
    #expect(struck.count == 1 && struck[0].contains("for such a client"), "\(struck)")
  }

  @Test("What another program cannot do is refused where it is asked for in so many words")
  func manners() {
    func messages(_ fault: String, _ more: String = "", arguments: String = "\"{torrent}\"") -> [String] {
      Sample.messages(
        Sample.with(
          "  mine: {client: {command: [./mine, \(arguments)]\(more)}}", "faults: [{at: 2 s, \(fault)}]")
      ).filter { $0.contains("faults[0]") }
    }
    let killed = ", stop: {signal: KILL}"
    for kind in ["restart", "changeAddress"] {
      let same = messages("\(kind): {peers: \"*\", peerID: same}")
      #expect(
        same.count == 1
          && same[0].contains(
            "faults[0].\(kind).peerID: the client of peers.mine is begun anew, and nothing tells it its peer id; "
              + "expected the placeholder {peerID} in"),
        "\(same)")
      #expect(messages("\(kind): {peers: mine, peerID: same}", arguments: "\"{torrent}\", \"{peerID}\"") == [])
      for fault in ["\(kind): {peers: mine}", "\(kind): {peers: mine, peerID: new}"] {
        #expect(messages(fault, killed) == [], "\(fault)")
      }
      #expect(messages("\(kind): {peers: leecher-*, peerID: same}") == [])
    }
    let left = messages("leave: {peers: mine}", killed)
    #expect(
      left.count == 1 && left[0].contains("faults[0].leave.peers: the client of peers.mine is stopped by SIGKILL")
        && left[0].hasSuffix("expected kill, restart or churn for such a client"), "\(left)")
    let moved = messages("changeAddress: {peers: mine, mode: polite}", killed)
    #expect(
      moved.count == 1 && moved[0].contains("faults[0].changeAddress.mode: the client of peers.mine is stopped by")
        && moved[0].hasSuffix("expected mode: abrupt for such a client"), "\(moved)")
    for fault in ["leave: {peers: mine}", "changeAddress: {peers: mine, mode: polite}"] {
      #expect(messages(fault) == [], "\(fault)")
    }
  }

  @Test("Names match patterns")
  func patterns() {
    #expect(NamePattern.matches("leecher-*", "leecher-03") && !NamePattern.matches("leecher-*", "leecher"))
    #expect(
      NamePattern.matches("*", "") && NamePattern.matches("a*b*c", "a-b-b-c") && !NamePattern.matches("a*b", "a-b-c"))
    #expect(NamePattern.matches("peer-0?", "peer-07") && !NamePattern.matches("peer-0?", "peer-0"))
  }
}
