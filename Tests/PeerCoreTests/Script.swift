import PeerCore
import SwarmTime
import Wire

/// A core and a hand-moved clock: inputs in, actions out, one after the other.
final class Script {
  static let pieceLength: Int64 = 64 << 10
  private var peer: Peer
  private(set) var now = SwarmInstant.zero
  private var handles: UInt64 = 0
  /// How often a timer rang.
  private(set) var rings = 0

  /// - Parameter has: verified pieces; four blocks each.
  init(
    pieceCount: Int = 8, has pieces: some Sequence<Int> = [], upload: RateLimit? = nil, download: RateLimit? = nil,
    randomSeed: UInt64 = 1, id: UInt8 = 50, change: (inout PeerConfiguration) -> Void = { _ in },
    whenStarted: ([Action]) -> Void = { _ in }
  ) {
    var havePieces = Array(repeating: false, count: pieceCount)
    for piece in pieces { havePieces[piece] = true }
    var configuration = PeerConfiguration(
      totalLength: Self.pieceLength * Int64(pieceCount), pieceLength: Self.pieceLength, havePieces: havePieces,
      upload: upload, download: download, randomSeed: randomSeed, peerID: Self.id(id),
      ownAddress: PeerAddress(ipv4: UInt32(id), port: 7000))
    change(&configuration)
    peer = Peer(configuration)
    whenStarted(feed(.start))
  }

  static func id(_ number: UInt8) -> [UInt8] { Array(repeating: number, count: 20) }

  @discardableResult func feed(_ input: Input) -> [Action] {
    var actions = ActionQueue()
    peer.handle(input, at: now, into: &actions)
    return actions.actions
  }

  /// Lets time pass, with a timer wherever the core has asked for one.
  @discardableResult func pass(_ seconds: Double) -> [Action] {
    let end = now + .seconds(seconds)
    var actions: [Action] = []
    while let deadline = peer.nextDeadline, deadline <= end {
      now = max(now, deadline)
      rings += 1
      actions += feed(.timer)
    }
    now = end
    return actions
  }

  @discardableResult func connect(
    _ slot: Int, id: UInt8? = nil, address: UInt32? = nil, initiatedByUs: Bool = false, fast: Bool = true,
    extended: Bool = false
  ) -> [Action] {
    feed(
      .connected(
        ConnectionSlot(slot),
        RemotePeer(
          peerID: Self.id(id ?? UInt8(slot)), address: PeerAddress(ipv4: address ?? UInt32(slot), port: 7000),
          initiatedByUs: initiatedByUs, supportsFast: fast, supportsExtensions: extended)))
  }

  @discardableResult func hear(_ slot: Int, _ messages: PeerMessage...) -> [Action] {
    messages.flatMap { feed(.received(ConnectionSlot(slot), $0)) }
  }

  @discardableResult func block(_ slot: Int, _ block: Block) -> [Action] {
    handles += 1
    return feed(.blockArrived(ConnectionSlot(slot), block, BlockHandle(handles)))
  }

  static func block(_ piece: Int, _ index: Int) -> Block {
    Block(piece: UInt32(piece), begin: UInt32(index) * Block.standardLength, length: Block.standardLength)
  }
}

/// Actions in a few words, so that expectations are read at a glance.
extension [Action] {
  func sent(to slot: Int) -> [PeerMessage] {
    compactMap { if case .send(let to, let message) = $0, to.index == slot { message } else { nil } }
  }

  func requests(to slot: Int) -> [Block] {
    sent(to: slot).compactMap { if case .request(let block) = $0 { block } else { nil } }
  }

  func blocks(to slot: Int) -> [Block] {
    compactMap { if case .sendBlock(let to, let block) = $0, to.index == slot { block } else { nil } }
  }

  var hashed: [Int] { compactMap { if case .hashBlocks(let piece) = $0 { piece } else { nil } } }
  var verified: [Int] { compactMap { if case .verify(let piece) = $0 { piece } else { nil } } }
  var written: [Block] { compactMap { if case .write(_, let block) = $0 { block } else { nil } } }
  var discards: Int { count { if case .discard = $0 { true } else { false } } }
  var dialled: [PeerAddress] { compactMap { if case .dial(let address) = $0 { address } else { nil } } }

  /// Why a connection is closed; nil if it is not.
  func closing(_ slot: Int) -> String? {
    compactMap { if case .close(let to, let reason) = $0, to.index == slot { reason } else { nil } }.first
  }

  /// Chokes and unchokes in order.
  var chokeChanges: [String] {
    compactMap {
      switch $0 {
      case .send(let slot, .choke): "choke \(slot.index)"
      case .send(let slot, .unchoke): "unchoke \(slot.index)"
      default: nil
      }
    }
  }
}
