import SwarmTime
import Wire

/// What is looked after every ten seconds, whatever the choking algorithm does.
extension Peer {
  static let choreInterval = SwarmDuration.seconds(10)
  static let snubbedAfter = SwarmDuration.seconds(30)
  /// A request that was passed over for so long is asked of another.
  static let requestTimeout = SwarmDuration.seconds(60)
  /// For so long it is not asked for it again: others that have it may choke us for ever, or pass it over too.
  private static let leftOutFor = SwarmDuration.seconds(60)
  private static let mostLeftOut = 32
  private static let silenceAfterChoke = SwarmDuration.seconds(10)
  /// BEP 3: "generally once every two minutes"; less what the wait for the next chores may add.
  private static let keepAliveAfter = SwarmDuration.seconds(100)
  private static let idleLimit = SwarmDuration.seconds(240)

  mutating func chores(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    while choresDue <= now { choresDue = choresDue + Self.choreInterval }
    findSnubbers(now, &actions)
    keepAlive(now, &actions)
    closeLeftDuplicates(now, &actions)
    tellConnections(now, &actions)
    requestsDue = true
    if open.count + contacts.dialling.count < configuration.minimumConnections { actions.append(.wantPeers) }
    // Not oftener: a full peer lets us in and closes again, and somebody would have given way to it for nothing.
    dial(turningOver: true, &actions)
  }

  /// A keep-alive to whom we have told nothing for long; who has told us nothing for twice as long is gone.
  private mutating func keepAlive(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    for slot in Array(open) {
      if now - remotes[slot].lastHeard >= Self.idleLimit {
        drop(slot, reason: "silent for 240 s", now, &actions)
      } else if now - remotes[slot].lastSaid >= Self.keepAliveAfter {
        send(.keepAlive, to: slot, &actions)
      }
    }
  }

  /// Marks who has owed us blocks for too long, and asks others for them. A fast peer that has choked us and kept silent
  /// about our requests breaks BEP 6: nothing is waited for any longer.
  private mutating func findSnubbers(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    for slot in Array(open) {
      forgetCancelled(by: slot, before: now - Self.requestTimeout)
      remotes[slot].leftOut.removeAll { now - $0.sentAt >= Self.leftOutFor }
      if remotes[slot].isChokingUs {
        releaseUnanswered(slot, now, &actions)
        continue
      }
      if !remotes[slot].outstanding.isEmpty, remotes[slot].patience.owed(for: Self.choreInterval) {
        drop(slot, reason: "unchoked us for long and brought nothing", now, &actions)
        continue
      }
      guard !remotes[slot].isSnubbed, let since = remotes[slot].waitingSince else { continue }
      guard now - since >= Self.snubbedAfter else {
        withdrawOverdue(slot, now, &actions)
        continue
      }
      remotes[slot].isSnubbed = true
      for request in remotes[slot].outstanding { withdraw(request.block, from: slot, now, &actions) }
      _ = table.abandon(exclusiveTo: remotes[slot].serial)
      actions.append(.note("snubbed by \(slot)"))
    }
  }

  /// A peer that chokes us owes what it allowed us all the same, and is believed no longer once it has kept that back.
  private mutating func releaseUnanswered(_ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    guard !remotes[slot].outstanding.isEmpty else { return }
    let isAllowed = !remotes[slot].allowedFast.isEmpty
    let since = max(remotes[slot].chokedUsAt, remotes[slot].waitingSince ?? .distantPast)
    guard now - since >= (isAllowed ? Self.snubbedAfter : Self.silenceAfterChoke) else { return }
    remotes[slot].allowedFast.removeAll()
    // What was asked for since the choke no choke has taken back: allowed again, it would be asked for twice.
    let chokedAt = remotes[slot].chokedUsAt
    for request in remotes[slot].outstanding where request.sentAt >= chokedAt {
      withdraw(request.block, from: slot, now, &actions)
    }
    releaseRequests(of: slot)
  }

  /// It serves us, but has left out some requests for so long that it will hardly answer them.
  private mutating func withdrawOverdue(_ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    for request in remotes[slot].outstanding where now - request.sentAt >= Self.requestTimeout {
      withdraw(request.block, from: slot, now, &actions)
      if remotes[slot].leftOut.count == Self.mostLeftOut { remotes[slot].leftOut.removeFirst() }
      remotes[slot].leftOut.append(Request(block: request.block, sentAt: now, wasAlone: false))
      // A piece that it alone was to bring waits for it no longer.
      abandonExclusivePieces(of: slot, now)
    }
  }
}
