import Foundation
import Hostility
import Staging
import SwarmTime
import Wire

/// Where a recorded conversation meets a live client: an address, a torrent whose tracker is at it, its payload, and a
/// folder for the client. Gone with this value.
final class Place: Sendable {
  static let clientPort: UInt16 = 17002
  static let trackerPort: UInt16 = 17003
  private static let playerPort: UInt16 = 17004

  let address: String
  let folder = NSTemporaryDirectory() + "/against-\(UUID().uuidString.prefix(8))"
  private let payload: [UInt8]

  var torrent: String { folder + "/payload.torrent" }
  var capture: String { folder + "/conversation.pcap" }
  /// The client's.
  var data: String { folder + "/data" }
  var isWhole: Bool { (try? Data(contentsOf: URL(filePath: data + "/payload"))) == Data(payload) }

  init(at address: String) throws {
    self.address = address
    var random = RandomSource(seed: 11)
    payload = (0..<262_144).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    var hasher = PieceHasher(pieceLength: 65536)
    payload.withUnsafeBytes { hasher.add($0) }
    let metainfo = Metainfo(
      announce: "http://\(address):\(Self.trackerPort)/announce", name: "payload", pieceLength: 65536,
      pieceHashes: hasher.finish(), files: [Metainfo.File(path: ["payload"], length: Int64(payload.count))])
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    try Data(metainfo.encoded).write(to: URL(filePath: torrent))
    try Data(payload).write(to: URL(filePath: folder + "/payload"))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A conversation between a seed and a leecher, of a torrent of the same shape.
  func record(seedOpens: Bool) throws {
    var staged = StagedConversation()
    staged.pieces = 4
    staged.pieceLength = 65536
    staged.seedOpens = seedOpens
    try staged.write(to: capture)
  }

  /// The payload lies in the client's folder, one bit of it wrong if so wished.
  func give(isDamaged: Bool = false) throws {
    var given = payload
    if isDamaged { given[200_000] ^= 1 }
    try Data(given).write(to: URL(filePath: data + "/payload"))
  }

  /// The command line of a libtorrent here, which seeds where `--seed` is added.
  var libtorrent: [String] {
    let program = "\(Swarmlab.root)/Harness/Clients/libtorrent_peer.py"
    return ["/usr/bin/python3", program, "--torrent=\(torrent)", "--data=\(data)"]
      + ["--address=\(address)", "--port=\(Self.clientPort)"]
  }

  /// - Parameters:
  ///   - port: to connect to instead of to the client's, or to listen at.
  ///   - waits: until the client listens, where it is the one that is connected to.
  func play(
    as role: String, at port: UInt16? = nil, _ more: [String], waits: Bool = true
  ) async throws -> Swarmlab.Said {
    if waits && role == "initiator" {
      let isThere = try await Processes.wait(within: 30) {
        (try? Stranger(from: address, to: address, Self.clientPort)) != nil
      }
      guard isThere else { throw Stranger.Failure(description: "the client does not listen") }
    }
    let port = port ?? (role == "initiator" ? Self.clientPort : Self.playerPort)
    return try await Swarmlab.run(
      ["replay", capture, "--against", "\(address):\(port)", "--stream", "0", "--as", role, "--torrent", torrent] + more
    )
  }

  /// The first IPv4 address of this machine that is not of loopback.
  static let outerAddress: String? = {
    var found: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&found) == 0 else { return nil }
    defer { freeifaddrs(found) }
    var entry = found
    while let interface = entry?.pointee {
      entry = interface.ifa_next
      let isUsable = interface.ifa_flags & UInt32(IFF_UP | IFF_LOOPBACK) == UInt32(IFF_UP)
      guard isUsable, let name = interface.ifa_addr, name.pointee.sa_family == sa_family_t(AF_INET) else { continue }
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let (size, room) = (socklen_t(MemoryLayout<sockaddr_in>.size), socklen_t(text.count))
      guard getnameinfo(name, size, &text, room, nil, 0, NI_NUMERICHOST) == 0 else { continue }
      return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return nil
  }()
}

extension Process {
  /// A client, silent.
  static func start(_ command: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  func end() {
    kill(processIdentifier, SIGKILL)
    waitUntilExit()
  }
}
