import ArgumentParser
import TrackerNode

@main struct SwarmTracker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swarm-tracker",
    abstract: "A BitTorrent tracker over HTTP and UDP, for swarms on one machine or in one network.",
    discussion: """
      It serves any torrent: what is announced is tracked. Peers are known by the address from which they announce, \
      named in an order drawn anew for each answer, and forgotten after two and a half intervals of silence.

        swarm-tracker
        swarm-tracker --listen 0.0.0.0:8000 --interval 60 --events -
        swarm-tracker --protocol both
        curl http://127.0.0.1:6969/stats

      The first serves http://127.0.0.1:6969/announce, the last udp://127.0.0.1:6969 (BEP 15) besides. \
      SIGTERM and Ctrl-C end it with status 0. Status 64: a bad argument; 75: it cannot listen or write the log.

      With --control stdin it is led by another program, in lines of JSON: it reports hello, listening, error and \
      stopped on standard output, takes start (which sets the clock), fail (which makes it a bad tracker for a while) \
      and stop, and ends with its standard input.
      """)

  @Option(help: "Where to listen; port 0 lets the system choose. An IPv6 address stands in brackets.")
  var listen = ListenAddress(host: "127.0.0.1", port: 6969)

  @Option(help: "What peers may speak: http, udp, or both on the same port number.")
  var `protocol` = ProtocolChoice.http

  @Option(help: ArgumentHelp("Seconds between two announces of a peer, in swarm time.", valueName: "seconds"))
  var interval = 1800

  @Option(
    help: ArgumentHelp(
      "Seconds before which peers are asked not to announce without an event; over HTTP only.", valueName: "seconds"))
  var minInterval: Int?

  @Option(help: ArgumentHelp("Swarm seconds for each real second.", valueName: "x"))
  var speed = 1.0

  @Option(help: ArgumentHelp("Decides which peers are named to whom.", valueName: "n"))
  var randomSeed: UInt64 = 0

  @Option(help: ArgumentHelp("How many peers an answer names at most.", valueName: "n"))
  var maxPeers = 50

  @Flag(help: "Believe the address that a peer states (ip=…, ipv6=…) rather than the one from which it announces.")
  var honourIp = false

  @Option(help: ArgumentHelp("Write each announce as a line of JSON; - is standard output.", valueName: "file"))
  var events: String?

  @Option(help: "Be led over this channel; the only one is stdin.")
  var control: ControlChannel?

  func validate() throws {
    guard (1...1_000_000_000).contains(interval) else { throw ValidationError("--interval must be 1 to 1000000000") }
    guard (0...interval).contains(minInterval ?? 0) else {
      throw ValidationError("--min-interval must be 0 to --interval")
    }
    guard speed > 0, speed <= 1e6 else { throw ValidationError("--speed must be above 0 and at most 1000000") }
    guard (0...10_000).contains(maxPeers) else { throw ValidationError("--max-peers must be 0 to 10000") }
    guard control == nil || events != "-" else {
      throw ValidationError("--events - and --control would share standard output; name a file")
    }
  }

  func run() throws {
    let process = TrackerProcess(
      host: listen.host, port: listen.port,
      settings: TrackerSettings(
        interval: interval, minimumInterval: minInterval, maximumPeers: maxPeers, randomSeed: randomSeed,
        honoursIP: honourIp, transport: `protocol`.transport),
      speed: speed, isControlled: control != nil, eventsPath: events)
    let status = process.run()
    if status != 0 { throw ExitCode(status) }
  }
}

enum ProtocolChoice: String, ExpressibleByArgument, CaseIterable {
  case http, udp, both

  var transport: TrackerTransport {
    switch self {
    case .http: .http
    case .udp: .udp
    case .both: .both
    }
  }
}

enum ControlChannel: String, ExpressibleByArgument, CaseIterable { case stdin }
