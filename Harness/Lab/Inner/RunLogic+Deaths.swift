import Planning

/// What the end of a process comes to that nobody ordered, where it ends the run.
extension RunLogic {
  /// The exit status with which our own programs say that their environment lacks something.
  private static let lacksSomething: Int32 = 75

  func death(_ name: String, _ how: Termination, milliseconds: Int64, _ words: [String]) -> LabError {
    let log = name == Self.tracker ? "tracker/stderr.log" : "peers/\(name)/stderr.log"
    if takesOrders(name), how.code == Self.lacksSomething, let complaint = people[name]?.complaint {
      guard complaint.code != "port-in-use" else { return .portTaken(place(of: name), of: name) }
      return LabError(.environment, what: complaint.text, place: name, mend: "see its log, \(log)", log: words)
    }
    return LabError(
      isCommand(name) ? .usage : takesOrders(name) ? .harness : .environment,
      what: "ended with \(how.description), \(milliseconds) ms after its start", place: name,
      expected: "it to run until it is told to stop", mend: "see its log, \(log)", log: words)
  }

  /// `address:port` at which it is to listen.
  func place(of name: String) -> String {
    guard let peer = people[name]?.peer.map(current) else {
      return plan.tracker.map { "\($0.address):\($0.port)" } ?? ""
    }
    return "\(peer.address):\(peer.port)"
  }
}
