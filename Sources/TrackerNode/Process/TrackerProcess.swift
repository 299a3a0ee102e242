import Control
import Dispatch
import NIOCore
import NIOPosix
import SwarmTime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The life of the program `swarm-tracker`: it listens until it is told to stop, all on the calling thread.
public struct TrackerProcess: Sendable {
  public var host: String
  public var port: Int
  public var settings: TrackerSettings
  /// Swarm seconds for each real second, until an order says otherwise.
  public var speed: Double
  /// Speak the control channel on stdin and stdout rather than to a person.
  public var isControlled: Bool
  /// Where announces are logged; see `EventLog`.
  public var eventsPath: String?

  public init(
    host: String, port: Int, settings: TrackerSettings, speed: Double = 1, isControlled: Bool = false,
    eventsPath: String? = nil
  ) {
    self.host = host
    self.port = port
    self.settings = settings
    self.speed = speed
    self.isControlled = isControlled
    self.eventsPath = eventsPath
  }

  /// Runs to the end.
  ///
  /// - Returns: the exit status: 0 after an order, end of file on the control channel, SIGTERM or SIGINT; 75 when it
  ///   cannot listen or log.
  public func run() -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    var process = self
    process.settings.mostConnections = max(1, min(settings.mostConnections, Self.raiseLimitOfOpenFiles() - 64))
    let status = ExitStatus()
    MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { [process] loop in
      let life = TrackerLife(process, loop: loop) { result in
        status.value.withLock { $0 = result }
        loop.shutdownGracefully { _ in }
      }
      life.begin()
    }
    return status.value.withLock { $0 }
  }

  /// A peer's connection costs a descriptor; the usual soft limit of 1024 is too low for a thousand peers.
  ///
  /// - Returns: how many files may be open.
  private static func raiseLimitOfOpenFiles() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
  }
}

private final class ExitStatus: Sendable {
  let value = Mutex<Int32>(0)
}

/// From the first line to the last; everything happens on the event loop.
private final class TrackerLife {
  private let process: TrackerProcess
  private let loop: any EventLoop
  private let end: (Int32) -> Void
  private var server: TrackerServer?
  private var signals: [any DispatchSourceSignal] = []
  private var isEnding = false

  init(_ process: TrackerProcess, loop: any EventLoop, end: @escaping (Int32) -> Void) {
    self.process = process
    self.loop = loop
    self.end = end
  }

  func begin() {
    watchSignals()
    tell(.hello(version: ControlReport.version, processID: getpid()))
    let log: EventLog?
    do { log = try process.eventsPath.map { path throws(TrackerError) in try EventLog(path: path) } } catch {
      return fail(error)
    }
    let clock = SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: process.speed)
    let life = NIOLoopBound(self, eventLoop: loop)
    TrackerServer.listen(
      host: process.host, port: process.port, settings: process.settings, clock: clock, log: log, on: loop
    ).whenComplete { result in
      switch result {
      case .success(let server): life.value.listening(server)
      case .failure(let error as TrackerError): life.value.fail(error)
      case .failure(let error): life.value.fail(TrackerError(code: .cannotListen, "\(error)"))
      }
    }
  }

  private func listening(_ server: TrackerServer) {
    self.server = server
    tell(.listening(address: server.address))
    guard process.isControlled else {
      let figures = process.settings.transport.includesHTTP ? ", see http://\(server.address)/stats" : ""
      return say("swarm-tracker: listening; announce to \(server.announceURLs.joined(separator: " or "))\(figures)")
    }
    ControlInput.open(
      on: loop, order: { [self] in obey($0) }, problem: { [self] in tell(.error(code: "bad-order", text: $0)) },
      end: { [self] in stop("control-closed") })
  }

  private func obey(_ order: ControlOrder) {
    switch order {
    case .start(let clock): server?.setClock(clock)
    case .fail(let trouble): server?.fail(trouble)
    case .stop: stop("ordered")
    case .join, .leave, .setRate, .rebind:
      tell(.error(code: "unexpected-order", text: "a tracker knows start, fail and stop only"))
    }
  }

  private func stop(_ reason: String) {
    guard !isEnding else { return }
    isEnding = true
    let life = NIOLoopBound(self, eventLoop: loop)
    let closed = server?.close() ?? loop.makeSucceededVoidFuture()
    closed.whenComplete { _ in
      life.value.tell(.stopped(reason: reason))
      life.value.end(0)
    }
  }

  private func fail(_ error: TrackerError) {
    isEnding = true
    tell(.error(code: error.code.rawValue, text: error.description))
    if !process.isControlled { writeLine("swarm-tracker: \(error)", to: 2) }
    end(75)
  }

  private func watchSignals() {
    let life = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    for (number, name) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { loop.execute { life.value.stop(name) } }
      source.resume()
      signals.append(source)
    }
  }

  private func tell(_ report: ControlReport) {
    if process.isControlled { writeLine(report.line, to: 1) }
  }

  private func say(_ text: String) { writeLine(text, to: 1) }
}

private func writeLine(_ text: String, to descriptor: Int32) {
  let line = Array((text + "\n").utf8)
  _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}
