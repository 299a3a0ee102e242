import ArgumentParser
import Dissection
import Judging
import Planning
import Replaying
import Reporting
import TopologyFile
import Wire

/// `replay --reenact`: an ordinary topology derived from the capture, run, and compared with the recording.
struct ReenactOptions: ParsableArguments {
  enum Clients: String, ExpressibleByArgument, CaseIterable { case recorded, native }

  @Flag(
    name: .customLong("reenact"),
    help: "Derive a topology from the capture (written to --output), run it, and compare both in distributions.")
  var isAsked = false

  @Option(help: "With --reenact: seconds of the swarm for each of the capture; those of plan.yaml beside it, or 1.")
  var speed: Double?

  @Option(
    help: ArgumentHelp(
      "With --reenact: who plays, the recorded clients where their files know them by peer id, or our own peer; recorded if "
        + "not given."))
  var clients: Clients?

  func validate() throws {
    if !isAsked && (speed != nil || clients != nil) { throw ValidationError("--speed and --clients are for --reenact") }
    if let speed, !TopologyLimits.speed.contains(speed) {
      throw ValidationError("--speed must be from 0.1 to 1000; it is \(speed)")
    }
  }

  func run(
    _ capture: String, metainfo: Metainfo?, output: String, undecidedFails: Bool
  ) async throws -> ExitState {
    let started = RealTime.monotonicNanoseconds()
    let interrupts = Interrupts()
    let sidecar = try Sidecar(besides: capture)
    let trace = try Dissection.trace(ofCapture: capture)
    let recorded = Workload(trace, Strangers(trace, metainfo: metainfo), speed: speed ?? sidecar.plan?.speed ?? 1)
    guard recorded.pieceCount > 0, recorded.peers.count >= 2 else {
      throw Failure(
        state: .usage,
        what: "shows no swarm: \(Quantity.count(recorded.peers.count, "peer")) that shook hands, "
          + Quantity.count(recorded.pieceCount, "piece"), place: capture,
        expected: "peer wire of two peers at least, with their handshakes and blocks; --torrent tells the measure")
    }
    let name = Self.name(sidecar.plan?.name ?? sidecar.file)
    var players = RecordedClients()
    if clients != .native {
      let shelf = try ClientFolder.shelf()
      players = await RecordedClients(of: shelf)
    }
    let derived = DerivedTopology(
      recorded, name: name, speed: speed ?? sidecar.plan?.speed ?? 1,
      standIns: players.standIns(recorded.peers.map { $0.client }),
      client: { players.client($0) }, algorithm: { players.algorithm($0) })
    try Files.makeFolders(output)
    let file = "\(output)/\(name).swarm.yaml"
    try Files.write(derived.text, to: file)
    Output.print("\(Output.style.bold(name)): derived from \(capture), written to \(file)")
    Output.print(derived.notes.map { "  not taken over: \($0)" })
    guard let topology = try TopologyOptions.read(Array(derived.text.utf8), file: file),
      let plan = try topology.plan(randomSeed: nil)
    else { return .usage }
    let troubles = topology.clientTroubles(plan, as: .error)
    TopologyOptions.show(troubles)
    guard troubles.isEmpty else { return .usage }
    let run = SwarmRun(
      plan: plan, topology: topology, output: output, timeout: nil,
      clients: await ClientStandings(topology.topology).versions, undecidedFails: undecidedFails, started: started,
      interrupts: interrupts)
    let outcome = try await run.perform()
    guard let judgement = outcome.judgement else { return outcome.state }
    let again = judgement.scene.trace
    let reenacted = Workload(again, Strangers(again), speed: plan.speed)
    let places = recorded.peers.indices.map { Self.place(of: plan.peers[$0].address, in: reenacted) }
    Output.print(ReenactReport.lines(WorkloadComparison(recorded, reenacted, places: places), of: recorded.peers.count))
    return outcome.state
  }

  /// Whatever a peer's incarnation, its net of 256 addresses is its own.
  private static func place(of address: String, in workload: Workload) -> Int? {
    let net = address.split(separator: ".").dropLast().joined(separator: ".") + "."
    return workload.peers.firstIndex { $0.address.hasPrefix(net) }
  }

  /// As a topology may be named.
  private static func name(_ file: String) -> String {
    let stem = file.prefix { $0 != "." }
    let safe = stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(((safe.first.map { $0 == "-" } ?? true ? "capture" : "") + String(safe)).prefix(54)) + "-again"
  }
}
