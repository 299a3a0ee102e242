import ProofMatrix
import Testing

/// Every check is shown to be able to fail in a swarm of processes, from the topology file to the exit state; and an honest
/// swarm decides them all.
///
/// What can be played on ideal links is played there with three doses (`ProofTests`): here it is the mildest, which is the
/// hardest to find. What takes a fault of the swarm to show is run here only, with all three; `./Harness/bench faults` runs
/// it over more random seeds.
@Suite(.serialized) struct MisbehaviourTests {
  struct Case: Sendable, CustomStringConvertible {
    var misbehaviour: String
    var dose: Double
    var check: String
    var swarm = SmallSwarm()
    /// Who misbehaves: the seed, or all leechers.
    var isSeed = false

    var description: String { misbehaviour }
  }

  static let cases: [Case] = [
    // Enough leechers that want something to fill one slot too many.
    Case(
      misbehaviour: "over-slots", dose: 1, check: "upload-slots",
      swarm: SmallSwarm(size: "4 MiB", leechers: 12), isSeed: true),
    Case(
      misbehaviour: "stop-short", dose: 0.01, check: "completion",
      swarm: SmallSwarm(until: "{complete: all, within: 30 s}")),
    Case(misbehaviour: "skip-verification", dose: 1, check: "integrity"),
    // Saturated for long enough that 5 % outgrow the burst.
    Case(
      misbehaviour: "overdrive-upload", dose: 1.05, check: "rate-limit",
      swarm: SmallSwarm(
        size: "24 MiB", pieceLength: "256 KiB", seed: "upload: 256 KiB/s",
        until: "{complete: all, within: 130 s}"), isSeed: true),
    Case(
      misbehaviour: "overdrive-download", dose: 1.05, check: "rate-limit",
      swarm: SmallSwarm(
        size: "24 MiB", pieceLength: "256 KiB", seed: "upload: 2 MiB/s", leechers: 1,
        leecher: "download: 256 KiB/s", until: "{complete: all, within: 130 s}")),
    Case(
      misbehaviour: "request-while-choked", dose: 8, check: "protocol-conformance",
      swarm: SmallSwarm(size: "24 MiB", pieceLength: "256 KiB", leechers: 10)),
    Case(misbehaviour: "unasked-block", dose: 100, check: "protocol-conformance", isSeed: true),
    Case(misbehaviour: "late-bitfield", dose: 4, check: "protocol-conformance", isSeed: true),
    Case(
      misbehaviour: "no-reject", dose: 8, check: "protocol-conformance",
      swarm: SmallSwarm(size: "16 MiB", pieceLength: "256 KiB", leechers: 10)),
    Case(
      misbehaviour: "silent", dose: 8, check: "protocol-conformance",
      swarm: SmallSwarm(size: "16 MiB", pieceLength: "256 KiB", leechers: 10)),
    Case(misbehaviour: "request-held-piece", dose: 100, check: "protocol-conformance"),
    Case(
      misbehaviour: "lazy-upload", dose: 0.5, check: "distribution-time: {atLeast: 0.8}",
      swarm: SmallSwarm(speed: 10, size: "4 MiB", until: "{complete: all, within: 200 s}"), isSeed: true),
  ]

  /// What a block holds is not seen on the wire, so that nobody is blamed; who is sent damaged ones is whole all the same.
  @Test("One that damages blocks harms nobody who checks hashes", arguments: [4, 1])
  func poisoned(dose: Int) async throws {
    let scratch = try Scratch()
    let misbehaviour = "misbehaviour: {name: poisoner, dose: \(dose)}"
    let swarm = SmallSwarm(more: ["last: {upload: 256 KiB/s, download: 1 MiB/s, \(misbehaviour)}"])
    let file = try scratch.write(swarm.text, as: "small.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "dose \(dose): \(said.all)")
  }

  @Test("What is done wrong fails the check that is to see it", arguments: cases)
  func fails(misbehaviour: Case) async throws {
    let scratch = try Scratch()
    var swarm = misbehaviour.swarm
    swarm.checks = [misbehaviour.check]
    let dose = misbehaviour.dose
    let told =
      ", misbehaviour: {name: \(misbehaviour.misbehaviour), dose: \(dose == dose.rounded() ? "\(Int(dose))" : "\(dose)")}"
    if misbehaviour.isSeed { swarm.seed += told } else { swarm.leecher += told }
    let file = try scratch.write(swarm.text, as: "small.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == 1, "\(misbehaviour): \(said.all)")
  }

  @Test("Each dose fails what is to see it under faults, and honest peers fail nothing", arguments: FaultCase.all)
  func underFaults(one: FaultCase) async throws {
    let scratch = try Scratch()
    let swarms = try RealSwarms(program: Swarmlab.folder + "/swarmlab", folder: scratch.path)
    let (result, _) = try await swarms.run(one.trial(randomSeed: 5), attempts: 4, against: { one.complaints($0) })
    let complaints = one.complaints(result)
    #expect(complaints == [], "\(one)")
  }

  /// Each swarm with each check once, whatever misbehaves in it elsewhere.
  static let honest = cases.indices.filter { index in
    !cases[..<index].contains { honestText(of: $0) == honestText(of: cases[index]) }
  }.map { cases[$0] }

  private static func honestText(of misbehaviour: Case) -> String {
    var swarm = misbehaviour.swarm
    swarm.checks = [misbehaviour.check]
    if misbehaviour.misbehaviour == "lazy-upload" { swarm.checks = ["distribution-time: {atLeast: 0.6}"] }
    return swarm.text
  }

  @Test("The same swarm passes with honest peers", arguments: honest)
  func passes(misbehaviour: Case) async throws {
    let scratch = try Scratch()
    let file = try scratch.write(Self.honestText(of: misbehaviour), as: "small.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(misbehaviour): \(said.all)")
  }
}
