import Synchronization

/// Waits for the line of a program's output that says it is ready.
final class OutputWatch: Sendable {
  private struct State {
    var cutters: [Int32: LineCutter] = [:]
    var isOver = false
  }

  private let state = Mutex(State())
  // Immutable, and matching changes nothing in it.
  private nonisolated(unsafe) let pattern: Regex<AnyRegexOutput>

  /// Nil for what is no regular expression; a topology with one is refused before.
  init?(_ pattern: String) {
    guard let pattern = try? Regex(pattern) else { return nil }
    self.pattern = pattern
  }

  /// Whether these bytes of a pipe complete the first line that matches.
  func sees(_ bytes: UnsafeRawBufferPointer, of descriptor: Int32) -> Bool {
    state.withLock { state in
      guard !state.isOver else { return false }
      var lines: [String] = []
      state.cutters[descriptor, default: LineCutter()].add(bytes) { lines.append($0) }
      state.isOver = lines.contains { (try? pattern.firstMatch(in: $0)) != nil }
      return state.isOver
    }
  }
}
