public import Control
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
public import PeerCore
import PeerNode
import SwarmTime

/// Downloads one file over HTTP/1.1, with a download limit, and ends once it is whole.
///
/// What is on the disk already is not asked for again. A connection that ends before, or on which the server falls
/// silent, is tried again every five seconds of swarm time, or when a busy server says, from where the file stops, for
/// as long as it is not told to leave.
public final class FileClient: HTTPParty {
  public struct Settings: Sendable {
    public var server: PeerAddress
    /// Path on the server: `/payload.bin`.
    public var path: String
    /// Path of the file on the disk.
    public var file: String
    /// Address to connect from.
    public var from: PeerAddress
    /// Nil is unlimited.
    public var download: RateLimit?

    public init(server: PeerAddress, path: String, file: String, from: PeerAddress, download: RateLimit?) {
      self.server = server
      self.path = path
      self.file = file
      self.from = from
      self.download = download
    }
  }

  /// Without a byte, in swarm time, while bytes are asked for. A server that has many to serve comes round late.
  private static let longestSilence = SwarmDuration.seconds(300)
  /// The same in real time, for a machine under load; the longer of the two counts.
  private static let leastSilence = TimeAmount.seconds(5)
  /// Real time for a connection to be made.
  private static let dialTime = TimeAmount.seconds(10)

  let settings: Settings
  let intake: Intake
  private let seat: HTTPSeat
  private var clock: SwarmClock?
  private var file: FetchedFile?
  private var channel: (any Channel)?
  private var isIn = false
  private var isDialling = false
  /// Until the next attempt.
  private var pause = RetryAfter.least
  private lazy var retry = Alarm(on: seat.eventLoop) { [unowned self] in dial() }

  public init(_ settings: Settings, seat: HTTPSeat) {
    self.settings = settings
    self.seat = seat
    intake = Intake(settings.download, on: seat.eventLoop)
  }

  public func prepare() {
    do throws(HTTPTrouble) { file = try FetchedFile(path: settings.file) } catch { return seat.fail(error) }
    // It listens to nobody: this is how a process says that it can be told to join.
    seat.report(.listening(address: settings.from.text))
  }

  public func obey(_ order: ControlOrder) {
    switch order {
    case .start(let clock):
      self.clock = clock
      intake.start(clock)
    case .join:
      guard clock != nil else { return seat.report(.error(code: "order", text: "join came before start")) }
      isIn = true
      dial()
    case .leave: leave()
    case .setRate(_, let download):
      intake.setLimit(download.map { RateLimit(bytesPerSecond: $0.bytesPerSecond, burst: $0.burstBytes) })
    case .fail, .rebind:
      seat.report(.error(code: "order", text: "a file client knows start, join, leave, setRate and stop only"))
    case .stop: seat.stop(reason: "ordered")
    }
  }

  public func end() {
    leave()
    intake.close()
    file = nil
  }

  private func leave() {
    isIn = false
    retry.cancel()
    channel?.close(promise: nil)
    channel = nil
  }

  // MARK: Connections

  private func dial() {
    guard isIn, channel == nil, !isDialling, let file, let clock else { return }
    isDialling = true
    let client = NIOLoopBound(self, eventLoop: seat.eventLoop)
    let (server, from, offset) = (settings.server, settings.from, file.size)
    let silence = max(Self.leastSilence, .nanoseconds(clock.realNanoseconds(Self.longestSilence)))
    seat.eventLoop.makeCompletedFuture {
      try (to: server.socketAddress, from: PeerAddress(ipv4: from.ipv4, port: 0).socketAddress)
    }.flatMap { ends in
      ClientBootstrap(group: client.eventLoop)
        .bind(to: ends.from)
        .connectTimeout(Self.dialTime)
        .channelOption(.autoRead, value: false)
        .channelOption(.maxMessagesPerRead, value: 1)
        .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Int(Intake.portion)))
        // The kernel doubles it: what it takes in unasked is no more than 131072 bytes.
        .channelOption(.socketOption(.so_rcvbuf), value: 65536)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(SilenceWatch(longest: silence))
            try pipeline.addHandler(IntakeMeter(client.value.intake))
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(Download(client.value, from: offset))
          }
        }
        .connect(to: ends.to)
    }.assumeIsolated().whenComplete { result in
      self.isDialling = false
      switch result {
      case .success(let channel) where self.isIn: self.channel = channel
      case .success(let channel): channel.close(promise: nil)
      case .failure: self.tryAgain()
      }
    }
  }

  private func tryAgain() {
    guard isIn, let clock else { return }
    retry.set(clock.now() + pause, clock)
    pause = RetryAfter.least
  }

  // MARK: What a download tells

  /// - Returns: false when they could not be kept: the client ends.
  func received(_ bytes: ByteBuffer) -> Bool {
    do throws(HTTPTrouble) {
      try file?.append(bytes)
      return true
    } catch {
      seat.fail(error)
      return false
    }
  }

  func isWhole() {
    leave()
    seat.report(.completed)
    seat.stop(reason: "completed")
  }

  /// The server is too busy for now.
  ///
  /// - Parameter field: its `Retry-After`, if it has one.
  func isPutOff(retryAfter field: String?) { pause = RetryAfter.pause(field) }

  /// The answer was none that could be used: it is of no use to ask again.
  func isRefused(_ reason: String) {
    seat.fail(
      HTTPTrouble(code: "refused", text: "http://\(settings.server.text)\(settings.path): \(reason)"))
  }

  func isOver() {
    channel = nil
    tryAgain()
  }
}
