import Planning
import SwarmTime

/// What a foreign client is given time for: to be ready, and to stop.
extension RunLogic {
  /// The earliest deadline that something comes of.
  var nextForeignDeadline: Int64 {
    people.values.reduce(.max) { earliest, person in
      guard person.isAlive else { return earliest }
      return min(earliest, person.isReady ? .max : person.readyBy, person.killAt)
    }
  }

  mutating func giveTimeToBeReady(_ name: String, _ now: Int64) {
    guard let client = people[name]?.peer?.client, client.kind == .command else { return }
    people[name]?.readyBy = now + Self.nanoseconds(client.manners.readyWithinSeconds)
  }

  /// Whether it has not been ready yet, and still has time for that: who ends then has never taken part, however long a busy
  /// machine took to begin with it.
  func isStillAwaited(_ name: String) -> Bool {
    guard let person = people[name], !person.isReady else { return false }
    return takesOrders(name) || person.readyBy != .max
  }

  /// Asks it to stop in its own way. Nobody waits long for the end of a run that was interrupted.
  mutating func askToStop(_ name: String, _ now: Int64) {
    actions.append(.terminate(name))
    guard let client = people[name]?.peer?.client else { return }
    var patience = Self.nanoseconds(client.manners.stopWithinSeconds)
    if endReason == .interrupted || endReason == .timedOut { patience = min(patience, 3_000_000_000) }
    let earlier = people[name]?.killAt ?? .max
    people[name]?.killAt = min(earlier, now + patience)
  }

  mutating func keepForeignDeadlines(_ now: Int64) {
    for name in names {
      guard let person = people[name], person.isAlive else { continue }
      if person.killAt <= now {
        people[name]?.killAt = .max
        actions.append(.kill(name))
      }
      if !person.isReady, person.readyBy <= now {
        people[name]?.readyBy = .max
        if phase == .starting {
          fail(notReady([name]), now)
        } else if phase == .running {
          actions.append(.tell(.notReady(peer: name)))
          actions.append(.tell(.note("\(notReady([name]).whatAndWhere); the run goes on")))
        }
      }
    }
  }

  func notReady(_ names: [String]) -> LabError {
    let others = names.count > 1 ? " (nor were \(names.count - 1) others)" : ""
    let name = names.first ?? ""
    let peer = people[name]?.peer
    let address = place(of: name)
    let log = peer == nil ? "tracker" : "peers/\(name)"
    guard let peer, peer.client.kind == .command else {
      return LabError(
        .harness, what: "was not listening in time\(others)", place: name, expected: "a listening socket on \(address)",
        mend: "see its log, \(log)/stderr.log")
    }
    let within = "within \(Self.seconds(peer.client.manners.readyWithinSeconds)) of its start"
    guard let output = peer.client.manners.readyOutput else {
      if people[name]?.isOpenForDatagrams == true {
        return LabError(
          .usage, what: "was not listening \(within), but for UDP\(others)", place: name,
          expected: "a listening socket on \(address), for TCP",
          mend: "say with ready: {output: …} what a client of uTP alone prints once it is there; see its log, "
            + "\(log)/stderr.log")
      }
      return LabError(
        .usage, what: "was not listening \(within)\(others)", place: name,
        expected: "a listening socket on \(address)",
        mend: "tell it {address} and {port}, or give it longer with ready: {within: …}; see its log, \(log)/stderr.log")
    }
    return LabError(
      .usage, what: "did not say that it is ready \(within)\(others)", place: name,
      expected: "a line of its output that matches \(output)",
      mend: "correct ready.output, or give it longer with within; see its log, \(log)/stdout.log")
  }

  private static func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

  private static func seconds(_ seconds: Double) -> String { CommandLines.number(seconds) + " s" }
}

extension LabError {
  /// The sentence without its advice.
  var whatAndWhere: String { place.isEmpty ? what : "\(place) \(what)" }
}
