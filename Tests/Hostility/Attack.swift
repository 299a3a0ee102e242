import Foundation
import Glibc
import Synchronization
public import Wire

/// What a hostile remote does to one peer, from an address of its own.
public enum Attack: String, CaseIterable, Sendable {
  /// Brings blocks of the right shape and the wrong bytes.
  case poisoner
  /// Says that it has everything, unchokes, and never brings a block.
  case liar
  /// Brings a block, a byte at a time.
  case slowSender
  /// Asks for blocks without end and reads nothing.
  case requestFlooder
  /// The same while it is choked.
  case chokedFlooder
  /// Brings blocks that nobody asked for, without end.
  case blockFlooder
  /// Asks for more than all buffers on the way hold, reads nothing, and says now and then that it lives: no rule is broken.
  case deaf
  /// The same, and says nothing more either: for its silence it must go, however much still waits to be sent to it.
  case mute
  /// Changes its mind about its interest without end, and reads nothing: costs time, and is against no rule.
  case waverer
  /// Ten thousand connections, one after the other as fast as they are taken.
  case connectionFlooder
  /// Two hundred connections with handshakes of a byte now and then.
  case slowloris
  /// Ninety whole handshakes, each with a peer id of its own, from one address.
  case crowd
  /// A message of 4 GiB.
  case hugeLength
  /// The front half of a message, and silence.
  case halfMessage
  /// A handshake that is none.
  case garbage

  /// Whether the peer is to close the connection, besides that the honest go on.
  public var mustBeDropped: Bool { self != .waverer && self != .deaf }
  /// Whether it shows best if it is at work before the leechers come.
  public var comesFirst: Bool { self == .crowd || self == .deaf || self == .mute }
}

/// One attacker at work on a thread of its own.
public final class Attacker: Sendable {
  private struct State {
    var wasDropped: Bool?
    var hasBegun = false
    var isStopped = false
  }

  private let state = Mutex(State())
  private let metainfo: Metainfo
  private let own: String
  private let target: (ip: String, port: UInt16)

  /// - Parameter speed: swarm seconds in each real one.
  public init(
    _ attack: Attack, on target: (ip: String, port: UInt16), from own: String, metainfo: Metainfo, speed: Double
  ) {
    self.metainfo = metainfo
    self.own = own
    self.target = target
    Thread.detachNewThread {
      let wasDropped = (try? self.perform(attack, speed)) ?? true
      self.state.withLock { $0.wasDropped = wasDropped }
    }
  }

  /// Whether the peer closed the connection; nil when it was not over in time.
  public func wasDropped(within seconds: Double) async -> Bool? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while state.withLock({ $0.wasDropped }) == nil, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(10))
    }
    return state.withLock { $0.wasDropped }
  }

  /// Waits until an attack that comes first is under way.
  public func hasBegun(within seconds: Double) async {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !state.withLock({ $0.hasBegun }), ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Lets an attack that knows no end come to one.
  public func stop() { state.withLock { $0.isStopped = true } }
  private var isStopped: Bool { state.withLock { $0.isStopped } }

  // MARK: Attacks

  private func perform(_ attack: Attack, _ speed: Double) throws -> Bool {
    switch attack {
    case .poisoner: return try brings { block in (0..<block.length).map { UInt8(truncatingIfNeeded: $0) } }
    case .liar: return try lie(speed)
    case .slowSender: return try trickle(speed)
    case .requestFlooder: return try flood(.interested, waitingFor: .unchoke) { self.request($0) }
    case .chokedFlooder: return try flood { self.request($0) }
    case .blockFlooder: return try flood { self.unaskedBlock($0) }
    case .deaf: return try beDeaf(speed)
    case .mute: return try beMute(speed)
    case .waverer: return try flood { ($0 & 1 == 0 ? PeerMessage.interested : .notInterested).encoded }
    case .connectionFlooder: return comeAndGo(10_000)
    case .slowloris: return try trickleHandshakes(200)
    case .crowd: return try crowd(90)
    case .hugeLength: return try say([0xFF, 0xFF, 0xFF, 0xFF, 7, 0, 0, 0, 0, 0, 0, 0, 0])
    case .halfMessage: return try say([0, 0, 0, 13, 6, 0, 0])
    case .garbage:
      let stranger = try connect()
      stranger.say((0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) })
      return stranger.isClosed()
    }
  }

  private func connect() throws -> Stranger { try Stranger(from: own, to: target.ip, target.port) }

  private func meet(_ number: Int = 0) throws -> Stranger {
    let stranger = try connect()
    let digits = String(number + 1_000_000_000_000).suffix(12)
    guard stranger.greet(metainfo.infoHash, peerID: Array("-XX6660-\(digits)".utf8)) != nil else {
      throw Stranger.Failure(description: "no handshake")
    }
    return stranger
  }

  private func say(_ bytes: [UInt8]) throws -> Bool {
    let stranger = try meet()
    stranger.say(bytes)
    return stranger.isClosed()
  }

  private var everything: [UInt8] { PeerMessage.haveAll.encoded + PeerMessage.unchoke.encoded }

  private func brings(_ bytes: (Block) -> [UInt8]) throws -> Bool {
    let stranger = try meet()
    stranger.say(everything)
    while let message = stranger.message() {
      if case .request(let block) = message { stranger.say(PeerMessage.pieceHeader(block) + bytes(block)) }
    }
    return true
  }

  private func lie(_ speed: Double) throws -> Bool {
    let stranger = try meet()
    stranger.say(everything)
    // Not silent: it would be closed for that.
    while !isStopped, stranger.sayWithoutWaiting(PeerMessage.keepAlive.encoded) { usleep(UInt32(30e6 / speed)) }
    return !isStopped
  }

  /// Asks for more than all buffers on the way hold, as soon as it is unchoked.
  private func askForMuch() throws -> Stranger {
    let stranger = try meet()
    stranger.say(PeerMessage.interested.encoded)
    while let heard = stranger.message(), heard != .unchoke {}
    stranger.say((0..<400).flatMap(request))
    state.withLock { $0.hasBegun = true }
    return stranger
  }

  private func beMute(_ speed: Double) throws -> Bool {
    let stranger = try askForMuch()
    // Whether it was closed is seen only by reading. By then it has been silent for longer than anybody may be (240 s).
    usleep(UInt32(300e6 / speed))
    return stranger.isClosed()
  }

  private func beDeaf(_ speed: Double) throws -> Bool {
    let stranger = try askForMuch()
    while !isStopped, stranger.sayWithoutWaiting(PeerMessage.keepAlive.encoded) { usleep(UInt32(30e6 / speed)) }
    return !isStopped
  }

  private func trickle(_ speed: Double) throws -> Bool {
    let stranger = try meet()
    stranger.say(everything)
    while let message = stranger.message() {
      guard case .request(let block) = message else { continue }
      stranger.say(PeerMessage.pieceHeader(block))
      while !isStopped, stranger.sayWithoutWaiting([0]) { usleep(UInt32(1e6 / speed)) }
      return !isStopped
    }
    return true
  }

  private func flood(
    _ first: PeerMessage? = nil, waitingFor answer: PeerMessage? = nil, _ message: (Int) -> [UInt8]
  ) throws -> Bool {
    let stranger = try meet()
    if let first { stranger.say(first.encoded) }
    if let answer {
      while let heard = stranger.message(), heard != answer {}
    }
    var number = 0
    while !isStopped {
      var portion: [UInt8] = []
      while portion.count < 16384 {
        portion += message(number)
        number += 1
      }
      // A peer that reads no more without closing leaves this waiting for ever; the socket's limit ends that.
      guard stranger.say(portion) else { return errno != EAGAIN }
    }
    return false
  }

  private func request(_ number: Int) -> [UInt8] {
    PeerMessage.request(Block(piece: 0, begin: UInt32(number % 4) * 16384, length: 16384)).encoded
  }

  private func unaskedBlock(_ number: Int) -> [UInt8] {
    let block = Block(piece: UInt32(number % metainfo.pieceCount), begin: 0, length: 16384)
    return PeerMessage.pieceHeader(block) + [UInt8](repeating: 0, count: 16384)
  }

  private func comeAndGo(_ times: Int) -> Bool {
    for _ in 0..<times where !isStopped { _ = try? connect() }
    return true
  }

  /// Kept open all at once; dropped when the last of them is.
  private func trickleHandshakes(_ count: Int) throws -> Bool {
    let strangers = try (0..<count).map { _ in try connect() }
    for byte in Handshake.prefix {
      for stranger in strangers { _ = stranger.sayWithoutWaiting([byte]) }
      usleep(100_000)
    }
    return strangers.allSatisfy { $0.isClosed() }
  }

  /// One of them at least must go, for an honest peer from elsewhere.
  private func crowd(_ count: Int) throws -> Bool {
    let strangers = (0..<count).compactMap { try? meet($0) }
    state.withLock { $0.hasBegun = true }
    while !isStopped { usleep(10_000) }
    return strangers.contains { $0.hasBeenClosed() }
  }
}
