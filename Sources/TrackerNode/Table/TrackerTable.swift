public import SwarmTime
public import Wire

/// The tracker without I/O: who is in which torrent. The caller hands in the time.
public struct TrackerTable {
  public let settings: TrackerSettings
  private var swarms: [[UInt8]: TrackedSwarm] = [:]
  /// In all torrents together.
  private var peerCount = 0
  private var random: RandomSource
  /// Clients send eight characters; as many bytes as this are kept of each peer.
  private static let longestKey = 64
  /// When all torrents are looked through again for peers that have gone.
  private var sweepDue = SwarmInstant.distantPast

  public init(_ settings: TrackerSettings) {
    self.settings = settings
    random = RandomSource(seed: settings.randomSeed)
  }

  /// A peer that does not announce itself for this long is forgotten: two and a half intervals, so that one announce
  /// may be lost.
  public var patience: SwarmDuration {
    SwarmDuration(nanoseconds: SwarmDuration.seconds(settings.interval).nanoseconds / 2 * 5)
  }

  /// Enters what a peer says of itself, and names others. A peer that comes from another address than before must bring
  /// the key that it gave then, if it gave one (BEP 3): nobody else may move it or say goodbye for it.
  ///
  /// - Parameter source: the address from which the announce came.
  public mutating func announce(
    _ request: AnnounceRequest, from source: String, at now: SwarmInstant
  ) -> AnnounceResponse {
    if let key = request.key, key.utf8.count > Self.longestKey {
      return .failure("key has \(key.utf8.count) bytes, expected at most \(Self.longestKey)")
    }
    if isFull(for: request) { sweep(at: now) }
    guard swarms[request.infoHash] != nil || swarms.count < settings.mostTorrents else {
      return .failure("this tracker serves \(settings.mostTorrents) torrents already")
    }
    var swarm = swarms[request.infoHash] ?? TrackedSwarm()
    // Taken out while it changes, or each change would copy it.
    swarms[request.infoHash] = nil
    peerCount -= swarm.peers.count
    defer {
      peerCount += swarm.peers.count
      if !swarm.peers.isEmpty || swarm.completions > 0 { swarms[request.infoHash] = swarm }
    }
    swarm.expire(at: now)
    let address = settings.honoursIP ? request.ip ?? source : source
    if let known = swarm.peer(request.peerID), known.address != address, known.key != nil, known.key != request.key {
      return .failure("this peer id is in use at another address, with another key")
    }
    guard swarm.peer(request.peerID) != nil || swarm.peers.count < settings.mostPeersOfTorrent else {
      return .failure("this torrent has \(settings.mostPeersOfTorrent) peers already")
    }
    guard swarm.peer(request.peerID) != nil || peerCount + swarm.peers.count < settings.mostPeers else {
      return .failure("this tracker knows \(settings.mostPeers) peers already")
    }
    if request.event == .completed { swarm.completions += 1 }
    var peers: [TrackerPeer] = []
    if request.event == .stopped {
      swarm.remove(request.peerID, at: "\(address):\(request.port)")
    } else {
      swarm.put(
        TrackedPeer(
          peerID: request.peerID, address: address, ipv6: settings.honoursIP ? request.ipv6 : nil, port: request.port,
          key: request.key, left: request.left, expires: now + patience))
      let count = min(request.numwant ?? settings.maximumPeers, settings.maximumPeers)
      peers = swarm.draw(count, without: request.peerID, &random)
    }
    return AnnounceResponse(
      interval: settings.interval, minInterval: settings.minimumInterval, complete: swarm.seeds,
      incomplete: swarm.leechers, peers: peers,
      warning: request.port == 0 && request.event != .stopped ? "port is 0, so no peer is told of this one" : nil)
  }

  /// Whether an announce would be refused for want of room, unless some have gone.
  private func isFull(for request: AnnounceRequest) -> Bool {
    let known = swarms[request.infoHash]
    if known == nil, swarms.count >= settings.mostTorrents { return true }
    return peerCount >= settings.mostPeers && known?.peer(request.peerID) == nil
  }

  /// Forgets peers that have gone, also of torrents that nobody asks about any more; no oftener than once in an interval,
  /// since it means looking at all of them.
  private mutating func sweep(at now: SwarmInstant) {
    guard sweepDue <= now else { return }
    sweepDue = now + .seconds(settings.interval)
    for infoHash in Array(swarms.keys) {
      expire(infoHash, at: now)
      if swarms[infoHash]?.peers.isEmpty == true { swarms[infoHash] = nil }
    }
  }

  private mutating func expire(_ infoHash: [UInt8], at now: SwarmInstant) {
    peerCount -= swarms[infoHash]?.peers.count ?? 0
    swarms[infoHash]?.expire(at: now)
    peerCount += swarms[infoHash]?.peers.count ?? 0
  }

  /// Ascending by info hash; a torrent that nobody has announced is not among them.
  public mutating func scrape(_ request: ScrapeRequest, at now: SwarmInstant) -> ScrapeResponse {
    let hashes = request.infoHashes.isEmpty ? Array(swarms.keys) : Array(Set(request.infoHashes))
    return ScrapeResponse(files: hashes.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { figures($0, now) })
  }

  /// Of one torrent; zeros where nobody has announced it.
  mutating func figures(_ infoHash: [UInt8], at now: SwarmInstant) -> ScrapeResponse.File {
    figures(infoHash, now) ?? ScrapeResponse.File(infoHash: infoHash, complete: 0, downloaded: 0, incomplete: 0)
  }

  private mutating func figures(_ infoHash: [UInt8], _ now: SwarmInstant) -> ScrapeResponse.File? {
    expire(infoHash, at: now)
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
