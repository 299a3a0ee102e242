import Control
import NIOCore
import PeerCore
import SwarmTime
import Wire

/// What the tracker is told, and what it tells.
extension Node {
  /// How many addresses are asked for: as many as the peer may dial (Legout 2006, section 2.2: 50).
  private static let wantedPeers = 50

  func announceIfDue(_ present: SwarmInstant) {
    guard let tracker else { return dropAnnounces(present) }
    guard let announce = announces.take(at: present) else { return }
    let request = AnnounceRequest(
      infoHash: settings.metainfo.infoHash, peerID: identity, port: address.port, uploaded: sentBytes,
      downloaded: receivedBytes, left: settings.metainfo.totalLength - storage.verifiedBytes, event: announce.event,
      numwant: announce.event == .stopped ? 0 : Self.wantedPeers)
    let timeout = realTime(.seconds(15), atLeast: .seconds(2))
    let (epoch, round) = (epoch, announceRound)
    TrackerClient.announce(request, to: tracker, from: address, timeout: timeout, on: eventLoop)
      .assumeIsolated().whenComplete { result in
        guard epoch == self.epoch, round == self.announceRound else { return }
        self.announced(announce, result)
      }
  }

  /// Without a tracker every announce is told at once, to nobody.
  private func dropAnnounces(_ present: SwarmInstant) {
    while announces.take(at: present) != nil {
      announces.answered(interval: 86400, minInterval: 86400, at: present)
    }
    endLeavingIfDone()
  }

  private func announced(_ announce: AnnounceSchedule.Announce, _ result: Result<AnnounceResponse, any Error>) {
    let name = announce.event?.rawValue ?? "regular"
    switch result {
    case .success(let response):
      announces.answered(interval: response.interval, minInterval: response.minInterval, at: now)
      isTrackerFailureReported = false
      log("announced", text: "\(name): \(response.peers.count) peers")
      feed(.addressesLearned(response.peers.compactMap { PeerAddress(ip: $0.address, port: $0.port) }))
    case .failure(let error):
      announces.failed(at: now)
      log("announce-failed", text: "\(name): \(error)")
      if !isTrackerFailureReported { report(.error(code: "tracker", text: "announce (\(name)) failed: \(error)")) }
      isTrackerFailureReported = true
    }
    scheduleTurnEnd()
    endLeavingIfDone()
  }
}
