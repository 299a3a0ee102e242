import Control
import Glibc
import NIOCore
import NIOPosix
import PeerCore
import SwarmTime
import Wire

/// What the peer wants done.
extension Node {
  func perform(_ action: Action) {
    switch action {
    case .send(let slot, let message): send(message, to: slot)
    case .sendBlock(let slot, let block): sendBlock(block, to: slot)
    case .sendDamagedBlock(let slot, let block): sendBlock(block, to: slot, isDamaged: true)
    case .write(let handle, let block):
      if let bytes = held.removeValue(forKey: handle.number) { write(bytes, block) }
    case .writeZeros(let handle, let block):
      held[handle.number] = nil
      write(ByteBuffer(repeating: 0, count: Int(block.length)), block)
    case .discard(let handle): held[handle.number] = nil
    case .verify(let piece): verify(piece)
    case .hashBlocks(let piece): hashBlocks(piece)
    case .acceptUnverified(let piece): checked(piece, isRight: true)
    case .changeIdentity(let peerID): changeIdentity(to: peerID)
    // Not a trap: the runtime would take its time to print where.
    case .die: raise(SIGKILL)
    case .dial(let address): dial(address)
    case .close(let slot, let reason):
      log("close", text: reason, slot: slot)
      connection(slot)?.close()
    case .wantPeers: announces.wantPeers(at: now)
    case .completed: completed()
    case .note(let text): log("note", text: text)
    }
  }

  private func send(_ message: PeerMessage, to slot: ConnectionSlot) {
    guard let connection = connection(slot) else { return }
    switch message {
    case .choke: log("choke", slot: slot)
    case .unchoke: log("unchoke", slot: slot)
    case .interested: log("interested", slot: slot)
    case .notInterested: log("not-interested", slot: slot)
    default: break
    }
    connection.send(message)
  }

  private func sendBlock(_ block: Block, to slot: ConnectionSlot, isDamaged: Bool = false) {
    guard let connection = connection(slot) else { return }
    do {
      try connection.sendBlock(block) { buffer in
        try storage.read(block, into: &buffer)
        if isDamaged { Self.damageLastByte(of: &buffer) }
      }
      sentBytes += Int64(block.length)
    } catch {
      // Others may have the piece whole; without the block this connection's stream cannot go on in good order.
      let text = "\(error)"
      if !isReadFailureReported { report(.error(code: (error as? StorageError)?.code ?? "storage", text: text)) }
      isReadFailureReported = true
      log("close", text: text, slot: slot)
      connection.close()
    }
  }

  private static func damageLastByte(of buffer: inout ByteBuffer) {
    let place = buffer.writerIndex - 1
    guard let byte = buffer.getInteger(at: place, as: UInt8.self) else { return }
    buffer.setInteger(~byte, at: place)
  }

  /// The whole of a piece message is here.
  func blockArrived(_ slot: ConnectionSlot, _ block: Block, _ payload: ByteBuffer) {
    receivedBytes += Int64(block.length)
    let handle = BlockHandle(nextHandle)
    nextHandle += 1
    held[handle.number] = payload
    feed(.blockArrived(slot, block, handle))
  }

  private func completed() {
    log("completed")
    do throws(StorageError) { try storage.makeEmptyFiles() } catch {
      report(.error(code: error.code, text: error.text))
    }
    // To a tracker it would be one more whole copy.
    if settings.wantedPieces == nil { announces.completed(at: now) }
    tellCompletion()
  }

  /// Once, however it came to be complete: while it was there, while it took leave with the last piece not yet hashed, or by
  /// beginning anew on whole data.
  func tellCompletion() {
    guard !isCompletionTold else { return }
    isCompletionTold = true
    report(.completed)
    if settings.leavesOnCompletion { stop(reason: "completed") }
  }
}

/// What goes to disk, and what is done while the disk takes nothing.
extension Node {
  /// Time between two tries to write what the disk did not take.
  private static let retryInterval = SwarmDuration.seconds(1)

  private func write(_ bytes: ByteBuffer, _ block: Block) { store(.write(bytes, block)) }

  private func verify(_ piece: Int) { store(.verify(piece: piece)) }

  private func store(_ item: WriteBacklog.Item) {
    guard backlog.isEmpty else { return backlog.append(item) }
    do throws(StorageError) { try perform(item) } catch {
      backlog.append(item)
      report(.error(code: error.code, text: error.text))
      log("disk-stalled", text: error.text)
      feed(.storage(takes: false))
      retryDue = now + Self.retryInterval
    }
  }

  func retryWrites() {
    do throws(StorageError) {
      try backlog.retry { item throws(StorageError) in try perform(item) }
      retryDue = nil
      log("disk-resumed")
      feed(.storage(takes: true))
    } catch {
      retryDue = now + Self.retryInterval
    }
  }

  private func perform(_ item: WriteBacklog.Item) throws(StorageError) {
    switch item {
    case .write(let bytes, let block): try storage.write(bytes, as: block)
    case .verify(let piece):
      let job = try storage.checkJob(piece: piece, expected: Array(settings.metainfo.hash(ofPiece: piece)))
      let epoch = epoch
      worker.runIfActive(eventLoop: eventLoop) { job.outcome() }.assumeIsolated().whenSuccess { outcome in
        let isOfPresentPeer = epoch == self.epoch
        switch outcome {
        case .right: self.checked(piece, isRight: true, isOfPresentPeer: isOfPresentPeer)
        case .wrong: self.checked(piece, isRight: false, isOfPresentPeer: isOfPresentPeer)
        case .unreadable(let error):
          self.report(.error(code: error.code, text: error.text))
          self.log("piece-unreadable", text: error.text, piece: piece)
          if isOfPresentPeer { self.feed(.pieceUnreadable(piece: piece)) }
        }
      }
    }
  }

  private func hashBlocks(_ piece: Int) {
    guard let job = try? storage.checkJob(piece: piece, expected: []) else {
      return feed(.blocksHashed(piece: piece, []))
    }
    let epoch = epoch
    worker.runIfActive(eventLoop: eventLoop) { job.blockHashes() }.assumeIsolated().whenSuccess { hashes in
      if epoch == self.epoch { self.feed(.blocksHashed(piece: piece, hashes)) }
    }
  }

  private func checked(_ piece: Int, isRight: Bool, isOfPresentPeer: Bool = true) {
    if isRight { storage.markVerified(piece) }
    log(isRight ? "piece" : "piece-refused", piece: piece)
    if isOfPresentPeer { feed(.pieceChecked(piece: piece, valid: isRight)) }
    if case .leaving = state, storage.holds(first: settings.wantedPieces) { tellCompletion() }
  }
}
