public import Choking
public import SwarmTime
import Wire

/// What a peer is told before it starts.
public struct PeerConfiguration: Sendable {
  /// Bytes of the whole payload.
  public var totalLength: Int64
  /// Bytes of every piece but the last.
  public var pieceLength: Int64
  /// Verified pieces at the start, one Bool a piece.
  public var havePieces: [Bool]
  public var upload: RateLimit?
  public var download: RateLimit?
  public var randomSeed: UInt64
  /// The same each time that a process joins the swarm: for what it is to do again.
  public var lastingSeed: UInt64
  /// 20 bytes of our own peer id, to know ourselves when the tracker echoes our address.
  public var peerID: [UInt8]
  public var ownAddress: PeerAddress
  /// Addresses that are dialled for as long as the peer is in the swarm, besides those that it learns.
  public var givenPeers: [PeerAddress] = []
  /// Whether others are told whom we are connected to, and asked the same (BEP 11). Never in a private torrent (BEP 27).
  public var exchangesPeers = false
  /// `v` of the BEP 10 handshake: our name and version, for people.
  public var clientName = ClientName.own.description
  /// From `ChokingCatalogue`, or a misbehaving one.
  public var choking: any ChokingAlgorithm = TitForTat()
  /// Between two evaluations of whom to unchoke, above zero; nil for the algorithm's own.
  public var chokePeriod: SwarmDuration?
  /// Which piece is begun next: rarest first, or a misbehaving order.
  public var picker: any PiecePicker = RarestFirst()
  /// Only so many pieces, from the first on, are ever asked for; nil for all. Who has them has completed, and is no seed:
  /// it goes on as a leecher that wants nothing, and says so (BEP 21).
  public var wantedPieces: Int?
  /// Legout 2006, section 2.2: at most 80 connections, 40 of them initiated, the tracker asked again below 20. Others may
  /// open all 80, and give way to those that are initiated (`Crowding`).
  public var maximumConnections = 80
  public var maximumInitiated = 40
  public var minimumConnections = 20

  public var pieceCount: Int { Int((totalLength + pieceLength - 1) / pieceLength) }

  public init(
    totalLength: Int64, pieceLength: Int64, havePieces: [Bool], upload: RateLimit?, download: RateLimit?,
    randomSeed: UInt64, peerID: [UInt8], ownAddress: PeerAddress
  ) {
    self.totalLength = totalLength
    self.pieceLength = pieceLength
    self.havePieces = havePieces
    self.upload = upload
    self.download = download
    self.randomSeed = randomSeed
    lastingSeed = randomSeed
    self.peerID = peerID
    self.ownAddress = ownAddress
  }
}
