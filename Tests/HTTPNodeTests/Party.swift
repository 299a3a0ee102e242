import Control
import HTTPNode
import PeerCore
import PeerNode
import SwarmTime
import Synchronization
import Testing

/// A server or client with what it has reported.
final class Party: Sendable {
  let host: HTTPHost
  private let reports: Reports
  private let speed: Double

  private final class Reports: Sendable { let all = Mutex<[ControlReport]>([]) }

  private init(speed: Double, _ make: @escaping @Sendable (HTTPSeat) -> any HTTPParty) {
    let reports = Reports()
    self.reports = reports
    self.speed = speed
    host = HTTPHost(processID: 1, make: make) { report in reports.all.withLock { $0.append(report) } }
  }

  convenience init(
    serving file: String, at address: String, upload: Int64?, speed: Double = 1,
    change: (inout FileServer.Settings) -> Void = { _ in }
  ) {
    let listen = PeerAddress(address) ?? PeerAddress(ipv4: 0x7f00_0001, port: 0)
    var settings = FileServer.Settings(
      file: file, listen: listen, upload: upload.map { RateLimit(bytesPerSecond: $0) })
    change(&settings)
    let chosen = settings
    self.init(speed: speed) { FileServer(chosen, seat: $0) }
  }

  /// Serves `payload.bin` of the folder.
  static func server(
    _ folder: String, upload: Int64?, speed: Double, at address: String = "127.85.1.1:0",
    change: (inout FileServer.Settings) -> Void = { _ in }
  ) async throws -> Party {
    let server = Party(
      serving: folder + "/payload.bin", at: address, upload: upload, speed: speed, change: change)
    try await server.join()
    return server
  }

  static func client(
    _ file: String, of server: Party, path: String = "/payload.bin", download: Int64? = nil, speed: Double
  ) throws -> Party {
    try client(file, at: server.address, path: path, download: download, speed: speed)
  }

  static func client(
    _ file: String, at address: String, path: String = "/payload.bin", download: Int64? = nil, speed: Double
  ) throws -> Party {
    let settings = FileClient.Settings(
      server: try #require(PeerAddress(address)), path: path, file: file,
      from: try #require(PeerAddress("127.85.2.1:0")), download: download.map { RateLimit(bytesPerSecond: $0) })
    return Party(speed: speed) { FileClient(settings, seat: $0) }
  }

  /// Starts it once it says that it is ready.
  func join() async throws {
    try await until { !self.address.isEmpty }
    host.obey(.start(SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: speed)))
    host.obey(.join)
  }

  /// Where it listens; empty before it does.
  var address: String {
    reports.all.withLock { all in
      all.compactMap { if case .listening(let address) = $0 { address } else { nil } }.first ?? ""
    }
  }

  /// Why it stopped, once it has.
  func reason() async throws -> String {
    var reason: String?
    try await until {
      reason = self.reports.all.withLock { all in
        all.compactMap { if case .stopped(let reason) = $0 { reason } else { nil } }.first
      }
      return reason != nil
    }
    return try #require(reason)
  }

  /// Codes of what it complained of.
  var errors: [String] {
    reports.all.withLock { all in all.compactMap { if case .error(let code, _) = $0 { code } else { nil } } }
  }
}

/// Looks again and again until it is so; throws after half a minute.
func until(_ isSo: () -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(30)
  while !isSo() {
    guard ContinuousClock.now < deadline else { throw Late() }
    try await Task.sleep(for: .milliseconds(5))
  }
}

struct Late: Error {}
