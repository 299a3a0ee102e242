import Lab
import Testing

@Suite("What the end of a lab comes to")
struct RunEndingTests {
  private func end(
    done: EndReason? = nil, failure: LabError? = nil, stopReason: EndReason? = nil, _ termination: Termination
  ) -> RunEnding {
    RunEnding(done: done, failure: failure, stopReason: stopReason, termination: termination, lastWords: ["last"])
  }

  @Test("a run that ended in good order is what it says, without a word more")
  func goodOrder() {
    #expect(end(done: .complete, .exited(0)) == end(done: .complete, .exited(0)))
    let ended = end(done: .complete, .exited(0))
    #expect(ended.reason == .complete && ended.error == nil && ended.note == nil)
    #expect(end(done: .interrupted, stopReason: .timedOut, .exited(0)).reason == .timedOut)
    #expect(end(done: .complete, stopReason: .interrupted, .exited(0)).reason == .complete)
  }

  @Test("a lab that is killed before its run is over is a fault, with its last words")
  func killed() {
    let ended = end(.exited(137))
    #expect(ended.reason == .failed)
    #expect(ended.error?.exitStatus == 70)
    #expect(ended.error?.what == "the lab ended with exit status 137 before its run was over")
    #expect(ended.error?.log == ["last"])
  }

  @Test("a lab that is killed when its run is over has lost nothing, and it is said", arguments: [true, false])
  func killedAfterwards(byShell: Bool) {
    let ended = end(done: .complete, byShell ? .exited(137) : .signalled(9))
    #expect(ended.reason == .complete && ended.error == nil)
    let how = byShell ? "exit status 137" : "signal 9"
    #expect(
      ended.note == "the lab ended with \(how) after its run was over; record and capture were closed before")
  }

  @Test("a lab that was told to stop and killed for it is no fault")
  func stopped() {
    let ended = end(stopReason: .interrupted, .exited(137))
    #expect(ended.reason == .interrupted && ended.error == nil)
  }

  @Test("an error that it told is the error")
  func failure() {
    let error = LabError(.environment, what: "no room")
    let ended = end(failure: error, stopReason: .interrupted, .exited(75))
    #expect(ended.reason == .failed && ended.error == error && ended.note == nil)
  }
}
