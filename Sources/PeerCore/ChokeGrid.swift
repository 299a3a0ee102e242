import Choking
import SwarmTime
import Wire

/// The points in time at which a peer re-evaluates whom it unchokes: every period, with a phase of its own.
struct ChokeGrid: Sendable {
  private let period: SwarmDuration
  private let phase: SwarmDuration
  private(set) var next = SwarmInstant.distantFuture
  private(set) var number = -1
  /// When the last point was, or the start.
  private(set) var began = SwarmInstant.zero

  init(period: SwarmDuration, random: inout RandomSource) {
    self.period = period
    phase = SwarmDuration(nanoseconds: Int64(random.below(Int(period.nanoseconds))))
  }

  mutating func start(at now: SwarmInstant) {
    began = now
    next = now + phase
  }

  /// Moves on past `now`; points that were slept through are skipped, and the grid stays where it was.
  mutating func pass(_ now: SwarmInstant) {
    began = now
    while next <= now {
      next = next + period
      number += 1
    }
  }
}

/// Who is unchoked.
extension Peer {
  mutating func round(_ now: SwarmInstant, _ actions: inout ActionQueue) {
    grid.pass(now)
    apply(.round(number: grid.number), now, &actions)
    for slot in open {
      remotes[slot].sentAtRound = remotes[slot].allSent
      remotes[slot].receivedAtRound = remotes[slot].allReceived
    }
  }

  mutating func fillVacancies(_ now: SwarmInstant, _ actions: inout ActionQueue) { apply(.vacancy, now, &actions) }

  private mutating func apply(_ occasion: ChokeMoment.Occasion, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    var snapshots: [Snapshot] = []
    snapshots.reserveCapacity(open.count)
    for slot in open { snapshots.append(snapshot(slot, now)) }
    let moment = ChokeMoment(
      occasion: occasion, now: now, isSeed: table.isComplete, capacity: uploadBucket?.rate,
      pieceCount: table.pieceCount, pieceLength: table.pieceLength)
    let decision = choker.unchoked(among: snapshots, at: moment, random: &random)
    for (slot, memo) in zip(open, decision.memos) { remotes[slot].memo = memo }
    // Chokes go out before unchokes, so that nobody who counts on the wire sees a slot too many.
    for (place, slot) in open.enumerated()
    where remotes[slot].isUnchoked && !decision.regular.contains(place) && !decision.optimistic.contains(place) {
      choke(slot, now, &actions)
    }
    for (place, slot) in Array(open).enumerated() {
      let isOptimistic = decision.optimistic.contains(place)
      guard isOptimistic || decision.regular.contains(place) else { continue }
      let isChosen = decision.drawn.contains(place)
      if isChosen { remotes[slot].lastChosen = now }
      if !isOptimistic {
        remotes[slot].optimisticSince = nil
      } else if isChosen {
        remotes[slot].optimisticSince = now
      }
      if !remotes[slot].isUnchoked { unchoke(slot, now, &actions) }
    }
  }

  private mutating func snapshot(_ slot: Int, _ now: SwarmInstant) -> Snapshot {
    let peer = remotes[slot].peer
    var snapshot = Snapshot(
      partner: Partner(address: peer.address.ipv4, peerID: peer.peerID), isInterested: remotes[slot].isInterested,
      received: remotes[slot].received.bytes(at: now), sent: remotes[slot].sent.bytes(at: now),
      isSnubbed: remotes[slot].isSnubbed, unchokedSince: remotes[slot].unchokedSince,
      optimisticSince: remotes[slot].optimisticSince, wasUnchoked: remotes[slot].wasUnchoked,
      lastChosen: remotes[slot].lastChosen)
    snapshot.receivedLately = remotes[slot].received.bytes(bins: Self.lately, at: now)
    snapshot.sentLately = remotes[slot].sent.bytes(bins: Self.lately, at: now)
    let remote = remotes[slot]
    snapshot.lastChange = remote.lastChange
    snapshot.unchokesUsSince = remote.unchokesUsSince
    snapshot.isWanted = remote.amInterested
    snapshot.pieces = remote.pieces.count
    snapshot.allReceived = remote.allReceived
    snapshot.lastReceived = remote.allReceived > 0 ? remote.lastDelivery : nil
    snapshot.allSent = remote.allSent
    snapshot.receivedThisRound = remote.allReceived - remote.receivedAtRound
    snapshot.sentThisRound = remote.allSent - remote.sentAtRound
    snapshot.memo = remote.memo
    return snapshot
  }

  /// Bins of half a second that make up 2 s.
  private static let lately = 4

  private mutating func choke(_ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    remotes[slot].unchokedSince = nil
    remotes[slot].optimisticSince = nil
    remotes[slot].lastChange = now
    forgetPromises(to: slot)
    send(.choke, to: slot, &actions)
    // BEP 6: choke first, then reject, so that the other side does not ask again at once.
    let dropped = remotes[slot].uploads.removeAll()
    queuedUploads -= dropped.count
    guard remotes[slot].peer.supportsFast else { return }
    for block in dropped { send(.reject(block), to: slot, &actions) }
  }

  private mutating func unchoke(_ slot: Int, _ now: SwarmInstant, _ actions: inout ActionQueue) {
    remotes[slot].unchokedSince = now
    remotes[slot].lastChange = now
    remotes[slot].wasUnchoked = true
    suggest(to: slot, &actions)
    send(.unchoke, to: slot, &actions)
  }
}
