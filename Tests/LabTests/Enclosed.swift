import Glibc
import Lab
import Synchronization

/// A command in an enclosure, as the outer half starts one: with a lifeline, and its output gathered to its end.
final class Enclosed: Sendable {
  private let lifeline: Mutex<Int32>
  private let id = Mutex<Int32?>(nil)
  private let output = Mutex<[UInt8]>([])
  private let ending: AsyncStream<Void>
  private let ended: Task<Termination?, Never>
  private let started: AsyncStream<Int32>

  /// `before` stands before the enclosure's own command line, to change the user.
  init(_ command: [String], on rung: Sandbox.Rung = .bubblewrapUser, before: [String] = []) throws {
    let enclosure = try Enclosure(rung, around: command)
    let lifeline = try Descriptor.pipe()
    let output = try Descriptor.pipe()
    self.lifeline = Mutex(lifeline.writing)
    let request = LaunchRequest(
      commandLine: before + enclosure.commandLine, company: .ownSession, input: lifeline.reading,
      output: output.writing, error: fcntl(output.writing, F_DUPFD_CLOEXEC, 0))
    let (started, starts) = AsyncStream.makeStream(of: Int32.self)
    self.started = started
    let (ending, ends) = AsyncStream.makeStream(of: Void.self)
    self.ending = ending
    ended = Task {
      let termination = try? await LocalLauncher().run(request) { id in
        starts.yield(id)
        starts.finish()
      }
      starts.finish()
      return termination
    }
    DescriptorReader(output.reading) { bytes in
      self.output.withLock { $0 += bytes }
    } end: {
      ends.finish()
    }
  }

  /// Id of the enclosure's first process.
  func processID() async -> Int32? {
    for await id in started { return id }
    return nil
  }

  func cutLifeline() {
    lifeline.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  /// Waits until the command has ended and nobody holds its output any more.
  func finish() async -> (termination: Termination?, output: String) {
    let termination = await ended.value
    cutLifeline()
    for await _ in ending {}
    return (termination, output.withLock { String(decoding: $0, as: UTF8.self) })
  }

  /// Waits until the output contains `text`. False when it ended without.
  func hasSaid(_ text: String, within seconds: Double = 10) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if output.withLock({ String(decoding: $0, as: UTF8.self) }).contains(text) { return true }
      try? await Task.sleep(for: .milliseconds(5))
    }
    // This task may itself have been kept waiting for so long.
    return output.withLock { String(decoding: $0, as: UTF8.self) }.contains(text)
  }
}

/// Processes of the machine whose command line begins with `marker`.
func processes(named marker: String) -> [Int32] {
  processes(marked: marker).filter { text(of: "/proc/\($0)/cmdline")?.hasPrefix(marker) == true }
}

/// Processes of the machine whose command line contains `marker`.
func processes(marked marker: String) -> [Int32] {
  guard let stream = opendir("/proc") else { return [] }
  defer { closedir(stream) }
  var found: [Int32] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard let id = Int32(name), let line = text(of: "/proc/\(id)/cmdline"), line.contains(marker) else { continue }
    found.append(id)
  }
  return found
}

/// Waits for the last of them to go; what is left after `seconds` is returned.
func processesLeft(marked marker: String, after seconds: Double = 2) async -> [Int32] {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < deadline {
    if processes(marked: marker).isEmpty { return [] }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return processes(marked: marker)
}

/// Whether bubblewrap can make a sandbox here; tests that need one are skipped where it cannot.
let sandboxReason: String? = ProgramPath.find("bwrap") == nil ? "bubblewrap is not installed" : nil
