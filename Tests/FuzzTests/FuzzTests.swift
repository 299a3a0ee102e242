import Foundation
import FuzzTargets
import SwarmTime
import Testing

/// What `Harness/fuzz` plays by the million, here with the corpus that it has gathered (found cases included), and with
/// each of these changed a little.
@Suite("Bytes from strangers")
struct FuzzTests {
  static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fuzz/Corpus")

  static func inputs(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = corpus.appending(path: target.name)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      (name, [UInt8](try Data(contentsOf: folder.appending(path: name))))
    }
  }

  @Test("Nothing of the corpus breaks a rule", arguments: FuzzTarget.all.map(\.name))
  func corpusHolds(_ name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let inputs = try Self.inputs(of: target)
    #expect(inputs.count >= 3, "the corpus of \(name) is all but empty")
    for input in inputs {
      #expect(throws: Never.self, "\(name)/\(input.name)") { try target.run(input.bytes) }
    }
  }

  @Test("Nor does what is made of it by a few changes", arguments: FuzzTarget.all.map(\.name))
  func changedCorpusHolds(_ name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let inputs = try Self.inputs(of: target)
    var random = RandomSource(seed: 11)
    for _ in 0..<2000 {
      var bytes = inputs[random.below(inputs.count)].bytes
      for _ in 0...random.below(4) { Self.change(&bytes, &random) }
      let changed = bytes
      #expect(throws: Never.self, "\(name): \(changed)") { try target.run(changed) }
    }
  }

  private static func change(_ bytes: inout [UInt8], _ random: inout RandomSource) {
    let place = bytes.isEmpty ? 0 : random.below(bytes.count)
    switch random.below(4) {
    case 0: bytes.insert(UInt8(random.below(256)), at: place)
    case 1: if !bytes.isEmpty { bytes.remove(at: place) }
    case 2: if !bytes.isEmpty { bytes[place] ^= 1 << UInt8(random.below(8)) }
    default: if !bytes.isEmpty { bytes[place] = UInt8(random.below(256)) }
    }
  }
}
