import Control
import Foundation
import PeerCore
import PeerNode
import SwarmTime
import Synchronization
import Testing
import Wire

/// A payload, a folder for everybody, and the peers started in it; all gone at the end.
final class TestSwarm {
  let folder: URL
  let metainfo: Metainfo
  let clock: SwarmClock
  /// By path below the payload's own name; one with an empty path is the payload itself.
  let contents: [(path: [String], bytes: [UInt8])]
  private var peers: [TestPeer] = []

  /// - Parameter files: a file for each, with so many random bytes; nil for a single file of 2 MiB and a little.
  init(
    files: [(path: [String], size: Int)]? = nil, pieceLength: Int = 65536, announce: String = "", speed: Double = 1,
    isPrivate: Bool = false
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "peernode-\(UUID().uuidString)")
    var random = RandomSource(seed: 5)
    let name = "payload"
    contents = (files ?? [([name], 2 << 20 | 777)]).map { file in
      (file.path, (0..<file.size).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }
    var hasher = PieceHasher(pieceLength: pieceLength)
    for file in contents { file.bytes.withUnsafeBytes { hasher.add($0) } }
    metainfo = Metainfo(
      announce: announce, name: name, pieceLength: Int64(pieceLength), pieceHashes: hasher.finish(),
      files: contents.map { Metainfo.File(path: $0.path, length: Int64($0.bytes.count)) }, isPrivate: isPrivate)
    clock = SwarmClock(zeroMonotonicNanoseconds: SwarmClock.monotonicNanoseconds(), speed: speed)
  }

  static func with(
    files: [(path: [String], size: Int)]? = nil, pieceLength: Int = 65536, announce: String = "", speed: Double = 1,
    isPrivate: Bool = false, _ body: (TestSwarm) async throws -> Void
  ) async throws {
    let swarm = try TestSwarm(
      files: files, pieceLength: pieceLength, announce: announce, speed: speed, isPrivate: isPrivate)
    defer { try? FileManager.default.removeItem(at: swarm.folder) }
    do { try await body(swarm) } catch {
      await swarm.stopAll()
      throw error
    }
    await swarm.stopAll()
  }

  private func stopAll() async {
    for peer in peers where !peer.hasEnded {
      peer.host.stop(reason: "end of the test")
      try? await peer.ended()
    }
  }

  func dataFolder(_ name: String) -> URL { folder.appending(path: name) }

  /// Where a file of the payload lies at the peer of that name.
  func file(_ index: Int, of name: String) -> URL {
    let root = dataFolder(name).appending(path: metainfo.name)
    return metainfo.isSingleFile ? root : contents[index].path.reduce(root) { $0.appending(path: $1) }
  }

  /// Puts the whole payload into the folder of the peer of that name.
  func giveEverything(to name: String) throws {
    for index in contents.indices {
      let url = file(index, of: name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(contents[index].bytes).write(to: url)
    }
  }

  func settings(_ name: String, at ip: String) throws -> NodeSettings {
    NodeSettings(
      metainfo: metainfo, dataFolder: dataFolder(name).path, listen: try #require(PeerAddress(ip: ip, port: 0)),
      peerID: NodeSettings.peerID(randomSeed: RandomSeed.derive(from: 1, name: name)),
      randomSeed: RandomSeed.derive(from: 2, name: name))
  }

  /// Starts a peer and waits until it listens.
  func start(
    _ name: String, at ip: String, joins: Bool = true, change: (inout NodeSettings) -> Void = { _ in }
  ) async throws -> TestPeer {
    var settings = try settings(name, at: ip)
    change(&settings)
    let peer = TestPeer(settings)
    peers.append(peer)
    if case .listening(let text) = try await peer.report(where: { if case .listening = $0 { true } else { false } }) {
      peer.address = try #require(PeerAddress(text))
    }
    peer.host.obey(.start(clock))
    if joins { peer.host.obey(.join) }
    return peer
  }

  func expectWhole(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for index in contents.indices {
      let found = try [UInt8](Data(contentsOf: file(index, of: name)))
      #expect(found == contents[index].bytes, "file \(index) of \(name)", sourceLocation: sourceLocation)
    }
  }
}

/// A running peer and what it reported.
final class TestPeer {
  let host: NodeHost
  var address = PeerAddress(ipv4: 0, port: 0)
  private let reports: Reports
  private(set) var hasEnded = false

  init(_ settings: NodeSettings) {
    let reports = Reports()
    self.reports = reports
    host = NodeHost.launch(settings, processID: 1) { reports.add($0) }
  }

  /// The first report that fits, past or to come.
  @discardableResult func report(
    where fits: @escaping @Sendable (ControlReport) -> Bool, within limit: Duration = .seconds(60)
  ) async throws -> ControlReport {
    try await reports.first(where: fits, within: limit)
  }

  /// Returns as soon as what it says of itself fits. It is asked every 5 ms: asked without a pause, it keeps all the other
  /// tests from the processors.
  func progress(within limit: Duration = .seconds(60), fits: (NodeProgress) -> Bool) async throws {
    let deadline = ContinuousClock.now + limit
    while case let progress = try await host.progress(), !fits(progress) {
      guard ContinuousClock.now < deadline else { throw NotSo(progress: progress) }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Returns when the peer's threads have ended.
  func ended() async throws {
    guard !hasEnded else { return }
    hasEnded = true
    try await host.waitForEnd()
  }

  func completed() async throws { try await report { $0 == .completed } }

  func error(code: String) async throws {
    try await report { if case .error(code, _) = $0 { true } else { false } }
  }
}

struct TimedOut: Error { var found: [ControlReport] }

struct NotSo: Error { var progress: NodeProgress }

/// Reports as they come, for one who waits.
final class Reports: Sendable {
  private struct State {
    var all: [ControlReport] = []
    var waiting: [UUID: AsyncStream<Void>.Continuation] = [:]
  }

  private let state = Mutex(State())

  func add(_ report: ControlReport) {
    let waiting = state.withLock { state in
      state.all.append(report)
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.yield() }
  }

  func first(
    where fits: @escaping @Sendable (ControlReport) -> Bool, within limit: Duration
  ) async throws -> ControlReport {
    let id = UUID()
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    state.withLock { $0.waiting[id] = continuation }
    defer { state.withLock { $0.waiting[id] = nil } }
    continuation.yield()
    let deadline = Task {
      try await Task.sleep(for: limit)
      continuation.finish()
    }
    defer { deadline.cancel() }
    for await _ in stream {
      if let found = state.withLock({ $0.all.first(where: fits) }) { return found }
    }
    throw TimedOut(found: state.withLock { $0.all })
  }
}
