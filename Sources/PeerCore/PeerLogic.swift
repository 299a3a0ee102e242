public import SwarmTime
public import Wire

/// A peer without I/O: inputs in, actions out, no sockets, no clock, no threads.
///
/// The shell owns sockets, disk and timers. It calls `handle` with the present instant, performs every action in the
/// queue, and calls again with `.timer` when `nextDeadline` has come. Payload never enters: a block is a handle.
/// Decorators that break rules wrap one of these in another.
public protocol PeerLogic: ~Copyable {
  mutating func handle(_ input: Input, at now: SwarmInstant, into actions: inout ActionQueue)
  /// When `.timer` is due at the latest; nil while nothing is waited for. May lie in the past.
  var nextDeadline: SwarmInstant? { get }
}

/// A connection with both handshakes done: a small dense number chosen by the shell, used again after `.closed`.
public struct ConnectionSlot: Hashable, Sendable {
  public var index: Int
  @inlinable public init(_ index: Int) { self.index = index }
}

/// A received block's bytes, held by the shell until the core says `.write` or `.discard`.
public struct BlockHandle: Hashable, Sendable {
  public var number: UInt64
  @inlinable public init(_ number: UInt64) { self.number = number }
}

/// What a handshake told of the remote peer.
public struct RemotePeer: Hashable, Sendable {
  /// 20 bytes.
  public var peerID: [UInt8]
  /// Where it can be reached, as far as known: the address dialled, or the source address of an incoming connection.
  public var address: PeerAddress
  public var initiatedByUs: Bool
  /// BEP 6.
  public var supportsFast: Bool
  /// BEP 10.
  public var supportsExtensions: Bool

  public init(peerID: [UInt8], address: PeerAddress, initiatedByUs: Bool, supportsFast: Bool, supportsExtensions: Bool)
  {
    self.peerID = peerID
    self.address = address
    self.initiatedByUs = initiatedByUs
    self.supportsFast = supportsFast
    self.supportsExtensions = supportsExtensions
  }
}

/// An IPv4 address (network order read as a big-endian number) and port.
public struct PeerAddress: Hashable, Sendable {
  public var ipv4: UInt32
  public var port: UInt16
  @inlinable public init(ipv4: UInt32, port: UInt16) {
    self.ipv4 = ipv4
    self.port = port
  }
}

public enum Input: Sendable {
  /// Enter the swarm. Nothing is done before it.
  case start
  /// Both handshakes of a connection are done.
  case connected(ConnectionSlot, RemotePeer)
  case received(ConnectionSlot, PeerMessage)
  /// A whole piece message; its bytes wait under the handle for `.write` or `.discard`.
  case blockArrived(ConnectionSlot, Block, BlockHandle)
  /// The connection is gone, whoever closed it (also after our own `.close`).
  case closed(ConnectionSlot)
  /// A dialled address gave no connection with handshakes.
  case dialFailed(PeerAddress)
  /// From the tracker; our own address may be among them. Those of `PeerConfiguration.givenPeers` need not be told.
  case addressesLearned([PeerAddress])
  /// Answer to `.verify`.
  case pieceChecked(piece: Int, valid: Bool)
  /// The other answer to `.verify`: what was written cannot be read back. Nobody is to blame; it is fetched again.
  case pieceUnreadable(piece: Int)
  /// Answer to `.hashBlocks`: a short hash of each block in order; empty where they could not be read.
  case blocksHashed(piece: Int, [UInt64])
  /// Whether the socket takes more: false above the shell's high-water mark, true again below the low one.
  case writable(ConnectionSlot, Bool)
  /// We have another address, and perhaps another peer id; connections of the old one are reported closed.
  case moved(PeerAddress, peerID: [UInt8])
  case setLimits(upload: RateLimit?, download: RateLimit?)
  /// Bytes that were put out by `.send` and `.sendBlock` and have not left: they wait in the shell or in the kernel, and
  /// may all leave at once. An upload bucket saves up no more than its burst less these.
  case unsent(Int64)
  /// Whether the disk takes what is written: false once it was full, true again when there is room. What was given to
  /// `.write` meanwhile is kept by the shell and counts as written.
  case storage(takes: Bool)
  case timer
}

public enum Action: Sendable {
  case send(ConnectionSlot, PeerMessage)
  /// Read this block from storage and send it as a piece message. The bucket has been charged.
  case sendBlock(ConnectionSlot, Block)
  /// Keep the bytes under the handle as this block.
  case write(BlockHandle, Block)
  /// Let the bytes under the handle go: not asked for, or had already.
  case discard(BlockHandle)
  /// All blocks of the piece are written: hash it and answer with `.pieceChecked`.
  case verify(piece: Int)
  /// Hash each block of the piece as it is kept now, and answer with `.blocksHashed`: to find who sent a bad one.
  case hashBlocks(piece: Int)
  /// Let the bytes under the handle go and keep zeros as this block. Only a peer that breaks rules asks for it.
  case writeZeros(BlockHandle, Block)
  /// As `.verify`, but the answer is valid whatever the hash. Only a peer that breaks rules asks for it.
  case acceptUnverified(piece: Int)
  /// As `.sendBlock`, but with a byte that is wrong. Only a peer that breaks rules asks for it.
  case sendDamagedBlock(ConnectionSlot, Block)
  /// End all connections and go on at the same address as another peer, with this peer id of 20 bytes; `.closed` and
  /// `.moved` are told of it. Only a peer that breaks rules asks for it.
  case changeIdentity(peerID: [UInt8])
  /// End the process as by a fault of its own. Only a peer that breaks rules asks for it.
  case die
  /// Dial; answered by `.connected` or `.dialFailed`.
  case dial(PeerAddress)
  case close(ConnectionSlot, reason: String)
  /// The tracker should be asked for more peers, if its minimum interval allows.
  case wantPeers
  /// All pieces that are wanted are verified. Comes once.
  case completed
  /// For the peer's own log; never evidence.
  case note(String)
}

/// Actions in the order in which they are to be performed; owned and emptied by the shell.
public struct ActionQueue: Sendable {
  public var actions: [Action] = []
  public init() {}
  @inlinable public mutating func append(_ action: Action) { actions.append(action) }
}

/// A token bucket's measure: swarm bytes per swarm second, and how much may be saved up.
public struct RateLimit: Hashable, Sendable {
  public var bytesPerSecond: Int64
  public var burst: Int64

  /// - Parameter burst: bytes; by default max(64 KiB, one second's worth).
  public init(bytesPerSecond: Int64, burst: Int64? = nil) {
    self.bytesPerSecond = bytesPerSecond
    self.burst = burst ?? max(65536, bytesPerSecond)
  }
}
