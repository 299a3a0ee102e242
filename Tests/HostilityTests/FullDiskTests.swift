import Foundation
import Hostility
import Testing
import Wire

/// A leecher whose folder is a file system of 4 MiB of its own, with 2 MiB of ballast that is thrown out later.
@Suite("A full disk")
struct FullDiskTests {
  static let hasBubblewrap = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(
    "It says so, goes on serving what it has, and downloads the rest when there is room",
    .enabled(if: hasBubblewrap, "bubblewrap is not installed"))
  func fullDisk() async throws {
    let payload = try Payload(size: 3 << 20)
    try payload.give(to: "seed")
    let seed = try payload.start("seed", at: "127.81.1.1")
    defer { seed.end() }
    let data = payload.data(of: "leecher").path
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    // Its standard input tells it when to make room, and when to compare what has come.
    let script = #"""
      head -c 2097152 /dev/zero >"$0/ballast" || exit 1
      "$@" </dev/null & peer=$!
      read -r _ && rm "$0/ballast"
      read -r _ && cmp "$0/payload" "$0/../seed/payload" && echo "the same"
      kill $peer; wait $peer
      """#
    let bwrap = ["/usr/bin/env", "bwrap", "--dev-bind", "/", "/", "--size", "\(4 << 20)", "--tmpfs", data]
    let leecher = try payload.start(
      "leecher", at: "127.81.1.2", ["--peer", "127.81.1.1:\(try await seed.port())"],
      within: bwrap + ["--", "/bin/sh", "-c", script, data])
    defer { leecher.end(SIGTERM) }
    let port = try await leecher.port()
    let complaint = try #require(await leecher.line(from: "error: cannot write"), "\(leecher.lines)")
    #expect(complaint.contains("No space left on device") && complaint.contains("free some space"))

    // A stranger is served from what was verified before.
    let stranger = try Stranger(from: "127.81.1.3", to: "127.81.1.2", port)
    #expect(stranger.greet(payload.metainfo.infoHash, peerID: Array("-XX0001-testtesttest".utf8)) != nil)
    let here = try await firstPiece(of: stranger)
    stranger.say(PeerMessage.interested.encoded)
    while let message = stranger.message(), message != .unchoke {}
    let block = Block(piece: here, begin: 0, length: 16384)
    stranger.say(PeerMessage.request(block).encoded)
    let whole = try #require(try payloadMessage(of: stranger))
    #expect(whole == PeerMessage.pieceHeader(block) + payload.bytes(of: block))
    #expect(!leecher.lines.contains("complete"))

    leecher.say("room")
    #expect(await leecher.line(from: "complete") != nil, "\(leecher.lines)")
    leecher.say("compare")
    #expect(await leecher.line(from: "the same") != nil, "\(leecher.lines)")
  }

  /// A piece that it says it has.
  private func firstPiece(of stranger: Stranger) async throws -> UInt32 {
    while let message = stranger.message() {
      switch message {
      case .have(let piece): return piece
      case .bitfield(let bytes):
        let byte = try #require(bytes.firstIndex { $0 != 0 })
        return UInt32(byte * 8 + bytes[byte].leadingZeroBitCount)
      default: continue
      }
    }
    throw Stranger.Failure(description: "it announced nothing")
  }

  /// The next piece message, whole.
  private func payloadMessage(of stranger: Stranger) throws -> [UInt8]? {
    while let front = stranger.hear(4) {
      let length = front.reduce(0) { $0 << 8 | Int($1) }
      guard length > 0, let rest = stranger.hear(length) else { continue }
      if rest[0] == MessageID.piece.rawValue { return front + rest }
    }
    return nil
  }
}
