import SwarmTime

/// Both bounds of the distribution time over the number of peers, for peers that are alike.
public struct DistributionCurve: Hashable, Sendable {
  public var payloadBytes: Int64
  /// Bytes a second of the server, or of all seeds together; nil is unlimited.
  public var seedUpload: Int64?
  /// Of each peer; nil is unlimited.
  public var upload: Int64?
  /// Of the slowest peer; nil is unlimited.
  public var download: Int64?

  public init(payloadBytes: Int64, seedUpload: Int64?, upload: Int64?, download: Int64?) {
    self.payloadBytes = payloadBytes
    self.seedUpload = seedUpload
    self.upload = upload
    self.download = download
  }

  public func bounds(_ peers: Int) -> DistributionTime {
    DistributionTime(
      payloadBytes: payloadBytes, leechers: peers, seedUpload: seedUpload,
      leecherUpload: upload.map { Int64(clamping: Int128($0) * Int128(peers)) }, slowestDownload: download)
  }

  /// Seconds of swarm time; nil where nothing bounds it.
  public func clientServer(_ peers: Int) -> Double? { bounds(peers).clientServer?.duration.seconds }
  public func peerToPeer(_ peers: Int) -> Double? { bounds(peers).peerToPeer?.duration.seconds }

  /// What the peer-to-peer bound comes to with ever more peers, in seconds: F / u. Nil where it is unlimited.
  public var limit: Double? { upload.flatMap { $0 > 0 ? Double(payloadBytes) / Double($0) : nil } }
}
