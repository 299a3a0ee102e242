import Control
import Glibc
import NIOCore
import NIOPosix
import PeerCore
import SwarmTime
import Wire

/// From the first look at the disk to the end of the process.
extension Node {
  /// How long, in real time, a leaving peer waits for others to close their side and for the tracker's answer.
  private static let partingTime = TimeAmount.seconds(2)

  // MARK: Preparing

  /// Finds out which pieces are here, opens the socket, and says so.
  func prepare() {
    let check = PayloadCheck(layout: storage.layout, pieceHashes: settings.metainfo.pieceHashes)
    let isTrusted = settings.assumesComplete
    worker.runIfActive(eventLoop: eventLoop) {
      guard isTrusted else { return check.verifiedPieces() }
      try check.requireAllFiles()
      return Array(repeating: true, count: check.layout.pieceCount)
    }.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let pieces):
        for (piece, isHere) in pieces.enumerated() where isHere { self.storage.markVerified(piece) }
        self.openListener()
      case .failure(let error): self.fail(code: (error as? StorageError)?.code ?? "storage", "\(error)")
      }
    }
  }

  private func openListener() {
    listen().assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel):
        self.listener = channel
        self.address.port = PeerAddress(channel.localAddress)?.port ?? self.address.port
        self.prepared()
      case .failure(let error):
        let number = (error as? IOError)?.errnoCode
        let reason = number.map { String(cString: strerror($0)) } ?? "\(error)"
        let isTaken = number == EADDRINUSE
        self.fail(
          code: isTaken ? "port-in-use" : "listen",
          "cannot listen on \(self.settings.listen.text): \(reason)" + (isTaken ? "; choose another with --listen" : "")
        )
      }
    }
  }

  private func prepared() {
    guard case .preparing = state else {
      listener?.close(promise: nil)
      return
    }
    state = .outside
    report(.listening(address: address.text))
    if stopReason != nil { return end() }
    if wantsToJoin { join() }
  }

  private func fail(code: String, _ text: String) {
    report(.error(code: code, text: text))
    stopReason = stopReason ?? "failed"
    end()
  }

  // MARK: Orders

  func obey(_ order: ControlOrder) {
    switch order {
    case .start(let clock):
      guard self.clock == nil else { return report(.error(code: "order", text: "start came twice")) }
      self.clock = clock
      scheduleTurnEnd()
    case .join: join()
    case .leave: leave()
    case .setRate(let upload, let download):
      self.upload = upload.map { RateLimit(bytesPerSecond: $0.bytesPerSecond, burst: $0.burstBytes) }
      self.download = download.map { RateLimit(bytesPerSecond: $0.bytesPerSecond, burst: $0.burstBytes) }
      feed(.setLimits(upload: self.upload, download: self.download))
    case .fail: report(.error(code: "order", text: "fail is an order for trackers"))
    case .rebind(let address, let mode, let peerID): rebind(to: address, isPolite: mode == "polite", peerID: peerID)
    case .stop: stop(reason: "ordered")
    }
  }

  private func join() {
    guard clock != nil else { return report(.error(code: "order", text: "join came before start")) }
    switch state {
    case .preparing, .leaving: wantsToJoin = true
    case .inSwarm, .ended: break
    case .outside: enter()
    }
  }

  private func enter() {
    wantsToJoin = false
    epoch += 1
    let seed = epoch == 1 ? settings.randomSeed : RandomSeed.derive(from: settings.randomSeed, name: "join \(epoch)")
    var configuration = PeerConfiguration(
      totalLength: settings.metainfo.totalLength, pieceLength: settings.metainfo.pieceLength,
      havePieces: storage.verified, upload: upload, download: download, randomSeed: seed, peerID: identity,
      ownAddress: address)
    configuration.lastingSeed = settings.randomSeed
    configuration.choking = settings.choking
    configuration.wantedPieces = settings.wantedPieces
    configuration.givenPeers = settings.peers
    configuration.exchangesPeers = settings.exchangesPeers && !settings.metainfo.isPrivate
    do { peer = try settings.makeLogic(configuration) } catch { return fail(code: "configuration", "\(error)") }
    state = .inSwarm
    log("join")
    announces.join(at: now)
    housekeepingDue = now
    feed(.start)
    if storage.holds(first: settings.wantedPieces) { tellCompletion() }
  }

  /// Takes leave of tracker and peers; verified pieces stay.
  private func leave() {
    wantsToJoin = false
    guard case .inSwarm = state else { return }
    state = .leaving
    log("leave")
    peer = nil
    slots = []
    held = [:]
    backlog.removeAll()
    retryDue = nil
    for connection in Array(connections) { connection.part() }
    announces.leave(at: now)
    scheduleTurnEnd()
    partingLimit = eventLoop.assumeIsolated().scheduleTask(in: Self.partingTime) { self.endLeaving() }
    endLeavingIfDone()
  }

  func endLeavingIfDone() {
    guard case .leaving = state, connections.isEmpty, announces.isIdle else { return }
    endLeaving()
  }

  private func endLeaving() {
    guard case .leaving = state else { return }
    state = .outside
    epoch += 1
    partingLimit?.cancel()
    partingLimit = nil
    announces = AnnounceSchedule()
    udpTracker?.close()
    udpTracker = nil
    housekeepingDue = nil
    for connection in Array(connections) { connection.close() }
    events?.flush()
    if stopReason != nil {
      end()
    } else if wantsToJoin {
      enter()
    }
  }

  /// Leaves if need be, and ends.
  func stop(reason: String) {
    guard stopReason == nil else { return }
    stopReason = reason
    switch state {
    // The hashing goes on to its end, which a waiting worker thread cannot be spared.
    case .preparing: end()
    case .outside: end()
    case .inSwarm: leave()
    case .leaving, .ended: break
    }
  }

  private func end() {
    if case .ended = state { return }
    state = .ended
    move = nil
    silenceAlarm()
    udpTracker?.close()
    listener?.close(promise: nil)
    storage.close()
    events?.close()
    report(.stopped(reason: stopReason ?? "ordered"))
    ending.succeed()
  }
}
