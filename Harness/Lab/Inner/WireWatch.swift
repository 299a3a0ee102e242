import Dissection
import PacketCapture
import Planning
import Synchronization
import Wire

/// Follows the capture while it is made: what each peer holds by its own word on the wire, how much it sends and
/// receives, and, unless all is kept, what of each frame is payload. For display, for ending a run and for scrubbing;
/// the judge reads the capture again.
final class WireWatch: FrameFollower {
  private let lock = Mutex(())
  // Touched by the capture's thread only.
  private nonisolated(unsafe) var dissector: LiveDissector
  // Touched under the lock only. It cannot lie in it, since the dissector has it too.
  private nonisolated(unsafe) let tally: WireTally

  init(plan: Plan) {
    tally = WireTally(plan: plan)
    dissector = LiveDissector(sink: tally, scrubbing: plan.capture.keep == .full ? nil : HoldingBack())
  }

  // The lock is not held while a frame is written: who asks for standings need not wait for a disk.

  func take(_ frame: Frame, write: WriteFrame) {
    lock.withLock { _ in dissector.add(frame) }
    dissector.release(frame, to: write)
  }

  func finish(write: WriteFrame) {
    lock.withLock { _ in dissector.finish() }
    dissector.releaseRest(to: write)
  }

  /// Peers seen complete since the last call, by index.
  func takeCompleted() -> [Int] {
    lock.withLock { _ in
      defer { tally.newlyComplete = [] }
      return tally.newlyComplete
    }
  }

  /// For each peer: pieces held, and stream bytes sent and received so far.
  func standing() -> [WireTally.Standing] { lock.withLock { _ in tally.peers.map(\.standing) } }
}

/// Counts for each peer, found by its address.
final class WireTally: LiveSink {
  struct Standing: Sendable, Hashable {
    var pieces = 0
    var sent: Int64 = 0
    var received: Int64 = 0
  }

  struct Peer: Sendable {
    var standing = Standing()
    var held: [Bool]
    /// What it downloaded over HTTP.
    var downloaded: WholePieces
    /// Pieces with which it is complete.
    var wanted: Int
    var isComplete = false
  }

  private(set) var peers: [Peer]
  /// Indices in the order in which they were seen complete.
  var newlyComplete: [Int] = []
  private let pieceCount: Int
  private let sizeBytes: Int64
  private var deliveries = FileDeliveries()
  /// The peers at both ends of each connection; -1 for others.
  private var ends: [(a: Int, b: Int)] = []

  init(plan: Plan) {
    let payload = plan.payload
    pieceCount = payload.pieceCount
    sizeBytes = payload.sizeBytes
    let held = [Bool](repeating: false, count: pieceCount)
    let none = WholePieces(size: payload.sizeBytes, pieceLength: payload.pieceLengthBytes)
    peers = plan.peers.map { Peer(held: held, downloaded: none, wanted: $0.wantedPieces ?? payload.pieceCount) }
  }

  func connection(_ connection: TracedConnection, _ change: ConnectionChange) {
    while ends.count <= connection.id { ends.append((-1, -1)) }
    ends[connection.id] = (index(of: connection.a.endpoint.address), index(of: connection.b.endpoint.address))
  }

  func message(_ message: TracedMessage, bitfield: [UInt8]?) {
    let peer = sender(message.connection, message.from)
    guard peers.indices.contains(peer) else { return }
    switch message.kind {
    case .have: hold(Int(message.piece), peer)
    case .haveAll: for piece in 0..<pieceCount { hold(piece, peer) }
    case .bitfield:
      guard let bitfield else { return }
      for piece in 0..<min(pieceCount, 8 * bitfield.count) where bitfield[piece / 8] & (0x80 >> UInt8(piece % 8)) != 0 {
        hold(piece, peer)
      }
    default: break
    }
  }

  func announce(_ announce: TracedAnnounce) {
    let peer = index(of: announce.source)
    if announce.left == 0, peers.indices.contains(peer) { complete(peer) }
  }

  func response(_ response: TracedResponse) { deliveries.add(response) }

  func segment(_ segment: TracedSegment) {
    let connection = Int(segment.connection)
    guard ends.indices.contains(connection) else { return }
    let (from, to) = segment.from == 0 ? ends[connection] : (ends[connection].b, ends[connection].a)
    if peers.indices.contains(from) { peers[from].standing.sent += Int64(segment.bytes) }
    guard peers.indices.contains(to) else { return }
    peers[to].standing.received += Int64(segment.bytes)
    // Where nothing is downloaded, which is the rule, this costs nothing.
    for part in deliveries.add(segment) where part.fileBytes == sizeBytes {
      for piece in peers[to].downloaded.insert(part.bytes) { hold(piece, to) }
    }
  }

  private func sender(_ connection: Int32, _ from: UInt8) -> Int {
    guard ends.indices.contains(Int(connection)) else { return -1 }
    return from == 0 ? ends[Int(connection)].a : ends[Int(connection)].b
  }

  private func hold(_ piece: Int, _ peer: Int) {
    guard peers[peer].held.indices.contains(piece), !peers[peer].held[piece] else { return }
    peers[peer].held[piece] = true
    peers[peer].standing.pieces += 1
    if peers[peer].standing.pieces == peers[peer].wanted { complete(peer) }
  }

  private func complete(_ peer: Int) {
    guard !peers[peer].isComplete else { return }
    peers[peer].isComplete = true
    peers[peer].standing.pieces = peers[peer].wanted
    newlyComplete.append(peer)
  }

  /// Peer i has x.(64 + i / 256).(i % 256).y in every incarnation; -1 for other addresses, the tracker's among them.
  private func index(of address: String) -> Int {
    let bytes = address.split(separator: ".").compactMap { Int($0) }
    guard bytes.count == 4, bytes[0] == 127 || bytes[0] == 10, bytes[1] >= 64 else { return -1 }
    return (bytes[1] - 64) * 256 + bytes[2]
  }
}
