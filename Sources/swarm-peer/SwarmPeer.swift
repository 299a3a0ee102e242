import ArgumentParser
import Control
import Glibc
import PeerNode
import SwarmTime

@main
struct SwarmPeer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swarm-peer",
    abstract: "A BitTorrent peer: leecher until it has everything, seed after.",
    discussion: """
      By hand it starts at once, prints a line each second, and ends politely on Ctrl-C:

        swarm-peer --torrent film.torrent --data ./here --listen 127.0.0.1:7000
        swarm-peer --torrent film.torrent --data ./there --listen 127.0.0.2:7000 \\
          --peer 127.0.0.1:7000 --upload 256KiB/s --on-complete leave

      The payload lies in the data folder under the torrent's own name; what is there already is hashed, and the rest \
      is fetched. Outgoing connections and announces come from the address of --listen.

      With --control stdin it takes orders from a lab, one JSON object a line: start, join, leave, setRate, stop; \
      the end of standard input means stop. It answers on standard output: hello, listening, completed, stopped, error.

      Rates are bytes for each second of swarm time: 262144, 256KiB/s, 2MiB/s, 8Mbit/s. At --speed 10 one real \
      second holds ten seconds of the swarm, for rates, periods and the tracker's interval alike.
      """)

  @OptionGroup var options: PeerOptions

  func validate() throws { _ = try options.misbehavingGroup() }

  func run() throws {
    let settings = try options.settings()
    let isControlled = options.control != nil
    let console = Console()
    let failure = FirstFailure()
    let host = NodeHost.launch(settings, processID: getpid()) { report in
      if isControlled {
        console.print(report.line)
      } else if let text = report.textForPeople {
        console.print(text)
      }
      // Its last report.
      if case .stopped(let reason) = report {
        if reason == "failed" { failure.happened() }
        console.finish()
      }
    }
    if isControlled {
      console.run(readsInput: true) { event in control(host, console, event) }
    } else {
      host.obey(.start(SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: options.speed)))
      host.obey(.join)
      var meter = ProgressMeter(speed: options.speed)
      console.run(readsInput: false) { event in
        switch event {
        case .interrupted(let number): interrupt(host, number)
        case .tick:
          if let progress = try? host.waitForProgress() { console.print(meter.line(progress)) }
        case .line, .endOfInput: break
        }
      }
    }
    if failure.hasHappened { throw ExitCode(75) }
  }

  private func control(_ host: NodeHost, _ console: Console, _ event: Console.Event) {
    switch event {
    case .line(let line):
      do throws(ControlError) { host.obey(try ControlOrder(line: line)) } catch {
        console.print(ControlReport.error(code: "order", text: error.description).line)
      }
    case .endOfInput: host.stop(reason: "end of input")
    case .interrupted(let number): interrupt(host, number)
    case .tick: break
    }
  }

  private func interrupt(_ host: NodeHost, _ number: Int32) {
    host.stop(reason: number == SIGINT ? "SIGINT" : "SIGTERM")
    // The next one ends the process at once.
    signal(number, SIG_DFL)
  }
}

extension ControlReport {
  fileprivate var textForPeople: String? {
    switch self {
    case .hello: nil
    case .listening(let address): "listening on \(address)"
    case .completed: "complete"
    case .stopped(let reason): "stopped (\(reason))"
    case .error(_, let text): "error: \(text)"
    }
  }
}
