import Foundation
import Testing

/// Processes of this machine, seen from outside the sandbox.
enum Processes {
  /// Ids of those whose command line holds all of these words.
  static func ids(with words: String...) -> [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { id in
      guard let data = FileManager.default.contents(atPath: "/proc/\(id)/cmdline"), !data.isEmpty else { return false }
      let line = String(decoding: data.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
      return words.allSatisfy { line.contains($0) }
    }
  }

  /// Waits until a condition holds. /proc tells nobody of its changes, so it is asked again and again until the deadline.
  static func wait(within seconds: Double, until holds: () throws -> Bool) async throws -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(seconds)
    while try !holds() {
      if clock.now > deadline { return false }
      try await clock.sleep(for: .milliseconds(10))
    }
    return true
  }
}
