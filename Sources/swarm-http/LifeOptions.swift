import ArgumentParser
import Control
import Glibc
import HTTPNode
import PeerCore
import PeerNode
import SwarmTime
import Synchronization

enum ControlChoice: String, ExpressibleByArgument, CaseIterable { case stdin }

/// How a server or client is led, by a person or by a lab.
struct LifeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Swarm seconds for each real second, without --control.", valueName: "x"))
  var speed = 1.0
  @Option(help: ArgumentHelp("Take orders on standard input.", valueName: "stdin"))
  var control: ControlChoice?

  func validate() throws {
    guard (0.1...1000).contains(speed) else {
      throw ValidationError("--speed: expected a number from 0.1 to 1000, found \(speed)")
    }
  }

  /// Runs it to its end. Throws `ExitCode` 75 where it could not go on.
  func run(_ make: @escaping @Sendable (HTTPSeat) -> any HTTPParty) throws {
    let isControlled = control != nil
    let console = Console()
    let hasFailed = Failing()
    let host = HTTPHost(processID: getpid(), make: make) { report in
      if isControlled {
        console.print(report.line)
      } else if let text = Self.text(report) {
        console.print(text)
      }
      if case .stopped(let reason) = report {
        if reason == "failed" { hasFailed.flag.store(true, ordering: .releasing) }
        console.finish()
      }
    }
    if !isControlled {
      host.obey(.start(SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: speed)))
      host.obey(.join)
    }
    console.run(readsInput: isControlled) { event in
      switch event {
      case .line(let line):
        do throws(ControlError) { host.obey(try ControlOrder(line: line)) } catch {
          console.print(ControlReport.error(code: "order", text: error.description).line)
        }
      case .endOfInput: host.stop(reason: "end of input")
      case .interrupted(let number):
        host.stop(reason: number == SIGINT ? "SIGINT" : "SIGTERM")
        // The next one ends the process at once.
        signal(number, SIG_DFL)
      case .tick: break
      }
    }
    if hasFailed.flag.load(ordering: .acquiring) { throw ExitCode(75) }
  }

  static func address(_ text: String, of option: String) throws -> PeerAddress {
    guard let address = PeerAddress(text) else {
      throw ValidationError("\(option): expected an IPv4 address, such as 127.0.0.1, found “\(text)”")
    }
    return address
  }

  static func limit(_ option: String, _ rate: Rate?, burst: Int64?) throws -> RateLimit? {
    if let burst, burst < 16397 {
      throw ValidationError("\(option)-burst: expected at least 16397 bytes, room for a block, found \(burst)")
    }
    guard let rate else {
      if burst != nil { throw ValidationError("\(option)-burst needs \(option)") }
      return nil
    }
    return RateLimit(bytesPerSecond: rate.bytesPerSecond, burst: burst)
  }

  /// For people; nil for what they need not know.
  private static func text(_ report: ControlReport) -> String? {
    switch report {
    case .hello: nil
    case .listening(let address): "ready at \(address)"
    case .completed: "complete"
    case .stopped(let reason): "stopped (\(reason))"
    case .error(_, let text): "error: \(text)"
    }
  }
}

private final class Failing: Sendable { let flag = Atomic(false) }
