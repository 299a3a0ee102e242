import Lab
import Planning
import Testing

@Suite("The payload")
struct PayloadTests {
  @Test("its first word is SplitMix64's first draw, and any stretch can be made by itself")
  func words() {
    func make(_ count: Int, at begin: Int64) -> [UInt8] {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 8, alignment: 16)
      defer { buffer.deallocate() }
      Payload.fill(buffer, bytes: count, at: begin, randomSeed: 0)
      return Array(buffer[..<count])
    }
    let whole = make(1000, at: 0)
    // 0xE220A8397B1DCDAF, little-endian: the published first output for seed 0.
    #expect(Array(whole[..<8]) == [0xAF, 0xCD, 0x1D, 0x7B, 0x39, 0xA8, 0x20, 0xE2])
    for begin in [0, 8, 13, 64, 501] { #expect(make(1000 - begin, at: Int64(begin)) == Array(whole[begin...])) }
  }

  @Test(
    "the same plan gives the same file and torrent, a last short piece included", arguments: [65536, 50001] as [Int64])
  func deterministic(pieceLength: Int64) async throws {
    try await withTemporaryFolder { folder in
      let plan = PayloadPlan(name: "p.bin", sizeBytes: 1_000_003, pieceLengthBytes: pieceLength, randomSeed: 42)
      let first = try Payload.write(plan, trackers: ["http://127.63.0.1:6969/announce"], in: folder)
      let bytes = contents(of: first.path)
      let torrent = contents(of: first.torrentPath)
      let second = try Payload.write(plan, trackers: ["http://127.63.0.1:6969/announce"], in: folder)
      #expect(bytes?.count == 1_000_003)
      #expect(contents(of: second.path) == bytes)
      #expect(contents(of: second.torrentPath) == torrent)
      #expect(first.infoHash == second.infoHash && first.infoHash.count == 20)
    }
  }

  @Test("a file with the payload's bytes gets its hash, any other one of its own, and a missing one none")
  func finished() async throws {
    try await withTemporaryFolder { folder in
      func payload(_ name: String, _ seed: UInt64) throws -> String {
        let plan = PayloadPlan(name: name, sizeBytes: 100_000, pieceLengthBytes: 65536, randomSeed: seed)
        return try Payload.write(plan, trackers: [], in: folder).path
      }
      let original = try payload("a", 1)
      let findings = await FinishedFiles.examine(
        [("same", try payload("b", 1)), ("missing", "\(folder)/none"), ("other", try payload("c", 2))],
        payload: original, sha256: "given")
      #expect(findings.map(\.peer) == ["same", "other"])
      #expect(findings.map(\.isPayload) == [true, false])
      #expect(findings.first?.sha256 == "given")
      #expect(findings.last?.sha256.count == 64)
    }
  }

  @Test("of a file of which a part is wanted no more is looked at, and what the part should be is hashed alike")
  func parts() async throws {
    try await withTemporaryFolder { folder in
      func payload(_ name: String, _ size: Int64, _ seed: UInt64) throws -> String {
        let plan = PayloadPlan(name: name, sizeBytes: size, pieceLengthBytes: 65536, randomSeed: seed)
        return try Payload.write(plan, trackers: [], in: folder).path
      }
      let original = try payload("a", 200_000, 1)
      let findings = await FinishedFiles.examine(
        [
          ("whole", try payload("b", 200_000, 1)), ("part", try payload("c", 65536, 1)),
          ("other", try payload("d", 65536, 2)),
        ], payload: original, sha256: "given", parts: ["whole": 65536, "part": 65536, "other": 65536])
      let expected = await FinishedFiles.hashes(ofFirst: [65536, 131_072], of: original)
      #expect(expected.map(\.sizeBytes) == [65536, 131_072])
      #expect(findings.map { $0.sha256 == expected.first?.sha256 } == [true, true, false])
      #expect(findings.map(\.sizeBytes) == [65536, 65536, 65536])
      #expect(expected.first?.sha256 != expected.last?.sha256)
    }
  }
}
