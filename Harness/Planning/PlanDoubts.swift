import TopologyFile

/// What can be run and will hardly show what its author wants.
struct PlanDoubts {
  var plan: Plan
  var topology: Topology

  var warnings: [Diagnostic] { [deadline, room].compactMap { $0 } }

  /// A deadline that no swarm can keep. The bound is loose where leechers arrive late, never too high.
  private var deadline: Diagnostic? {
    guard case .complete(let within) = topology.until, let bound = plan.bound, within < bound.duration else {
      return nil
    }
    return Diagnostic(
      file: topology.file, place: topology.place("until.within"), severity: .warning,
      message: "until.within: \(Wording.time(within)) is less than any swarm can need by theory, "
        + "\(Wording.time(bound.duration)) (\(Wording.term(bound.decidedBy)))",
      expected: "more; as it is, the run ends before all are complete")
  }

  /// A capture that ends before the download can, after which hardly a check decides.
  private var room: Diagnostic? {
    let leechers = plan.peers.filter { $0.role == .leecher }.count
    guard let atMost = topology.capture.atMostBytes else { return nil }
    let downloads = Int64(clamping: Int128(topology.payload.sizeBytes) * Int128(leechers))
    guard atMost < downloads, case .complete = topology.until else { return nil }
    return Diagnostic(
      file: topology.file, place: topology.place("capture.atMost"), severity: .warning,
      message: "capture.atMost: \(Wording.bytes(atMost)) is less than \(Wording.count(leechers, "download")) of "
        + "\(Wording.bytes(topology.payload.sizeBytes)), so that the capture ends before the swarm does",
      expected: "more than \(Wording.bytes(downloads)), or no atMost")
  }
}
