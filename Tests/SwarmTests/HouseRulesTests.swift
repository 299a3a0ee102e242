import Foundation
import Testing

/// Laws of the house that no compiler holds.
@Suite struct HouseRulesTests {
  private func sources(under folder: String) throws -> [String] {
    let base = Swarmlab.root + "/" + folder
    let all = try #require(FileManager.default.enumerator(atPath: base))
    return all.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map { base + "/" + $0 }
  }

  @Test func `The judge never asks the accused: Harness imports of the swarm only Wire, SwarmTime and Control`() throws
  {
    let swarm = Set(try FileManager.default.contentsOfDirectory(atPath: Swarmlab.root + "/Sources"))
    let forbidden = swarm.subtracting(["Wire", "SwarmTime", "Control"])
    #expect(forbidden.contains("PeerCore"))
    let files = try sources(under: "Harness")
    #expect(files.count > 50)
    for file in files {
      for line in try contents(file).split(separator: "\n") where line.contains("import ") {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard let index = words.firstIndex(of: "import"), words[..<index].allSatisfy(Self.isModifier) else { continue }
        let module = words.dropFirst(index + 1).first { !["struct", "class", "enum", "func", "protocol"].contains($0) }
        #expect(!forbidden.contains(String(module ?? "")), "\(file): \(line)")
      }
    }
  }

  private static func isModifier(_ word: Substring) -> Bool {
    ["public", "package", "internal", "fileprivate", "private", "testable", "preconcurrency", "_exported"].contains(
      word)
  }

  @Test func `No test needs testable imports, so that running and testing share one build`() throws {
    for file in try sources(under: "Tests") {
      #expect(try !contents(file).contains("@" + "testable"), "\(file)")
    }
  }
}
