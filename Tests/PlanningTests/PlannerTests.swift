import Foundation
import Planning
import SwarmTime
import Testing
import TopologyFile

@Suite struct PlannerTests {
  @Test("The same file and random seed give the same plan, byte for byte; another seed another one")
  func determinism() throws {
    let topology = try Sample.topology()
    let plan = try Planner.plan(topology)
    #expect(try Planner.plan(try Sample.topology()).yaml == plan.yaml)
    let other = try Planner.plan(topology, randomSeed: 8)
    #expect(other.randomSeed == 8)
    #expect(other.peers[1].randomSeed != plan.peers[1].randomSeed)
    #expect(other.peers.map(\.arrivesAt) != plan.peers.map(\.arrivesAt))
    #expect(other.payload.randomSeed != plan.payload.randomSeed)
  }

  @Test("Each peer has its name, its place, its address and a random seed of its own")
  func peers() throws {
    let plan = try Sample.plan()
    #expect(plan.peers.map(\.name).prefix(3) == ["seed", "leecher-01", "leecher-02"])
    #expect(plan.peers.map(\.index) == Array(0..<10))
    #expect(plan.peers.map(\.address).prefix(2) == ["127.64.0.1", "127.64.1.1"])
    #expect(plan.peers.allSatisfy { $0.port == 7000 })
    #expect(plan.peers[3].randomSeed == RandomSeed.derive(from: 7, name: "leecher-03"))
    #expect(Set(plan.peers.map(\.randomSeed)).count == 10)
    #expect((plan.tracker?.address, plan.tracker?.port) == ("127.63.0.1", 6969))
    #expect(plan.peers.map(\.expectedToComplete) == [false] + Array(repeating: true, count: 9))
    #expect(plan.peers.allSatisfy { $0.profile == .titForTat() && $0.limitedBy == .client })
  }

  @Test("A burst that the kernel would count wrong at its rate is refused, and not at a higher speed or in the client")
  func bursts() throws {
    func topology(_ limit: String) throws -> Topology {
      let text = """
        name: slow
        payload: {size: 1 MiB}
        peers: {seed: {role: seed, upload: 200 B/s, limit: \(limit)}, mine: {}}
        until: {time: 1 min}
        """
      let read = TopologyReader.read(text: text, file: "t.swarm.yaml", checks: [])
      return try #require(read.topology, "\(read.diagnostics)")
    }
    let kernel = try topology("kernel")
    let error = #expect(throws: PlanningError.self) { try Planner.plan(kernel, speed: 1) }
    let message = error?.diagnostics.first?.message ?? ""
    #expect(message.hasPrefix("peers.seed.upload: ") && message.hasSuffix(" take 327 s"), "\(message)")
    #expect(throws: Never.self) { try Planner.plan(kernel, speed: 2) }
    #expect(throws: Never.self) { try Planner.plan(try topology("client"), speed: 1) }
  }

  @Test("How the optimistic slot is given is the client's to do and the judge's to know")
  func optimisticChoice() throws {
    #expect(NativeClient.optimisticChoices == Profile.OptimisticChoice.allCases.map(\.rawValue))
    for choice in Profile.OptimisticChoice.allCases {
      let text = Sample.text + "\ndefaults: {choking: {slots: 0, optimisticChoice: \(choice.rawValue)}}"
      for peer in try Sample.plan(text).peers {
        #expect(peer.client.choking?.optimisticChoice == choice)
        #expect(peer.profile == .titForTat(slots: 0, optimisticChoice: choice))
      }
    }
  }

  @Test("Peer exchange is off unless it is asked for, and a plan without it says nothing of it")
  func peerExchange() throws {
    let usual = try Sample.plan().peers
    #expect(!usual.contains { $0.client.exchangesPeers })
    let plan = try Sample.plan(Sample.text + "\ndefaults: {pex: true}")
    #expect(!plan.peers.contains { !$0.client.exchangesPeers })
    for peer in [plan.peers[0], usual[0]] {
      let encoded = try JSONEncoder().encode(peer.client)
      #expect(String(decoding: encoded, as: UTF8.self).contains("exchangesPeers") == peer.client.exchangesPeers)
      let again = try JSONDecoder().decode(ClientPlan.self, from: encoded)
      #expect(again == peer.client)
    }
  }

  @Test("Another group's size changes no draw of a group")
  func independence() throws {
    let plan = try Sample.plan()
    let larger = try Sample.plan(Sample.text.replacing("seed: {role: seed,", with: "seed: {role: seed, count: 3,"))
    let names = plan.peers.filter { $0.group == "leecher" }
    let others = larger.peers.filter { $0.group == "leecher" }
    #expect(names.map(\.arrivesAt) == others.map(\.arrivesAt))
    #expect(names.map(\.randomSeed) == others.map(\.randomSeed))
  }

  @Test("Arrivals are in order, whole milliseconds and before the end")
  func arrivals() throws {
    let times = try Sample.plan().peers.filter { $0.group == "leecher" }.map(\.arrivesAt)
    #expect(times == times.sorted())
    #expect(times.allSatisfy { $0.nanoseconds % 1_000_000 == 0 && $0 > .zero && $0 < .seconds(300) })
    let every = try Sample.plan(Sample.text.replacing("{poisson: 1 / s}", with: "{every: 2 s, from: 1 s}"))
    #expect(every.peers[8].arrivesAt == .seconds(15))
    let crowd = try Sample.plan(
      Sample.text.replacing("{poisson: 1 / s}", with: "{flashCrowd: {within: 2 s}, from: 5 s}"))
    let crowdTimes = crowd.peers.filter { $0.group == "leecher" }.map(\.arrivesAt)
    #expect(crowdTimes == crowdTimes.sorted() && Set(crowdTimes).count > 4)
    #expect(crowdTimes.allSatisfy { $0 >= .seconds(5) && $0 <= .seconds(7) })
  }

  @Test("What defaults say of completion is for leechers: a seed stays")
  func onComplete() throws {
    let text = """
      name: stay
      description: A seed under defaults that make leechers leave.
      payload: {size: 1 MiB}
      defaults: {onComplete: leave}
      peers: {seed: {role: seed}, leecher: {}}
      until: {complete: all, within: 60 s}
      """
    #expect(try Sample.plan(text).peers.map(\.onComplete.action) == [.seed, .leave])
  }

  @Test("Poisson arrivals have the mean interval and the spread of an exponential law")
  func poisson() throws {
    let plan = try Sample.plan(
      """
      name: many
      payload: {size: 1 MiB}
      peers: {seed: {role: seed}, l: {count: 20000, arrive: {poisson: 10 / s}}}
      until: {time: 1 h}
      """)
    let times = plan.peers.dropFirst().map(\.arrivesAt.seconds)
    let gaps = zip(times, [0] + times).map { $0 - $1 }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let spread = (gaps.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(gaps.count)).squareRoot()
    // Five standard errors, 0.1 / sqrt(20000), and twice that for the spread.
    #expect(abs(mean - 0.1) < 0.0036)
    #expect(abs(spread - 0.1) < 0.0072)
    // exp(-1) of the gaps exceed the mean.
    #expect(abs(Double(gaps.filter { $0 > 0.1 }.count) / 20000 - 0.3679) < 0.018)
  }

  @Test("A draw beyond the end is an error that names the seed")
  func lateDraw() throws {
    let topology = try Sample.topology(Sample.text.replacing("within: 300 s", with: "within: 8100 ms"))
    var messages: [String] = []
    for seed in UInt64(1)...20 {
      do {
        _ = try Planner.plan(topology, randomSeed: seed)
      } catch let error as PlanningError {
        messages.append(error.description)
      }
    }
    #expect(!messages.isEmpty && messages.count < 20)
    #expect(messages.first?.hasPrefix("t.swarm.yaml:9:69: error: peers.leecher.arrive: with random seed ") == true)
  }

  @Test("Speed from the command line is checked like that of the file")
  func speed() throws {
    #expect(try Planner.plan(try Sample.topology(), speed: 5).speed == 5)
    #expect(throws: PlanningError.self) { try Planner.plan(try Sample.topology(), speed: 0) }
    let foreign = try Sample.topology(
      """
      name: foreign
      payload: {size: 1 MiB}
      peers: {seed: {role: seed}, mine: {client: {command: [./mine, "{torrent}"], addresses: private}}}
      until: {time: 1 min}
      """)
    #expect(try Planner.plan(foreign).peers[1].address == "10.64.1.1")
    #expect(try Planner.plan(foreign).peers[1].profile == nil)
    #expect(try Planner.plan(foreign).peers[1].limitedBy == .none)
    do {
      _ = try Planner.plan(foreign, speed: 10)
      Issue.record("it was planned")
    } catch let error as PlanningError {
      #expect(
        error.description
          == "--speed 10: error: peers.mine runs a client given by command, which cannot be sped up; expected speed 1")
    }
  }

  @Test("A deadline that no swarm can keep is a warning, and so is a capture without room")
  func warnings() throws {
    let text = Sample.text.replacing("within: 300 s", with: "within: 60 s").replacing("1 GiB", with: "100 MiB")
      .replacing("256 KiB/s", with: "64 KiB/s")
    let topology = try Sample.topology(text)
    let warnings = Planner.warnings(about: try Planner.plan(topology), of: topology).map(\.description)
    #expect(
      warnings == [
        "t.swarm.yaml:11:32: warning: until.within: 60 s is less than any swarm can need by theory, 95.503 s (all uploads "
          + "together must send N copies: N F / (u_s + sum u_i)); expected more; as it is, the run ends before all are "
          + "complete",
        "t.swarm.yaml:12:35: warning: capture.atMost: 100 MiB is less than 9 downloads of 16 MiB, so that the capture ends "
          + "before the swarm does; expected more than 144 MiB, or no atMost",
      ])
    let fine = try Sample.topology()
    #expect(Planner.warnings(about: try Planner.plan(fine), of: fine).isEmpty)
  }

  @Test("A topology may hold as many peers as there are addresses")
  func addresses() {
    #expect(TopologyLimits.maximumPeers == Addresses.maximumPeers)
    #expect(Addresses.peer(Addresses.maximumPeers - 1, incarnation: 2) == "127.255.255.3")
    #expect(Addresses.peer(300, range: .privateUse) == "10.65.44.1")
  }

  @Test("Under client-server a limit of the defaults is for those who have that direction")
  func clientServerLimits() throws {
    let plan = try Sample.plan(
      """
      name: served
      distribution: client-server
      payload: {size: 1 MiB}
      defaults: {upload: 1 MiB/s, download: 2 MiB/s}
      peers:
        server: {role: seed}
        client: {count: 2}
      until: {complete: all, within: 60 s}
      """)
    #expect(plan.peers.map { $0.upload?.bytesPerSecond } == [1 << 20, nil, nil])
    #expect(plan.peers.map { $0.download?.bytesPerSecond } == [nil, 2 << 20, 2 << 20])
  }
}
