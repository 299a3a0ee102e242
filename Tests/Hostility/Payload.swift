public import Foundation
import SwarmTime
public import Wire

/// A payload, its torrent, and a folder for everybody who shares it; gone with this value.
public final class Payload: Sendable {
  public let folder: URL
  public let bytes: [UInt8]
  public let metainfo: Metainfo
  public var torrent: String { folder.appending(path: "payload.torrent").path }

  public init(size: Int, pieceLength: Int = 65536, randomSeed: UInt64 = 1) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "hostility-\(UUID().uuidString.prefix(8))")
    var random = RandomSource(seed: randomSeed)
    bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    var hasher = PieceHasher(pieceLength: pieceLength)
    bytes.withUnsafeBytes { hasher.add($0) }
    metainfo = Metainfo(
      announce: "", name: "payload", pieceLength: Int64(pieceLength), pieceHashes: hasher.finish(),
      files: [Metainfo.File(path: ["payload"], length: Int64(size))])
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(metainfo.encoded).write(to: URL(filePath: torrent))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  public func data(of peer: String) -> URL { folder.appending(path: peer) }

  public func give(to peer: String) throws {
    try FileManager.default.createDirectory(at: data(of: peer), withIntermediateDirectories: true)
    try Data(bytes).write(to: data(of: peer).appending(path: "payload"))
  }

  public func isWhole(at peer: String) -> Bool {
    (try? Data(contentsOf: data(of: peer).appending(path: "payload"))).map { $0 == Data(bytes) } ?? false
  }

  public func bytes(of block: Block) -> [UInt8] {
    let start = Int(block.piece) * Int(metainfo.pieceLength) + Int(block.begin)
    return Array(bytes[start..<start + Int(block.length)])
  }

  public var fullBitfield: PeerMessage {
    let count = metainfo.pieceCount
    return .bitfield(
      (0..<(count + 7) / 8).map { byte in
        count - byte * 8 >= 8 ? 0xFF : UInt8(truncatingIfNeeded: 0xFF00 >> (count - byte * 8))
      })
  }

  /// A peer of that name, without a tracker.
  public func start(_ peer: String, at ip: String, _ more: [String] = [], within: [String] = []) throws -> PeerProcess {
    let arguments = ["--torrent", torrent, "--data", data(of: peer).path, "--listen", ip + ":0", "--tracker", ""]
    return try PeerProcess(arguments + more, within: within)
  }
}

extension PeerProcess {
  /// Where it says that it listens.
  public func port() async throws -> UInt16 {
    let line = await line(from: "listening on ", within: 30)
    guard let port = line.flatMap({ $0.split(separator: ":").last }).flatMap({ UInt16($0) }) else {
      throw Stranger.Failure(description: "it does not listen: \(lines)")
    }
    return port
  }
}
