public import SwarmTime

/// A fault, resolved: what is done to which peers, and when. All that is left to chance was drawn when the plan was made.
public struct FaultPlan: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    /// The tracker hears of it, and connections are closed.
    case leave
    case kill
    /// Killed, and begun anew on the same data when `lasts` is over.
    case restart
    case pause
    case changeAddress
    case changeRate
    /// Nothing goes between `peers` and `others`.
    case partition
    /// Nothing goes between `peers` and anybody, the tracker included.
    case isolate
    case resetConnections
    case fullDisk
    case stopTracker
    /// The tracker answers, but not as it should.
    case trackerError

    /// The tracker alone is struck, and no peer.
    public var isOfTracker: Bool { self == .stopTracker || self == .trackerError }

    /// Addresses are cut off, whoever is there already or comes while it lasts.
    public var isCut: Bool { self == .partition || self == .isolate }
  }

  /// What a tracker in trouble says.
  public enum TrackerAnswer: String, Codable, Hashable, Sendable {
    /// HTTP status 500, over UDP an error.
    case serverError
    case garbage
    /// The right answer, `delay` later.
    case late
  }

  /// Place in the file from 1, and, of those that happen again and again, which time: `2.3`.
  public var id: String
  public var kind: Kind
  /// Since zero; nil where it waits for a condition.
  public var at: SwarmInstant?
  public var when: Condition?
  /// In the plan's order.
  public var peers: [String]
  /// The other side of a partition.
  public var others: [String]
  /// Until it is healed: they are back, go on, hear each other; nil is to the run's end.
  public var lasts: SwarmDuration?
  /// Of a change of address: the old one goes silent, without a FIN or a reset.
  public var isAbrupt: Bool
  /// Of a change of address and a restart: others cannot know the peer again by its peer id.
  public var hasNewPeerID: Bool
  /// Of a change of rate, in bytes per swarm second; nil is as before.
  public var upload: Int64?
  public var download: Int64?
  /// Of a change of rate, in bytes; nil is as at a peer's start.
  public var uploadBurst: Int64?
  public var downloadBurst: Int64?
  /// Of a tracker's error.
  public var answer: TrackerAnswer?
  /// Of an answer that is late.
  public var delay: SwarmDuration?

  /// What the lab waits to see on the wire. One of both is set.
  public struct Condition: Codable, Hashable, Sendable {
    /// Stream bytes sent by all seeds, as a multiple of the payload, in thousandths.
    public var seedCopiesPerMille: Int64?
    /// Leechers that are complete.
    public var complete: Int?

    public init(seedCopiesPerMille: Int64? = nil, complete: Int? = nil) {
      self.seedCopiesPerMille = seedCopiesPerMille
      self.complete = complete
    }
  }

  public init(
    id: String, kind: Kind, at: SwarmInstant?, when: Condition? = nil, peers: [String] = [], others: [String] = [],
    lasts: SwarmDuration? = nil, isAbrupt: Bool = false, hasNewPeerID: Bool = false, upload: Int64? = nil,
    download: Int64? = nil, uploadBurst: Int64? = nil, downloadBurst: Int64? = nil, answer: TrackerAnswer? = nil,
    delay: SwarmDuration? = nil
  ) {
    self.id = id
    self.kind = kind
    self.at = at
    self.when = when
    self.peers = peers
    self.others = others
    self.lasts = lasts
    self.isAbrupt = isAbrupt
    self.hasNewPeerID = hasNewPeerID
    self.upload = upload
    self.download = download
    self.uploadBurst = uploadBurst
    self.downloadBurst = downloadBurst
    self.answer = answer
    self.delay = delay
  }

  /// The limits that a change of rate brings; nil is as before.
  public var uploadLimit: LimitPlan? { upload.map { LimitPlan(bytesPerSecond: $0, burstBytes: uploadBurst) } }
  public var downloadLimit: LimitPlan? { download.map { LimitPlan(bytesPerSecond: $0, burstBytes: downloadBurst) } }

  /// Whether its peers are out of the swarm from then on, or can take nothing more, for good.
  public var isForGood: Bool {
    switch kind {
    case .kill: true
    case .leave, .restart, .pause, .isolate, .fullDisk: lasts == nil
    case .changeAddress, .changeRate, .partition, .resetConnections, .stopTracker, .trackerError: false
    }
  }
}

extension FaultPlan {
  enum CodingKeys: String, CodingKey {
    case id, kind, at, when, peers, others, lasts, isAbrupt, hasNewPeerID, upload, download, uploadBurst
    case downloadBurst, answer, delay
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id), kind: try container.decode(Kind.self, forKey: .kind),
      at: try container.decodeIfPresent(SwarmInstant.self, forKey: .at),
      when: try container.decodeIfPresent(Condition.self, forKey: .when),
      peers: try container.decodeIfPresent([String].self, forKey: .peers) ?? [],
      others: try container.decodeIfPresent([String].self, forKey: .others) ?? [],
      lasts: try container.decodeIfPresent(SwarmDuration.self, forKey: .lasts),
      isAbrupt: try container.decodeIfPresent(Bool.self, forKey: .isAbrupt) ?? false,
      hasNewPeerID: try container.decodeIfPresent(Bool.self, forKey: .hasNewPeerID) ?? false,
      upload: try container.decodeIfPresent(Int64.self, forKey: .upload),
      download: try container.decodeIfPresent(Int64.self, forKey: .download),
      uploadBurst: try container.decodeIfPresent(Int64.self, forKey: .uploadBurst),
      downloadBurst: try container.decodeIfPresent(Int64.self, forKey: .downloadBurst),
      answer: try container.decodeIfPresent(TrackerAnswer.self, forKey: .answer),
      delay: try container.decodeIfPresent(SwarmDuration.self, forKey: .delay))
  }

  /// What a fault of its kind does not have is left out, for the plan's reader.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(at, forKey: .at)
    try container.encodeIfPresent(when, forKey: .when)
    if !peers.isEmpty { try container.encode(peers, forKey: .peers) }
    if !others.isEmpty { try container.encode(others, forKey: .others) }
    try container.encodeIfPresent(lasts, forKey: .lasts)
    if kind == .changeAddress { try container.encode(isAbrupt, forKey: .isAbrupt) }
    if kind == .changeAddress || kind == .restart { try container.encode(hasNewPeerID, forKey: .hasNewPeerID) }
    try container.encodeIfPresent(upload, forKey: .upload)
    try container.encodeIfPresent(download, forKey: .download)
    try container.encodeIfPresent(uploadBurst, forKey: .uploadBurst)
    try container.encodeIfPresent(downloadBurst, forKey: .downloadBurst)
    try container.encodeIfPresent(answer, forKey: .answer)
    try container.encodeIfPresent(delay, forKey: .delay)
  }
}
