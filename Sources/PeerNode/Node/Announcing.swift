import Control
import NIOCore
import PeerCore
import SwarmTime
import Wire

/// What the tracker is told, and what it tells.
extension Node {
  /// How many addresses are asked for: as many as the peer may dial (Legout 2006, section 2.2: 50).
  private static let wantedPeers = 50
  /// How often a UDP tracker is asked again before another one is tried: it has been silent for 45 s then.
  private static let retriesBeforeNext = 1

  func announceIfDue(_ present: SwarmInstant) {
    let order = trackers.order
    guard !order.isEmpty else { return dropAnnounces(present) }
    guard let announce = announces.take(at: present) else { return }
    tell(announce, order[...])
  }

  /// Tells the first of `trackers` and, if it fails, the others.
  private func tell(_ announce: AnnounceSchedule.Announce, _ trackers: ArraySlice<TrackerURL>) {
    guard let tracker = trackers.first else { return }
    let (epoch, round) = (epoch, announceRound)
    let client = tracker.scheme == .udp ? udpClient() : nil
    send(request(announce, for: tracker), to: tracker, over: client).assumeIsolated().whenComplete { result in
      guard epoch == self.epoch, round == self.announceRound else { return }
      switch result {
      case .success(let response): self.answered(announce, tracker, response)
      case .failure(let error):
        self.log("announce-failed", text: "\(announce.name) at \(tracker): \(error)")
        let others = trackers.dropFirst()
        if others.isEmpty { self.failed(announce, error) } else { self.tell(announce, others) }
      }
    }
  }

  private func request(_ announce: AnnounceSchedule.Announce, for tracker: TrackerURL) -> AnnounceRequest {
    AnnounceRequest(
      infoHash: settings.metainfo.infoHash, peerID: identity, port: address.port, uploaded: sentBytes,
      downloaded: receivedBytes, left: settings.metainfo.totalLength - storage.verifiedBytes, event: announce.event,
      numwant: announce.event == .stopped ? 0 : Self.wantedPeers, key: trackerKey,
      trackerID: trackers.identifier(for: tracker))
  }

  /// - Parameter client: of a UDP tracker.
  private func send(
    _ request: AnnounceRequest, to tracker: TrackerURL, over client: UDPTrackerClient?
  ) -> EventLoopFuture<AnnounceResponse> {
    switch tracker.scheme {
    case .http:
      let timeout = realTime(.seconds(15), atLeast: .seconds(2))
      return TrackerClient.announce(request, to: tracker, from: address, timeout: timeout, on: eventLoop)
    case .udp:
      guard let client else { return eventLoop.makeFailedFuture(TrackerFailure.closed) }
      let retries = trackers.order.count > 1 ? Self.retriesBeforeNext : UDPExchange.mostRetries
      return client.announce(request, to: tracker, retries: retries)
    }
  }

  /// A goodbye from an address that the peer gives up, told once and waited for by nobody: it goes on elsewhere.
  func bidFarewell() {
    let client = udpTracker
    // What is announced next goes out from the new address.
    udpTracker = nil
    guard case .inSwarm = state, let tracker = trackers.order.first else {
      client?.close()
      return
    }
    let goodbye = request(AnnounceSchedule.Announce(event: .stopped), for: tracker)
    send(goodbye, to: tracker, over: client).assumeIsolated().whenComplete { _ in client?.close() }
  }

  /// nil before there is a clock.
  private func udpClient() -> UDPTrackerClient? {
    if let udpTracker { return udpTracker }
    guard let clock else { return nil }
    let client = UDPTrackerClient(
      eventLoop: eventLoop, source: address, clock: clock,
      randomSeed: RandomSeed.derive(from: settings.randomSeed, name: "transactions \(epoch)"))
    udpTracker = client
    return client
  }

  /// Without a tracker every announce is told at once, to nobody.
  private func dropAnnounces(_ present: SwarmInstant) {
    while announces.take(at: present) != nil {
      announces.answered(interval: 86400, minInterval: 86400, at: present)
    }
    endLeavingIfDone()
  }

  private func answered(_ announce: AnnounceSchedule.Announce, _ tracker: TrackerURL, _ response: AnnounceResponse) {
    trackers.answered(tracker, identifier: response.trackerID)
    announces.answered(interval: response.interval, minInterval: response.minInterval, at: now)
    isTrackerFailureReported = false
    log("announced", text: "\(announce.name) at \(tracker): \(response.peers.count) peers")
    if let warning = response.warning { log("tracker-warning", text: warning) }
    feed(.addressesLearned(response.peers.compactMap { PeerAddress(ip: $0.address, port: $0.port) }))
    goOn()
  }

  /// No tracker answered.
  private func failed(_ announce: AnnounceSchedule.Announce, _ error: any Error) {
    announces.failed(at: now)
    if !isTrackerFailureReported {
      report(.error(code: "tracker", text: "announce (\(announce.name)) failed: \(error)"))
    }
    isTrackerFailureReported = true
    goOn()
  }

  private func goOn() {
    scheduleTurnEnd()
    endLeavingIfDone()
  }
}

extension AnnounceSchedule.Announce {
  fileprivate var name: String { event?.rawValue ?? "regular" }
}
