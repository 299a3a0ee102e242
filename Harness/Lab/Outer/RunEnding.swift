/// What the end of a lab comes to, of what it said last and how its process ended.
package struct RunEnding: Sendable, Hashable {
  package var reason: EndReason
  package var error: LabError?
  /// Something that a person should know.
  package var note: String?

  /// - Parameters:
  ///   - done: What the lab's last message says, after which it has nothing left to do but to end: record and capture
  ///     are closed. Nil where none came.
  ///   - failure: The error that it told.
  ///   - stopReason: Why it was told to stop; nil where it was not.
  ///   - termination: How it ended; nil where it could not even be started.
  package init(
    done: EndReason?, failure: LabError?, stopReason: EndReason?, termination: Termination?, lastWords: [String]
  ) {
    error = failure
    if failure != nil {
      reason = .failed
    } else if let stopReason, done == nil || done == .interrupted {
      reason = stopReason
    } else if let done {
      reason = done
    } else {
      reason = .failed
      error = LabError(
        .harness, what: "the lab ended with \(termination?.description ?? "no status") before its run was over",
        place: "swarmlab lab", expected: "it to end the run in good order",
        mend: "see its last words; was it killed?", log: lastWords)
    }
    // Whoever kills it now comes too late to take anything away, and is named all the same.
    if done != nil, failure == nil, let termination, termination != .exited(0) {
      let how = termination.description
      note = "the lab ended with \(how) after its run was over; record and capture were closed before"
    }
  }
}
