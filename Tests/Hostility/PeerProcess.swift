public import Foundation
import Glibc
import Synchronization

/// A `swarm-peer`, or a tracker, as a user would start it, what it prints, and the memory that it takes.
public final class PeerProcess: @unchecked Sendable {
  private struct State {
    var lines: [String] = []
    var mostAnonymous = 0
    var hasEnded = false
  }

  public let id: pid_t
  private let process: Process
  private let state = Mutex(State())
  private let input: FileHandle

  public enum Program: String, Sendable {
    case peer = "swarm-peer"
    case tracker = "swarm-tracker"

    /// Beside the caller's own.
    public var path: String {
      get throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: own).deletingLastPathComponent().appending(path: rawValue).path
      }
    }
  }

  /// - Parameter within: a command line that starts the program's, which is appended.
  public init(_ arguments: [String], of program: Program = .peer, within: [String] = []) throws {
    let command = within + [try program.path] + arguments
    let (process, output, input) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardOutput = output
    process.standardError = output
    process.standardInput = input
    try process.run()
    id = process.processIdentifier
    self.input = input.fileHandleForWriting
    self.process = process
    let reading = output.fileHandleForReading
    Thread.detachNewThread { self.gather(reading) }
    Thread.detachNewThread { self.measure() }
  }

  private func gather(_ reading: FileHandle) {
    var rest: [UInt8] = []
    while case let portion = reading.availableData, !portion.isEmpty {
      rest += portion
      while let end = rest.firstIndex(of: 10) {
        let line = String(decoding: rest[..<end], as: UTF8.self)
        rest.removeSubrange(...end)
        state.withLock { $0.lines.append(line) }
      }
    }
    state.withLock { $0.hasEnded = true }
  }

  /// The kernel tells nobody when memory grows, so it is asked again and again.
  private func measure() {
    while !state.withLock({ $0.hasEnded }) {
      if let now = Self.anonymous(id) { state.withLock { $0.mostAnonymous = max($0.mostAnonymous, now) } }
      usleep(5000)
    }
  }

  /// RssAnon in bytes; nil when the process is gone.
  private static func anonymous(_ id: pid_t) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8) else { return nil }
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return line.flatMap { Int($0.split { $0 == " " || $0 == "\t" }[1]) }.map { $0 * 1024 }
  }

  public var lines: [String] { state.withLock { $0.lines } }
  /// The most private memory that it was seen with, in bytes.
  public var mostAnonymous: Int { state.withLock { $0.mostAnonymous } }

  /// The first line with this front, past or to come, up to the deadline or the end of the process.
  public func line(from front: String, within seconds: Double = 60) async -> String? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      let (found, hasEnded) = state.withLock { state in
        (state.lines.first { $0.hasPrefix(front) }, state.hasEnded)
      }
      if found != nil || hasEnded || ContinuousClock.now > deadline { return found }
      try? await Task.sleep(for: .milliseconds(5))
    }
  }

  public func say(_ line: String) { try? input.write(contentsOf: Data((line + "\n").utf8)) }

  /// Ends it and waits for its end.
  public func end(_ signal: Int32 = SIGKILL) {
    try? input.close()
    kill(id, signal)
    process.waitUntilExit()
  }
}
