import ArgumentParser
import Planning
import Reporting
import TopologyFile

struct TryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "Puts a program of yours into a small swarm, with every check that applies.",
    discussion: """
      The program is a peer like the others: one native seed, three native leechers and itself, which downloads and then
      seeds to the rest. Its command line holds placeholders for what it must be told:
        swarmlab try -- ./mine --listen {address}:{port} --dir {data} {torrent}

      Placeholders: \(placeholders).
      """)

  private static let placeholders = ClientPlaceholder.all.map { "{\($0.name)} \($0.meaning)" }.joined(separator: "; ")

  @Argument(parsing: .postTerminator, help: "The program and its arguments, behind --.") var command: [String] = []
  @Flag(name: .customLong("private"), help: "Addresses 10.x.y.z, for a program that refuses 127.x.y.z.")
  var isPrivate = false
  @Flag(help: "It cannot be told the address to connect from: give it a network namespace of its own.")
  var unbound = false
  @Flag(help: "It starts with the whole payload, and seeds.") var seeds = false
  @Option(help: ArgumentHelp("Bytes of the payload, with their unit.", valueName: "size")) var size = "8 MiB"
  @Option(help: ArgumentHelp("Random seed of the swarm, a whole number from 0.", valueName: "n")) var seed: UInt64 = 1
  @Option(
    help: ArgumentHelp(
      "Hard limit in real time: 90 s, 5 min; none if not given. A run that reaches it is ended (exit status 124).",
      valueName: "time"),
    transform: RealDuration.init(text:))
  var timeout: RealDuration?
  @Option(help: ArgumentHelp("Folder that holds the run folders.", valueName: "folder")) var output = "runs"
  @Flag(help: "Print the topology instead of running it, to keep and to change.") var print = false

  func validate() throws {
    if command.isEmpty { throw ValidationError("name the program behind --: swarmlab try -- ./mine {torrent}") }
  }

  /// The swarm as a topology file.
  private var text: String {
    var client = "command: [\(command.map(JSONString.quoted).joined(separator: ", "))]"
    if unbound { client += ", outgoing: unbound" }
    return """
      name: try
      description: A program of yours in a small swarm.
      randomSeed: \(seed)
      payload: {size: \(JSONString.quoted(size)), pieceLength: 64 KiB}
      tracker: {announceInterval: 10 s}\(isPrivate ? "\naddresses: private" : "")
      peers:
        seed: {role: seed, upload: 1 MiB/s}
        yours: {\(seeds ? "role: seed, " : "")upload: 512 KiB/s, client: {\(client)}}
        leecher: {count: 3, upload: 256 KiB/s}
      until: {complete: all, within: 120 s}
      capture: {keep: scrubbed}
      mustDecide: [completion, integrity]

      """
  }

  func run() async throws {
    let interrupts = Interrupts()
    let started = RealTime.monotonicNanoseconds()
    try await reporting {
      if self.print {
        Output.write(text)
        return .passed
      }
      guard let loaded = try TopologyOptions.read(Array(text.utf8), file: "try.swarm.yaml"),
        let plan = try loaded.plan(randomSeed: seed)
      else { return .usage }
      let troubles = loaded.clientTroubles(plan, as: .error)
      TopologyOptions.show(troubles)
      guard troubles.isEmpty else { return .usage }
      let run = SwarmRun(
        plan: plan, topology: loaded, output: output, timeout: timeout, clients: [:], undecidedFails: false,
        started: started, interrupts: interrupts)
      if let state = interrupts.exitState { return state }
      return try await run.perform().state
    }
  }
}
