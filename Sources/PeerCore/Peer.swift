import Choking
public import SwarmTime
import Wire

/// A BitTorrent peer without I/O: leecher until it has every piece, seed after.
///
/// The rules live in extensions, a file each: who is connected (`PeerSet`, `Duplicates`), what is said (`Conversation`),
/// who is told of whom (`PeerExchanging`), what is asked for (`Requesting`, `PiecePicking`), what comes (`Receiving`) and
/// whose fault it is when it is wrong (`Blaming`), what is sent (`Uploading`), who is unchoked (`ChokeGrid`), what a seed
/// suggests (`Suggesting`), what is looked after every ten seconds (`Chores`), and what strangers may not do: `Patience`,
/// `Crowding`, `Stalling`.
public struct Peer: ~Copyable, PeerLogic {
  var configuration: PeerConfiguration
  var random: RandomSource
  var isStarted = false
  /// Of the input that is being handled.
  private(set) var now = SwarmInstant.distantPast
  var hasCompleted: Bool
  var table: PieceTable

  /// By slot; vacant ones are not open.
  var remotes = ContiguousArray<Remote>()
  /// Indices of open slots, rising.
  var open = ContiguousArray<Int>()
  var contacts = ContactBook()

  /// Connections that there have been.
  var serials = 0

  var uploadBucket: TokenBucket?
  var downloadBucket: TokenBucket?
  var serving = ServingTurn()
  var uploadDeadline: SwarmInstant?
  /// When the first of those that the choking algorithm holds back is to be served.
  var heldUntil: SwarmInstant?
  /// As the shell last said.
  var unsentBytes: Int64 = 0
  /// When the download bucket will allow the next request.
  var requestDeadline: SwarmInstant?
  /// Bytes asked for and not here yet, over all connections, withdrawn requests that may still be answered included.
  var outstandingBytes: Int64 = 0
  /// No more may be on its way at once; the next arrival lets all remotes be asked again.
  var isFullyOutstanding = false
  /// When the first remote that rejected a request may be asked again; nil where none is waited for.
  var pausesEnd: SwarmInstant?
  /// The disk takes what comes: while it does not, nothing is asked for.
  var storageTakes = true
  /// Blocks have become free to be asked for: every remote is to be looked at before this input is done with.
  var requestsDue = false
  /// Where in `open` the next look at all remotes begins.
  var firstToAsk = 0
  /// From a request to its block when nothing keeps it waiting, as far as known.
  var roundTrip = SwarmDuration.zero
  var hasRoundTrip = false
  /// Blocks that remotes wait for, over all connections.
  var queuedUploads = 0
  var grid: ChokeGrid
  /// When the next chores are due.
  var choresDue = SwarmInstant.distantFuture
  var choker: any ChokingAlgorithm
  var suggestions: SuggestionLedger
  var suspicions = Suspicions()

  public init(_ configuration: PeerConfiguration) {
    self.configuration = configuration
    var random = RandomSource(seed: configuration.randomSeed)
    grid = ChokeGrid(period: configuration.chokePeriod ?? configuration.choking.period, random: &random)
    choker = configuration.choking
    self.random = random
    table = PieceTable(configuration)
    hasCompleted = table.lacksNothing
    suggestions = SuggestionLedger(pieceCount: configuration.pieceCount)
  }

  public var isComplete: Bool { table.isComplete }
  public var verifiedPieces: Int { table.have.count }

  public var nextDeadline: SwarmInstant? {
    guard isStarted else { return nil }
    var deadline = min(grid.next, choresDue)
    if let retry = contacts.nextRetry { deadline = min(deadline, retry) }
    if let uploadDeadline { deadline = min(deadline, uploadDeadline) }
    if let requestDeadline { deadline = min(deadline, requestDeadline) }
    if let pausesEnd { deadline = min(deadline, pausesEnd) }
    return deadline
  }

  public mutating func handle(_ input: Input, at now: SwarmInstant, into actions: inout ActionQueue) {
    self.now = now
    switch input {
    case .start: start(at: now, &actions)
    case .connected(let slot, let peer): connected(slot.index, peer, now, &actions)
    case .closed(let slot): closed(slot.index, now, &actions)
    case .dialFailed(let address): contacts.failed(address, at: now)
    case .addressesLearned(let addresses): learned(addresses, &actions)
    case .received(let slot, let message):
      guard isOpen(slot.index) else { return }
      remotes[slot.index].lastHeard = now
      received(message, from: slot.index, now, &actions)
    case .blockArrived(let slot, let block, let handle):
      guard isOpen(slot.index) else { return actions.append(.discard(handle)) }
      remotes[slot.index].lastHeard = now
      arrived(block, handle, from: slot.index, now, &actions)
    case .pieceChecked(let piece, let valid): checked(piece, valid: valid, now, &actions)
    case .pieceUnreadable(let piece): unreadable(piece)
    case .blocksHashed(let piece, let hashes): hashed(piece, hashes, now, &actions)
    case .writable(let slot, let isWritable):
      guard isOpen(slot.index) else { return }
      remotes[slot.index].isWritable = isWritable
    case .moved(let address, let peerID):
      configuration.ownAddress = address
      configuration.peerID = peerID
    case .setLimits(let upload, let download): setLimits(upload: upload, download: download, now)
    case .unsent(let bytes): unsentBytes = bytes
    case .storage(let takes): storageChanged(takes: takes, now, &actions)
    case .timer: break
    }
    if choresDue <= now { chores(now, &actions) }
    if grid.next <= now { round(now, &actions) }
    if let retry = contacts.nextRetry, retry <= now { dial(&actions) }
    if let due = requestDeadline, due <= now {
      requestDeadline = nil
      requestsDue = true
    }
    endPauses(now)
    if requestsDue { requestFromAll(now, &actions) }
    pumpUploads(now, &actions)
  }

  private mutating func start(at now: SwarmInstant, _ actions: inout ActionQueue) {
    guard !isStarted else { return }
    isStarted = true
    uploadBucket = configuration.upload.map { TokenBucket($0, at: now) }
    downloadBucket = configuration.download.map { TokenBucket(Self.requestPacing($0), at: now) }
    grid.start(at: now)
    choresDue = min(grid.next, now + Self.choreInterval)
    for address in configuration.givenPeers where address != configuration.ownAddress {
      contacts.add(address, from: .given)
    }
    dial(&actions)
  }

  private mutating func setLimits(upload: RateLimit?, download: RateLimit?, _ now: SwarmInstant) {
    Self.set(&uploadBucket, to: upload, now)
    Self.set(&downloadBucket, to: download.map(Self.requestPacing), now)
    requestsDue = true
  }

  private static func set(_ bucket: inout TokenBucket?, to limit: RateLimit?, _ now: SwarmInstant) {
    guard let limit else { return bucket = nil }
    if bucket == nil { bucket = TokenBucket(limit, at: now) } else { bucket?.change(to: limit, at: now) }
  }

  func isOpen(_ slot: Int) -> Bool { slot < remotes.count && remotes[slot].isOpen }

  /// Sends a message that is not payload: charged to the bucket and never held back.
  mutating func send(_ message: PeerMessage, to slot: Int, _ actions: inout ActionQueue) {
    uploadBucket?.spend(message.wireSize)
    remotes[slot].lastSaid = now
    actions.append(.send(ConnectionSlot(slot), message))
  }
}
