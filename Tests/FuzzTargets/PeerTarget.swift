import PeerCore
import SwarmTime
import Wire

extension FuzzTarget {
  /// A peer among remotes that do whatever the bytes say, when they say it; and at the end one honest seed, with which it
  /// must still get everything: whatever was taken back, rejected, choked or cut off on the way, no block is forgotten.
  static let peer = FuzzTarget(
    name: "peer", summary: "a peer's logic, sequences of inputs with times", longestInput: 1024
  ) { bytes throws(BrokenRule) in
    var source = ByteSource(bytes)
    var game = PeerGame(&source)
    while !source.isEmpty { try game.step(&source) }
    try game.finish()
  }
}

/// Turns bytes into what a shell may tell a peer. Remotes may say anything; the shell keeps its contract (a handle for each
/// block, an answer to each check, slots used again only after they were closed).
struct PeerGame: ~Copyable {
  private static let slots = 6
  private var peer: Peer
  private var model: ShellModel
  private var now = SwarmInstant.zero
  private var handles: UInt64 = 0

  init(_ source: inout ByteSource) {
    let pieceLength = Int64([16384, 32768, 16384 + 1000, 49152][source.below(4)])
    let pieceCount = 1 + source.below(10)
    let last = [pieceLength, 1, 16384, pieceLength - 1][source.below(4)]
    let mask = Int(source.byte())
    var configuration = PeerConfiguration(
      totalLength: Int64(pieceCount - 1) * pieceLength + min(last, pieceLength), pieceLength: pieceLength,
      havePieces: (0..<pieceCount).map { mask >> ($0 % 8) & 1 == 1 && source.flag() },
      upload: Self.limit(source.byte()), download: Self.limit(source.byte()), randomSeed: UInt64(source.byte()),
      peerID: Self.id(99), ownAddress: PeerAddress(ipv4: 99, port: 7000))
    configuration.maximumConnections = 2 + source.below(Self.slots)
    configuration.maximumInitiated = 1 + source.below(4)
    configuration.minimumConnections = 2
    configuration.exchangesPeers = source.flag()
    model = ShellModel(configuration)
    peer = Peer(configuration)
  }

  private static func limit(_ byte: UInt8) -> RateLimit? {
    byte & 1 == 0 ? nil : RateLimit(bytesPerSecond: Int64(1) << (byte / 8), burst: 32768 + Int64(byte) * 64)
  }

  private static func id(_ number: Int) -> [UInt8] { Array(repeating: UInt8(number), count: 20) }

  // MARK: Inputs

  private mutating func feed(_ input: Input) throws(BrokenRule) {
    model.expect(input)
    var actions = ActionQueue()
    peer.handle(input, at: now, into: &actions)
    try require(actions.actions.count <= ShellModel.mostActions, "\(actions.actions.count) actions for one input")
    for action in actions.actions { try model.take(action) }
    try model.settle()
  }

  mutating func step(_ source: inout ByteSource) throws(BrokenRule) {
    let kind = source.below(16)
    let slot = source.below(Self.slots)
    switch kind {
    case 0: try feed(.start)
    case 1: try connect(slot, &source)
    case 2: try close(slot)
    case 3, 4, 5, 6: try say(slot, &source)
    case 7, 8: try bring(slot, &source)
    case 9: try check(&source)
    case 10: try pass(SwarmDuration(nanoseconds: Int64(1) << (10 + source.below(28))))
    case 11: try feedIfOpen(slot, .writable(ConnectionSlot(slot), source.flag()))
    case 12: try feed(.setLimits(upload: Self.limit(source.byte()), download: Self.limit(source.byte())))
    case 13: try feed(.storage(takes: source.flag()))
    case 14: try learn(&source)
    default: try feed(.unsent(Int64(source.byte()) * 512))
    }
  }

  private mutating func feedIfOpen(_ slot: Int, _ input: Input) throws(BrokenRule) {
    if model.isOpen(slot) { try feed(input) }
  }

  private mutating func connect(_ slot: Int, _ source: inout ByteSource) throws(BrokenRule) {
    guard model.isVacant(slot) else { return }
    let features = source.byte()
    let dialled = features & 4 != 0 ? model.takeDial() : nil
    let address = dialled ?? PeerAddress(ipv4: UInt32(1 + source.below(4)), port: 7000)
    let remote = RemotePeer(
      peerID: Self.id(source.below(8) == 7 ? 99 : source.below(8)), address: address, initiatedByUs: dialled != nil,
      supportsFast: features & 1 != 0, supportsExtensions: features & 2 != 0)
    try feed(.connected(ConnectionSlot(slot), remote))
  }

  private mutating func close(_ slot: Int) throws(BrokenRule) {
    if !model.isVacant(slot) { try feed(.closed(ConnectionSlot(slot))) }
  }

  private mutating func say(_ slot: Int, _ source: inout ByteSource) throws(BrokenRule) {
    guard model.isOpen(slot) else { return }
    let piece = UInt32(source.below(12))
    let message: PeerMessage
    switch source.below(17) {
    case 0: message = .choke
    case 1, 2: message = .unchoke
    case 3: message = .interested
    case 4: message = .notInterested
    case 5: message = .have(piece)
    case 6: message = .bitfield(source.bytes(atMost: 1 + source.below(3)))
    case 7: message = .haveAll
    case 8: message = .haveNone
    case 9: message = .request(block(piece, &source))
    case 10: message = .cancel(block(piece, &source))
    case 11: message = .reject(model.anyRequest(to: slot, source.byte()) ?? block(piece, &source))
    case 12: message = .suggest(piece)
    case 13: message = .allowedFast(piece)
    case 14:
      let (id, port, queue) = (source.byte(), source.byte(), source.byte())
      message = .extendedHandshake(
        ExtendedHandshake(
          peerExchangeID: id, listenPort: UInt16(port), requestQueue: 1 + Int(queue),
          isUploadOnly: port & 2 == 0 ? nil : port & 1 == 0))
    case 15: message = .extended(id: source.byte(), exchange(&source))
    default: message = .keepAlive
    }
    // Floods are short on paper.
    let times = source.below(64) == 63 ? 300 : 1
    for _ in 0..<times where model.isOpen(slot) { try feed(.received(ConnectionSlot(slot), message)) }
  }

  /// The payload of a peer exchange message.
  private func exchange(_ source: inout ByteSource) -> [UInt8] {
    let contacts = (0..<source.below(4)).map { _ in
      PeerExchange.Contact(ipv4: UInt32(source.below(100)), port: 7000)
    }
    return source.flag() ? PeerExchange(added: contacts).encoded : PeerExchange(dropped: contacts).encoded
  }

  private func block(_ piece: UInt32, _ source: inout ByteSource) -> Block {
    let shape = source.below(8)
    let begin: UInt32 = shape & 3 == 3 ? UInt32(source.byte()) << 24 : UInt32(shape & 3) * 16384
    return Block(piece: piece, begin: begin, length: shape & 4 == 0 ? 16384 : UInt32(source.byte()) << 10)
  }

  private mutating func bring(_ slot: Int, _ source: inout ByteSource) throws(BrokenRule) {
    guard model.isOpen(slot) else { return }
    let chosen = source.byte()
    let piece = UInt32(source.below(12))
    let block = chosen == 255 ? block(piece, &source) : model.anyRequest(to: slot, chosen) ?? block(piece, &source)
    try deliver(block, from: slot)
  }

  private mutating func deliver(_ block: Block, from slot: Int) throws(BrokenRule) {
    handles += 1
    try feed(.blockArrived(ConnectionSlot(slot), block, BlockHandle(handles)))
  }

  private mutating func check(_ source: inout ByteSource) throws(BrokenRule) {
    if let piece = model.takeHashing() {
      let hashes = source.flag() ? (0..<4).map { _ in UInt64(source.below(2)) } : []
      return try feed(.blocksHashed(piece: piece, hashes))
    }
    guard let piece = model.takeCheck(source.byte()) else { return }
    try feed(.pieceChecked(piece: piece, valid: source.flag()))
  }

  private mutating func learn(_ source: inout ByteSource) throws(BrokenRule) {
    if source.flag(), let failed = model.takeDial() { return try feed(.dialFailed(failed)) }
    let addresses = (0..<source.below(8)).map { _ in
      PeerAddress(ipv4: UInt32(source.below(100)), port: source.flag() ? 7000 : 7001)
    }
    try feed(.addressesLearned(addresses))
  }

  /// Time goes by, with a timer wherever one was asked for.
  private mutating func pass(_ duration: SwarmDuration) throws(BrokenRule) {
    let end = now + duration
    var rings = 0
    while let due = peer.nextDeadline, due <= end {
      rings += 1
      try require(rings < 10_000, "10,000 timers within \(duration.seconds) s")
      // A timer of the present instant leaves time for others.
      now = max(due, now + SwarmDuration(nanoseconds: 1000))
      try feed(.timer)
    }
    now = max(now, end)
  }

  // MARK: The honest end

  mutating func finish() throws(BrokenRule) {
    for slot in 0..<Self.slots { try close(slot) }
    while let piece = model.takeCheck(0) { try feed(.pieceChecked(piece: piece, valid: true)) }
    while let piece = model.takeHashing() { try feed(.blocksHashed(piece: piece, [])) }
    while let address = model.takeDial() { try feed(.dialFailed(address)) }
    try feed(.start)
    try feed(.storage(takes: true))
    try feed(.unsent(0))
    // What was overdrawn before is not to be waited for.
    let limit = RateLimit(bytesPerSecond: 1 << 20, burst: 65536)
    try feed(.setLimits(upload: nil, download: nil))
    try feed(.setLimits(upload: limit, download: limit))
    let seed = RemotePeer(
      peerID: Self.id(50), address: PeerAddress(ipv4: 1000, port: 7000), initiatedByUs: false, supportsFast: true,
      supportsExtensions: false)
    try feed(.connected(ConnectionSlot(0), seed))
    try feed(.received(ConnectionSlot(0), .haveAll))
    try feedIfOpen(0, .received(ConnectionSlot(0), .unchoke))
    for _ in 0..<3000 where !model.isComplete {
      try require(model.isOpen(0), "an honest seed was cut off")
      for _ in 0..<1000 {
        guard let block = model.anyRequest(to: 0, 0) else { break }
        // A seed that is told not to send a block rejects it, or has sent it already: here always the latter.
        try deliver(block, from: 0)
        while let piece = model.takeCheck(0) { try feed(.pieceChecked(piece: piece, valid: true)) }
      }
      try pass(.milliseconds(250))
    }
    try require(model.isComplete, "not complete after 750 s with an honest seed alone")
  }
}
