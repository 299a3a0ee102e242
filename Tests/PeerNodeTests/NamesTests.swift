import Control
import Foundation
import PeerCore
import PeerNode
import Testing

/// What lies in the data folder already, and where it leads.
@Suite("Names of a torrent stay in its folder")
struct NamesTests {
  private static let files: [(path: [String], size: Int)] = [(["folder", "inner"], 40_000), (["other"], 40_000)]

  /// A leecher with a link of that name in its data folder; the link leads to a place outside, which is returned.
  private func linked(in swarm: TestSwarm, at ip: String, linking names: [String]) throws -> (NodeSettings, URL) {
    let outside = swarm.folder.appending(path: "outside")
    try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
    let link = names.reduce(swarm.dataFolder("leecher")) { $0.appending(path: $1) }
    try FileManager.default.createDirectory(at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: outside)
    return (try swarm.settings("leecher", at: ip), outside)
  }

  @Test(
    "A symbolic link on the way is refused, for the torrent's folder, a folder in it and a file",
    arguments: [["payload"], ["payload", "folder"], ["payload", "other"]])
  func links(_ names: [String]) async throws {
    let number = names.joined(separator: "/").count
    try await TestSwarm.with(files: Self.files, pieceLength: 32768) { swarm in
      try swarm.giveEverything(to: "seed")
      let seed = try await swarm.start("seed", at: "127.77.20.\(number)")
      let (settings, outside) = try linked(in: swarm, at: "127.77.21.\(number)", linking: names)
      let leecher = try await swarm.start("leecher", at: "127.77.21.\(number)") {
        $0 = settings
        $0.peers = [seed.address]
      }
      let report = try await leecher.report { if case .error("storage", _) = $0 { true } else { false } }
      guard case .error(_, let text) = report else { return }
      #expect(text.contains("is a symbolic link") && text.contains("move the link away"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path).isEmpty)
      // Once the link is gone all goes well.
      try FileManager.default.removeItem(at: names.reduce(swarm.dataFolder("leecher")) { $0.appending(path: $1) })
      try await leecher.completed()
      try swarm.expectWhole("leecher")
    }
  }

  @Test("The data folder itself may be a link: that is its owner's affair")
  func linkedDataFolder() async throws {
    try await TestSwarm.with { swarm in
      try swarm.giveEverything(to: "seed")
      let real = swarm.folder.appending(path: "elsewhere")
      try FileManager.default.createDirectory(at: real, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(at: swarm.dataFolder("leecher"), withDestinationURL: real)
      let seed = try await swarm.start("seed", at: "127.77.22.1")
      let leecher = try await swarm.start("leecher", at: "127.77.22.2") { $0.peers = [seed.address] }
      try await leecher.completed()
      try swarm.expectWhole("leecher")
    }
  }

  @Test("A pipe of a file's name keeps nobody waiting")
  func pipe() async throws {
    try await TestSwarm.with { swarm in
      let place = swarm.file(0, of: "seed")
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try #require(mkfifo(place.path, 0o600) == 0)
      var settings = try swarm.settings("seed", at: "127.77.23.1")
      settings.assumesComplete = true
      let seed = TestPeer(settings)
      let report = try await seed.report { if case .error("storage", _) = $0 { true } else { false } }
      guard case .error(_, let text) = report else { return }
      #expect(text.contains("is no regular file"))
      try await seed.ended()
    }
  }
}
