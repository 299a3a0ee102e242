import Foundation
import Testing

/// The captures that ship, judged as a reader of theirs would.
@Suite struct ShippedCaptureTests {
  private static let root = Swarmlab.root + "/Captures"
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [])
    .filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/capture.pcap.gz") }.sorted()

  @Test func `There is one of each kind, small, and told of`() throws {
    #expect(
      Set(Self.names).isSuperset(of: [
        "address-change", "churn", "free-rider", "lossy", "mid-stream", "normal-swarm", "strangers", "utp",
      ]))
    let page = try contents(Self.root + "/README.md")
    var sum = 0
    for name in Self.names {
      #expect(page.contains("## \(name)"), "README.md says nothing of \(name)")
      #expect(page.contains("`./Captures/make \(name)`"), "README.md does not say how \(name) is made again")
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/\(name)")
      for file in files {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(Self.root)/\(name)/\(file)")
        let size = try #require(attributes[.size] as? Int)
        #expect(size < 1 << 20, "\(name)/\(file)")
        sum += size
      }
    }
    #expect(sum < 4 << 20)
  }

  /// `expected.txt` holds a line for each check: its outcome and its name; then what else must be said.
  @Test("It is judged as its page says", arguments: names)
  func verdicts(name: String) async throws {
    let folder = "\(Self.root)/\(name)"
    let said = try await Swarmlab.run("replay", folder)
    let expected = try contents(folder + "/expected.txt").split(separator: "\n").map(String.init)
    #expect(!expected.isEmpty)
    for line in expected {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2, ["pass", "FAIL", "undecided", "deviates"].contains(words[0]) {
        let isSaid = said.lines.contains {
          let found = $0.split(separator: " ")
          return found.count > 1 && found[0] == words[0] && found[1] == words[1]
        }
        #expect(isSaid, "\(line): \(said.all)")
      } else {
        #expect(said.output.contains(line), "\(line): \(said.all)")
      }
    }
  }
}
