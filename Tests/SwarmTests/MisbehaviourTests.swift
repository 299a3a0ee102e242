import Testing

/// Every check is shown to be able to fail in a swarm of processes, from the topology file to the exit state; and an honest
/// swarm decides them all.
///
/// What can be played on ideal links is played there with three doses (`ProofTests`): here it is the mildest, which is the
/// hardest to find. What takes a fault of the swarm to show is here only, with all three.
@Suite(.serialized) struct MisbehaviourTests {
  struct Case: Sendable, CustomStringConvertible {
    var misbehaviour: String
    var doses: [Double]
    var check: String
    var swarm = SmallSwarm()
    /// Who misbehaves: the seed, or all leechers.
    var isSeed = false

    var description: String { misbehaviour }
  }

  static let cases: [Case] = [
    // Enough leechers that want something to fill one slot too many.
    Case(
      misbehaviour: "over-slots", doses: [1], check: "upload-slots",
      swarm: SmallSwarm(size: "4 MiB", leechers: 12), isSeed: true),
    Case(
      misbehaviour: "stop-short", doses: [0.01], check: "completion",
      swarm: SmallSwarm(until: "{complete: all, within: 30 s}")),
    Case(misbehaviour: "skip-verification", doses: [1], check: "integrity"),
    // Saturated for long enough that 5 % outgrow the burst.
    Case(
      misbehaviour: "overdrive-upload", doses: [1.05], check: "rate-limit",
      swarm: SmallSwarm(
        size: "24 MiB", pieceLength: "256 KiB", seed: "upload: 256 KiB/s",
        until: "{complete: all, within: 130 s}"), isSeed: true),
    Case(
      misbehaviour: "overdrive-download", doses: [1.05], check: "rate-limit",
      swarm: SmallSwarm(
        size: "24 MiB", pieceLength: "256 KiB", seed: "upload: 2 MiB/s", leechers: 1,
        leecher: "download: 256 KiB/s", until: "{complete: all, within: 130 s}")),
    Case(
      misbehaviour: "request-while-choked", doses: [8], check: "protocol-conformance",
      swarm: SmallSwarm(size: "24 MiB", pieceLength: "256 KiB", leechers: 10)),
    Case(misbehaviour: "unasked-block", doses: [100], check: "protocol-conformance", isSeed: true),
    Case(misbehaviour: "late-bitfield", doses: [4], check: "protocol-conformance", isSeed: true),
    Case(
      misbehaviour: "no-reject", doses: [8], check: "protocol-conformance",
      swarm: SmallSwarm(size: "16 MiB", pieceLength: "256 KiB", leechers: 10)),
    Case(
      misbehaviour: "silent", doses: [8], check: "protocol-conformance",
      swarm: SmallSwarm(size: "16 MiB", pieceLength: "256 KiB", leechers: 10)),
    Case(misbehaviour: "request-held-piece", doses: [100], check: "protocol-conformance"),
    Case(
      misbehaviour: "lazy-upload", doses: [0.5], check: "distribution-time: {atLeast: 0.8}",
      swarm: SmallSwarm(speed: 10, size: "4 MiB", until: "{complete: all, within: 200 s}"), isSeed: true),
    // What only shows when something happens to the swarm.
    Case(
      misbehaviour: "slow-return", doses: [60, 120, 1_000_000], check: "address-change",
      swarm: SmallSwarm(
        size: "4 MiB", seed: "upload: 128 KiB/s", until: "{time: 70 s}",
        faults: ["{at: 5 s, changeAddress: {peers: leecher-*, pick: 2}}"])),
    Case(
      misbehaviour: "slow-return", doses: [60, 120, 1_000_000], check: "recovery-time: {within: 40 s}",
      swarm: SmallSwarm(
        size: "4 MiB", seed: "upload: 128 KiB/s", until: "{time: 66 s}",
        faults: ["{at: 15 s, changeAddress: {peers: leecher-*, pick: 2}}"])),
    Case(
      misbehaviour: "crash", doses: [32, 8, 1], check: "expected-end-state",
      // Later than a second after its start, or the run ends at once.
      swarm: SmallSwarm(
        leecher: "upload: 256 KiB/s, download: 1 MiB/s, arrive: {at: 25 s}", until: "{complete: all, within: 60 s}")),
    Case(
      misbehaviour: "stop-short", doses: [0.04, 0.1, 0.5], check: "churn-resilience",
      swarm: SmallSwarm(
        until: "{complete: all, within: 40 s}",
        faults: ["{at: 3 s, leave: {peers: leecher-01, rejoinAfter: 5 s}}"])),
    Case(
      misbehaviour: "stop-short", doses: [0.04, 0.1, 0.5], check: "survives-tracker-loss",
      swarm: SmallSwarm(until: "{complete: all, within: 40 s}", faults: ["{at: 3 s, stopTracker: {}}"])),
  ]

  /// Those whom the seed has left must hold a copy between them, so that only one of them may stop short.
  @Test("Who lives on without the seed must complete", arguments: [0, 0.04, 0.1, 0.5])
  func seedLoss(dose: Double) async throws {
    let scratch = try Scratch()
    let misbehaviour = dose > 0 ? ", misbehaviour: {name: stop-short, dose: \(dose)}" : ""
    let swarm = SmallSwarm(
      size: "4 MiB", seed: "upload: 256 KiB/s", leecher: "upload: 64 KiB/s", until: "{complete: all, within: 120 s}",
      checks: ["survives-seed-loss"], more: ["last: {upload: 64 KiB/s\(misbehaviour)}"],
      faults: ["{when: {seedCopies: 1.5}, kill: {peers: seed}}"])
    let file = try scratch.write(swarm.text, as: "small.swarm.yaml")
    let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
    #expect(said.code == (dose > 0 ? 1 : 0), "dose \(dose): \(said.all)")
  }

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

  @Test("Each dose fails the check that is to see it", arguments: cases)
  func fails(misbehaviour: Case) async throws {
    for dose in misbehaviour.doses {
      let scratch = try Scratch()
      var swarm = misbehaviour.swarm
      swarm.checks = [misbehaviour.check]
      let told =
        ", misbehaviour: {name: \(misbehaviour.misbehaviour), dose: \(dose == dose.rounded() ? "\(Int(dose))" : "\(dose)")}"
      if misbehaviour.isSeed { swarm.seed += told } else { swarm.leecher += told }
      let file = try scratch.write(swarm.text, as: "small.swarm.yaml")
      let said = try await Swarmlab.runUntilDecided("run", file, "--output", scratch.runs)
      #expect(said.code == 1, "\(misbehaviour), dose \(dose): \(said.all)")
    }
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
