import PeerCore
import Wire

/// What a shell knows from inputs and actions alone, and what must hold of it after each.
struct ShellModel {
  /// For one input. The largest come of a choke that gives up several full queues.
  static let mostActions = 5000
  private static let mostRequests = 250
  private static let mostQueued = 500
  /// Without BEP 6 no request can be rejected.
  private static let mostQueuedWithoutRejects = 20_000

  struct Remote {
    var isFast: Bool
    /// The peer has asked us to close it.
    var isClosing = false
    var pieces: Set<UInt32> = []
    var isChokingUs = true
    var isUnchoked = false
    var isInterested = false
    var amInterested = false
    var allowedFast: Set<UInt32> = []
    /// Sent to it and not answered, in order; withdrawn ones apart.
    var requests: [Block] = []
    var withdrawn: [Block] = []
    /// Asked for by it and not answered.
    var asked: [Block] = []

    mutating func withdraw(_ blocks: [Block]) {
      withdrawn += blocks
      withdrawn.removeFirst(max(0, withdrawn.count - 2 * ShellModel.mostRequests))
    }
  }

  let configuration: PeerConfiguration
  private(set) var remotes: [Int: Remote] = [:]
  private var verified: Set<Int>
  private var checking: [Int] = []
  private var hashing: [Int] = []
  private var dials: [PeerAddress] = []
  private var storageTakes = true
  private var arrived: UInt64?
  private var hasCompleted = false

  init(_ configuration: PeerConfiguration) {
    self.configuration = configuration
    verified = Set(configuration.havePieces.indices.filter { configuration.havePieces[$0] })
  }

  var isComplete: Bool { verified.count == configuration.pieceCount }
  func isVacant(_ slot: Int) -> Bool { remotes[slot] == nil }
  func isOpen(_ slot: Int) -> Bool { remotes[slot].map { !$0.isClosing } ?? false }

  func anyRequest(to slot: Int, _ choice: UInt8) -> Block? {
    guard let remote = remotes[slot] else { return nil }
    let all = remote.requests + remote.withdrawn
    return all.isEmpty ? nil : all[Int(choice) % all.count]
  }

  mutating func takeCheck(_ choice: UInt8) -> Int? {
    checking.isEmpty ? nil : checking.remove(at: Int(choice) % checking.count)
  }

  mutating func takeHashing() -> Int? { hashing.isEmpty ? nil : hashing.removeFirst() }

  mutating func takeDial() -> PeerAddress? { dials.isEmpty ? nil : dials.removeFirst() }

  // MARK: Inputs

  mutating func expect(_ input: Input) {
    switch input {
    case .connected(let slot, let peer): remotes[slot.index] = Remote(isFast: peer.supportsFast)
    case .closed(let slot): remotes[slot.index] = nil
    case .received(let slot, let message): heard(message, from: slot.index)
    case .blockArrived(let slot, let block, let handle):
      arrived = handle.number
      Self.remove(block, from: &remotes[slot.index])
    case .pieceChecked(let piece, let valid): if valid { verified.insert(piece) }
    case .storage(let takes): storageTakes = takes
    default: break
    }
  }

  private mutating func heard(_ message: PeerMessage, from slot: Int) {
    let all = 0..<UInt32(configuration.pieceCount)
    switch message {
    case .choke:
      remotes[slot]?.isChokingUs = true
      // BEP 3: all is dropped. BEP 6: each is rejected, but who never does so is not waited for.
      let dropped = remotes[slot]?.requests ?? []
      remotes[slot]?.requests = []
      if remotes[slot]?.isFast == true { remotes[slot]?.withdraw(dropped) }
    case .unchoke: remotes[slot]?.isChokingUs = false
    case .interested: remotes[slot]?.isInterested = true
    case .notInterested: remotes[slot]?.isInterested = false
    case .have(let piece): remotes[slot]?.pieces.insert(piece)
    case .haveAll: remotes[slot]?.pieces.formUnion(all)
    case .bitfield(let bytes):
      remotes[slot]?.pieces.formUnion(
        all.filter { bytes.count > $0 / 8 && bytes[Int($0 / 8)] & (0x80 >> UInt8($0 % 8)) != 0 })
    case .allowedFast(let piece): remotes[slot]?.allowedFast.insert(piece)
    case .request(let block):
      // Without BEP 6 what is asked for while choked is dropped without a word.
      if let remote = remotes[slot], remote.isFast || remote.isUnchoked { remotes[slot]?.asked.append(block) }
    case .cancel(let block):
      // A fast peer still gets its answer.
      if remotes[slot]?.isFast == false { Self.remove(block, fromAsked: &remotes[slot]) }
    case .reject(let block): Self.remove(block, from: &remotes[slot])
    default: break
    }
  }

  private static func remove(_ block: Block, from remote: inout Remote?) {
    if let place = remote?.requests.firstIndex(of: block) {
      remote?.requests.remove(at: place)
    } else if let place = remote?.withdrawn.firstIndex(of: block) {
      remote?.withdrawn.remove(at: place)
    }
  }

  private static func remove(_ block: Block, fromAsked remote: inout Remote?) {
    if let place = remote?.asked.firstIndex(of: block) { remote?.asked.remove(at: place) }
  }

  // MARK: Actions

  mutating func take(_ action: Action) throws(BrokenRule) {
    switch action {
    case .send(let slot, let message):
      guard isOpen(slot.index) else { throw BrokenRule("\(message) to slot \(slot.index), which is closed") }
      try said(message, to: slot.index)
    case .sendBlock(let slot, let block): try served(block, to: slot.index)
    case .write(let handle, _), .discard(let handle), .writeZeros(let handle, _):
      try require(handle.number == arrived, "handle \(handle.number) was not waiting")
      arrived = nil
    case .verify(let piece):
      try require(!checking.contains(piece) && !verified.contains(piece), "piece \(piece) is checked twice")
      checking.append(piece)
    case .hashBlocks(let piece): hashing.append(piece)
    case .close(let slot, _): remotes[slot.index]?.isClosing = true
    case .dial(let address):
      try require(!dials.contains(address) && address != configuration.ownAddress, "dials \(address) again")
      dials.append(address)
      try require(dials.count <= configuration.maximumInitiated, "dials \(dials.count) at once")
    case .completed:
      try require(isComplete && !hasCompleted, "said to be complete")
      hasCompleted = true
    default: break
    }
  }

  private mutating func said(_ message: PeerMessage, to slot: Int) throws(BrokenRule) {
    guard var remote = remotes[slot] else { return }
    switch message {
    case .choke:
      remote.isUnchoked = false
      // Without BEP 6 a choke is the answer to all.
      if !remote.isFast { remote.asked = [] }
    case .unchoke: remote.isUnchoked = true
    case .interested: remote.amInterested = true
    case .notInterested: remote.amInterested = false
    case .have(let piece): try require(verified.contains(Int(piece)), "announces piece \(piece), unverified")
    case .request(let block): try asks(&remote, for: block)
    case .cancel(let block):
      if let place = remote.requests.firstIndex(of: block) {
        remote.requests.remove(at: place)
        remote.withdraw([block])
      } else {
        try require(remote.withdrawn.contains(block), "cancels \(block), which it had not asked for")
      }
    case .reject(let block):
      try require(remote.isFast, "a reject without BEP 6")
      guard let place = remote.asked.firstIndex(of: block) else { throw BrokenRule("rejects \(block) unasked") }
      remote.asked.remove(at: place)
    default: break
    }
    remotes[slot] = remote
  }

  private func asks(_ remote: inout Remote, for block: Block) throws(BrokenRule) {
    try require(storageTakes, "asks while the disk takes nothing")
    let piece = Int(block.piece)
    try require(isWithin(block), "asks for \(block)")
    try require(!verified.contains(piece), "asks for piece \(piece), which it has")
    try require(remote.pieces.contains(block.piece), "asks for piece \(piece), which the remote has not")
    let isAllowed = !remote.isChokingUs || remote.allowedFast.contains(block.piece)
    try require(isAllowed, "asks while choked")
    try require(!remote.requests.contains(block), "asks twice for \(block)")
    remote.requests.append(block)
    try require(remote.requests.count <= Self.mostRequests, "\(remote.requests.count) requests at one remote")
  }

  private mutating func served(_ block: Block, to slot: Int) throws(BrokenRule) {
    try require(isOpen(slot), "a block to slot \(slot), which is closed")
    try require(isWithin(block) && verified.contains(Int(block.piece)), "serves \(block), which it has not")
    try require(remotes[slot]?.isUnchoked == true, "serves a choked remote")
    guard let place = remotes[slot]?.asked.firstIndex(of: block) else { throw BrokenRule("serves \(block) unasked") }
    remotes[slot]?.asked.remove(at: place)
  }

  private func isWithin(_ block: Block) -> Bool {
    let start = Int64(block.piece) * configuration.pieceLength
    let length = min(configuration.pieceLength, configuration.totalLength - start)
    return block.piece < configuration.pieceCount && block.length > 0
      && Int64(block.begin) + Int64(block.length) <= length
  }

  // MARK: After each input

  func settle() throws(BrokenRule) {
    try require(arrived == nil, "a block's bytes are kept for ever")
    let open = remotes.sorted { $0.key < $1.key }.filter { !$0.value.isClosing }
    try require(open.count <= configuration.maximumConnections, "\(open.count) connections")
    let served = open.count { $0.value.isUnchoked && $0.value.isInterested }
    try require(served <= 5, "\(served) unchoked and interested")
    for (slot, remote) in open {
      let most = remote.isFast ? Self.mostQueued : Self.mostQueuedWithoutRejects
      try require(remote.asked.count <= most, "\(remote.asked.count) queued for \(slot)")
      let wants = remote.pieces.contains { $0 < configuration.pieceCount && !verified.contains(Int($0)) }
      try require(wants == remote.amInterested, "slot \(slot): interest is said wrongly")
    }
  }
}
