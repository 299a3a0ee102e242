public import Control
import Glibc
public import NIOCore
import NIOHTTP1
import NIOPosix
public import PeerCore
import PeerNode
import SwarmTime

/// Serves one file over HTTP/1.1 (RFC 9110, RFC 9112): GET and HEAD of `/NAME`, whole or one range of it, with one upload
/// limit for all connections together.
public final class FileServer: HTTPParty {
  public struct Settings: Sendable {
    /// Path of the file.
    public var file: String
    public var listen: PeerAddress
    /// Nil is unlimited.
    public var upload: RateLimit?
    /// Connections at once: fewer than a process may have files open, where nobody has raised that.
    public var mostConnections = 512
    /// Real time after which a connection is closed that asks nothing, or does not take what it has asked for.
    public var patience = TimeAmount.minutes(5)

    public init(file: String, listen: PeerAddress, upload: RateLimit?) {
      self.file = file
      self.listen = listen
      self.upload = upload
    }
  }

  private let settings: Settings
  private let outlet: Outlet
  private let seat: HTTPSeat
  private var file: ServedFile?
  private var listener: (any Channel)?
  private var connections: [ObjectIdentifier: Entry] = [:]
  private var accepted = 0

  private struct Entry {
    let channel: any Channel
    let connection: ServedConnection
    /// The first is 1.
    let number: Int
  }

  public init(_ settings: Settings, seat: HTTPSeat) {
    self.settings = settings
    self.seat = seat
    outlet = Outlet(settings.upload, on: seat.eventLoop)
  }

  public func prepare() {
    do throws(HTTPTrouble) { file = try ServedFile(path: settings.file) } catch { return seat.fail(error) }
    listen()
  }

  public func obey(_ order: ControlOrder) {
    switch order {
    case .start(let clock): outlet.start(clock)
    case .join: if listener == nil { listen() }
    case .leave: leave()
    case .setRate(let upload, _):
      outlet.setLimit(upload.map { RateLimit(bytesPerSecond: $0.bytesPerSecond, burst: $0.burstBytes) })
    case .fail, .rebind:
      seat.report(.error(code: "order", text: "a file server knows start, join, leave, setRate and stop only"))
    case .stop: seat.stop(reason: "ordered")
    }
  }

  public func end() {
    leave()
    outlet.close()
  }

  private func leave() {
    listener?.close(promise: nil)
    listener = nil
    for entry in connections.values { entry.channel.close(promise: nil) }
  }

  private func listen() {
    let server = NIOLoopBound(self, eventLoop: seat.eventLoop)
    let address = settings.listen
    seat.eventLoop.makeCompletedFuture { try address.socketAddress }.flatMap { address in
      ServerBootstrap(group: server.eventLoop)
        .serverChannelOption(.backlog, value: 256)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.writeBufferWaterMark, value: .init(low: 16 << 10, high: 32 << 10))
        .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try server.value.accept(channel) }
        }
        .bind(to: address)
    }.assumeIsolated().whenComplete { result in
      switch result {
      case .success(let channel): self.listens(channel)
      case .failure(let error): self.seat.fail(Self.trouble(error, at: address))
      }
    }
  }

  private func listens(_ channel: any Channel) {
    guard !seat.isEnding else { return channel.close(promise: nil) }
    listener = channel
    seat.report(.listening(address: PeerAddress(channel.localAddress)?.text ?? settings.listen.text))
  }

  private func accept(_ channel: any Channel) throws {
    guard let file, hasRoom() else { return channel.close(promise: nil) }
    let connection = ServedConnection(file, outlet)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(OutletMeter(outlet))
    try pipeline.configureHTTPServerPipeline(
      withPipeliningAssistance: true, withErrorHandling: true, withOutboundHeaderValidation: true,
      withEncoderConfiguration: .init(), withDecoderLimitConfiguration: Self.limits)
    // Behind the decoder: who says a request byte by byte says nothing until it is whole.
    try pipeline.addHandler(IdleStateHandler(allTimeout: settings.patience))
    try pipeline.addHandler(connection)
    let name = ObjectIdentifier(channel)
    accepted += 1
    connections[name] = Entry(channel: channel, connection: connection, number: accepted)
    channel.closeFuture.assumeIsolated().whenComplete { _ in self.connections[name] = nil }
  }

  /// Whether one more may come. Where all places are taken the oldest gives way of those that are given nothing; a
  /// download gives way to nobody.
  private func hasRoom() -> Bool {
    guard connections.count >= settings.mostConnections else { return true }
    let idle = connections.filter { !$0.value.connection.isAnswering }
    guard let oldest = idle.min(by: { $0.value.number < $1.value.number }) else { return false }
    connections[oldest.key] = nil
    oldest.value.channel.close(promise: nil)
    return true
  }

  /// Of a request's head; the usual limit, 2 MiB, is too much of each of some hundred strangers.
  private static var limits: NIOHTTPDecoderLimitConfiguration {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 16 << 10
    limits.maxHeaderListSize = 32 << 10
    limits.maxHeaderFieldCount = 64
    return limits
  }

  private static func trouble(_ error: any Error, at address: PeerAddress) -> HTTPTrouble {
    let number = (error as? IOError)?.errnoCode
    let reason = number.map { String(cString: strerror($0)) } ?? "\(error)"
    return HTTPTrouble(
      code: number == EADDRINUSE ? "port-in-use" : "listen", text: "cannot listen on \(address.text): \(reason)")
  }
}
