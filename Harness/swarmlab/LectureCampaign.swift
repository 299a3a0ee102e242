import Comparing
import Judging
import Planning
import Reporting
import SwarmTime
import TopologyFile

/// One of the two systems, at any number of peers.
struct LectureSeries {
  let system: LectureResult.System
  private let file: String
  private let bytes: [UInt8]
  private let speed: Double?

  /// Throws `Failure` when its topology cannot be read.
  init(_ system: LectureResult.System, folder: String, speed: Double?) throws {
    self.system = system
    self.speed = speed
    file = "\(folder)/\(system.rawValue).swarm.yaml"
    do {
      bytes = try Files.bytes(of: file)
    } catch {
      throw Failure(
        state: .usage, what: error.description, expected: "the lecture's topologies",
        mend: "start in the folder of swarmlab's own Topologies/, or name it with --topologies")
    }
  }

  /// Throws `Failure` when it is invalid, what is wrong having been shown.
  func topology(peers: Int) throws -> LoadedTopology {
    var overrides = [Override(path: "peers.leecher.count", value: "\(peers)")]
    if let speed { overrides.append(Override(path: "speed", value: "\(speed)")) }
    guard let topology = try TopologyOptions.read(bytes, file: file, overrides: overrides) else {
      throw Failure(state: .usage, what: "is no valid topology", place: file)
    }
    return topology
  }

  func plan(peers: Int, randomSeed: UInt64?) throws -> Plan {
    guard let plan = try topology(peers: peers).plan(randomSeed: randomSeed) else {
      throw Failure(state: .usage, what: "cannot be planned", place: file)
    }
    return plan
  }
}

/// All runs that the figure needs, those that it has already left out.
struct LectureCampaign {
  let series: [LectureSeries]
  let sizes: [Int]
  let repeats: Int
  let output: String
  let interrupts: Interrupts

  /// One after the other, so that none of them takes another's processor. Throws at the first that cannot be made.
  func run(_ book: LectureBook) async throws {
    for peers in sizes {
      for turn in 1...UInt64(repeats) {
        for one in series {
          let plan = try one.plan(peers: peers, randomSeed: turn)
          let digest = RunResult.digest(of: plan.yaml)
          if book.has(one.system, peers, turn, plan: digest) { continue }
          guard interrupts.exitState == nil else { return }
          try await run(one, plan, digest, book)
        }
      }
    }
  }

  private func run(_ one: LectureSeries, _ plan: Plan, _ digest: String, _ book: LectureBook) async throws {
    let peers = plan.peers.count { $0.role == .leecher }
    let run = SwarmRun(
      plan: plan, topology: try one.topology(peers: peers),
      output: output, timeout: nil, clients: [:], undecidedFails: false, started: RealTime.monotonicNanoseconds(),
      interrupts: interrupts)
    let outcome = try await run.perform()
    guard interrupts.exitState == nil, let judgement = outcome.judgement, let bound = run.plan.bound else { return }
    func checks(_ status: Verdict.Status) -> [String] {
      Set(judgement.verdicts.filter { $0.status == status }.map(\.check)).sorted()
    }
    try book.add(
      LectureResult(
        system: one.system, peers: peers, randomSeed: plan.randomSeed, makespan: judgement.metrics.swarm.makespan,
        seen: judgement.scene.end.nanoseconds, bound: bound.duration.nanoseconds, plan: digest, failed: checks(.fail),
        undecided: checks(.undecided)))
  }
}
