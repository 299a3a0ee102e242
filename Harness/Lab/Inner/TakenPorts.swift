import Planning

/// Ports of a run that somebody else has already. In a sandbox all are free; on the host's loopback they are everybody's, and a
/// client of others whose port is taken would look ready, since a socket listens there.
enum TakenPorts {
  /// - Throws: `LabError` (environment) naming who was to listen where.
  static func check(_ plan: Plan, among sockets: ListeningSockets) throws(LabError) {
    let taken = all(of: plan, among: sockets)
    guard let first = taken.first else { return }
    var error = LabError.portTaken(first.place, of: first.owner)
    if taken.count > 1 { error.what += " (\(taken.count - 1) more of the run's ports are, too)" }
    error.expected = "all ports of the run free: without a sandbox they are the machine's own"
    error.mend += ", or let runs have ports of their own: `swarmlab clients` says what keeps the sandbox from working"
    throw error
  }

  private static func all(
    of plan: Plan, among sockets: ListeningSockets
  ) -> [(owner: String, place: String)] {
    var taken: [(owner: String, place: String)] = []
    if let tracker = plan.tracker, sockets.takePort(of: tracker) {
      taken.append((RunLogic.tracker, "\(tracker.address):\(tracker.port)"))
    }
    for peer in plan.peers {
      let moves = plan.faults.count { $0.kind == .changeAddress && $0.peers.contains(peer.name) }
      for address in (0...moves).map(peer.address(incarnation:))
      where sockets.contains(address: address, port: peer.port) {
        taken.append((peer.name, "\(address):\(peer.port)"))
      }
    }
    return taken
  }
}

extension LabError {
  /// - Parameter place: `address:port`.
  static func portTaken(_ place: String, of owner: String) -> LabError {
    let port = place.split(separator: ":").last ?? ""
    return LabError(
      .environment, what: "another program has \(place), where it is to listen", place: owner,
      mend: "end that program, which `ss -lntup 'sport = :\(port)'` shows")
  }
}
