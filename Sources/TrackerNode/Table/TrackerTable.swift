public import SwarmTime
public import Wire

/// The tracker without I/O: who is in which torrent. The caller hands in the time.
public struct TrackerTable {
  public let settings: TrackerSettings
  private var swarms: [[UInt8]: TrackedSwarm] = [:]
  private var random: RandomSource

  public init(_ settings: TrackerSettings) {
    self.settings = settings
    random = RandomSource(seed: settings.randomSeed)
  }

  /// A peer that does not announce itself for this long is forgotten: two and a half intervals, so that one announce
  /// may be lost.
  public var patience: SwarmDuration {
    SwarmDuration(nanoseconds: SwarmDuration.seconds(settings.interval).nanoseconds / 2 * 5)
  }

  /// Enters what a peer says of itself, and names others.
  ///
  /// - Parameter source: the address from which the announce came.
  public mutating func announce(
    _ request: AnnounceRequest, from source: String, at now: SwarmInstant
  ) -> AnnounceResponse {
    var swarm = swarms[request.infoHash] ?? TrackedSwarm()
    // Taken out while it changes, or each change would copy it.
    swarms[request.infoHash] = nil
    swarm.expire(at: now)
    if request.event == .completed { swarm.completions += 1 }
    var peers: [TrackerPeer] = []
    if request.event == .stopped {
      swarm.remove(request.peerID)
    } else {
      let address = settings.honoursIP ? request.ip ?? source : source
      swarm.put(
        TrackedPeer(
          peerID: request.peerID, address: address, port: request.port, left: request.left, expires: now + patience))
      let count = min(request.numwant ?? settings.maximumPeers, settings.maximumPeers)
      peers = swarm.draw(count, without: request.peerID, &random)
    }
    if !swarm.peers.isEmpty || swarm.completions > 0 { swarms[request.infoHash] = swarm }
    return AnnounceResponse(
      interval: settings.interval, complete: swarm.seeds, incomplete: swarm.leechers, peers: peers)
  }

  /// Ascending by info hash; a torrent that nobody has announced is not among them.
  public mutating func scrape(_ request: ScrapeRequest, at now: SwarmInstant) -> ScrapeResponse {
    let hashes = request.infoHashes.isEmpty ? Array(swarms.keys) : Array(Set(request.infoHashes))
    return ScrapeResponse(files: hashes.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { figures($0, now) })
  }

  private mutating func figures(_ infoHash: [UInt8], _ now: SwarmInstant) -> ScrapeResponse.File? {
    swarms[infoHash]?.expire(at: now)
    guard let swarm = swarms[infoHash] else { return nil }
    return ScrapeResponse.File(
      infoHash: infoHash, complete: swarm.seeds, downloaded: swarm.completions, incomplete: swarm.leechers)
  }

  /// Counts every peer's patience from `now` again: for a clock that is set while peers are known already.
  public mutating func restart(at now: SwarmInstant) {
    let expiry = now + patience
    for infoHash in Array(swarms.keys) { swarms[infoHash]?.renewAll(until: expiry) }
  }
}
