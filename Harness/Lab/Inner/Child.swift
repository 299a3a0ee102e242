import Control
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A process of the run, from its start to its end: orders in, reports and a bounded log out.
final class Child: Sendable {
  enum News: Sendable {
    case spawned(processID: Int32)
    case report(ControlReport)
    /// A line of its output matched `readyOutput`.
    case saidReady
    case exited(Termination, lastWords: [String])
    case notStarted(LabError)
  }

  private struct State: ~Copyable {
    var processID: pid_t?
    var termination: Termination?
    /// Pipes that have not ended.
    var openPipes = 0
    var isTold = false
    var cutter = LineCutter()
  }

  let name: String
  private let isNative: Bool
  private let company: LaunchRequest.Company
  private let folder: String
  private let orders: LineSender?
  private let state = Mutex(State())
  private let news: @Sendable (News) -> Void

  /// What a child is, apart from how it fares.
  struct Order: Sendable {
    var name: String
    var commandLine: [String]
    /// Takes orders on its standard input and reports on its standard output.
    var isNative: Bool
    /// Its output goes to `stdout.log` and `stderr.log` there.
    var folder: String
    var company: LaunchRequest.Company
    var environment: [String: String] = [:]
    var workingFolder: String?
    /// A regular expression that a line of its output matches once it is ready.
    var readyOutput: String?
  }

  /// Starts it. Throws `LabError` when descriptors lack.
  init(
    _ order: Order, launcher: any Launcher, news: @escaping @Sendable (News) -> Void
  ) throws(LabError) {
    let (name, isNative, company, folder) = (order.name, order.isNative, order.company, order.folder)
    self.name = name
    self.isNative = isNative
    self.company = company
    self.folder = folder
    self.news = news
    let input: Int32
    if isNative {
      let pipe = try Descriptor.pipe()
      input = pipe.reading
      orders = LineSender(pipe.writing)
    } else {
      input = try Descriptor.null()
      orders = nil
    }
    let output = try Descriptor.pipe()
    let error = try Descriptor.pipe()
    let request = LaunchRequest(
      commandLine: order.commandLine, company: company, input: input, output: output.writing, error: error.writing,
      niceness: GivingWay.niceness, environment: order.environment, workingFolder: order.workingFolder)
    let ready = order.readyOutput.flatMap(OutputWatch.init)
    try gather(output.reading, log: "\(folder)/stdout.log", isControl: isNative, ready)
    try gather(error.reading, log: "\(folder)/stderr.log", isControl: false, ready)
    Task {
      do throws(LabError) {
        let termination = try await launcher.run(request) { id in
          self.state.withLock { $0.processID = id }
          self.news(.spawned(processID: id))
        }
        self.ended(termination)
      } catch {
        self.news(.notStarted(error))
      }
    }
  }

  /// Nil until it has been started.
  var processID: pid_t? { state.withLock { $0.processID } }

  func order(_ order: ControlOrder) { orders?.queue(Array((order.line + "\n").utf8)) }

  /// To the process and, where it has a group of its own, all its descendants in it.
  func signal(_ number: Int32) {
    let id = state.withLock { $0.termination == nil ? $0.processID : nil }
    guard let id else { return }
    if case .ownGroup = company { kill(-id, number) } else { kill(id, number) }
  }

  private func gather(
    _ descriptor: Int32, log path: String, isControl: Bool, _ ready: OutputWatch?
  ) throws(LabError) {
    let log = LogBox(try CappedLog(path: path))
    state.withLock { $0.openPipes += 1 }
    DescriptorReader(descriptor) { bytes in
      log.append(bytes)
      if let ready, ready.sees(bytes, of: descriptor) { self.news(.saidReady) }
      guard isControl else { return }
      var lines: [String] = []
      self.state.withLock { $0.cutter.add(bytes) { lines.append($0) } }
      for line in lines {
        // What is no report (a stray print) is in the log, and that is all.
        if let report = try? ControlReport(line: line) { self.news(.report(report)) }
      }
    } end: {
      self.state.withLock { $0.openPipes -= 1 }
      self.tellIfOver()
    }
  }

  /// What it wrote last is read before its end is told; a descendant that holds its pipes delays that no longer than
  /// 200 ms.
  private func ended(_ termination: Termination) {
    let id = state.withLock { state in
      state.termination = termination
      return state.processID
    }
    if case .ownGroup = company, let id { kill(-id, SIGKILL) }
    tellIfOver()
    EventLoop.shared.schedule(afterSeconds: 0.2) { self.tellIfOver(evenWithOpenPipes: true) }
  }

  private func tellIfOver(evenWithOpenPipes: Bool = false) {
    let termination: Termination? = state.withLock { state in
      guard let termination = state.termination, !state.isTold, evenWithOpenPipes || state.openPipes == 0 else {
        return nil
      }
      state.isTold = true
      return termination
    }
    guard let termination else { return }
    orders?.end()
    let words = CappedLog.lastLines(of: "\(folder)/stderr.log")
    let said = words.isEmpty && !isNative ? CappedLog.lastLines(of: "\(folder)/stdout.log") : words
    news(.exited(termination, lastWords: said))
  }
}

/// Shares a log between the calls of one reader.
private final class LogBox: Sendable {
  private let log: Mutex<CappedLog>

  init(_ log: consuming sending CappedLog) { self.log = Mutex(log) }

  func append(_ bytes: UnsafeRawBufferPointer) { log.withLock { $0.append(bytes) } }
}
