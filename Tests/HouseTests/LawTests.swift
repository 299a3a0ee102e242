import Testing

@Suite("The law: the judge never asks the accused")
struct LawTests {
  /// What the lab may know of the swarm: bytes, time, and the control channel's messages.
  static let allowed: Set<String> = ["Wire", "SwarmTime", "Control"]

  @Test("Of the swarm, no file of the lab imports anything but Wire, SwarmTime and Control")
  func imports() throws {
    let forbidden = try SourceTree.targets(in: "Sources").subtracting(Self.allowed)
    #expect(forbidden.isSuperset(of: ["PeerCore", "PeerNode", "TrackerNode", "Choking", "Misbehaviour"]))
    let files = try SourceTree.files(in: "Harness")
    #expect(!files.isEmpty)
    for file in files {
      for (index, line) in file.lines.enumerated() {
        for module in SwiftText.imports(in: line) {
          #expect(!forbidden.contains(module), "\(file.path):\(index + 1) imports \(module)")
        }
      }
    }
  }

  @Test("Of the swarm, no target of the lab depends on anything but Wire, SwarmTime and Control")
  func dependencies() throws {
    let forbidden = try SourceTree.targets(in: "Sources").subtracting(Self.allowed)
    let manifest = try SourceTree.manifest()
    var targets: Set<String> = []
    let others = SwiftText.calls(of: "executableTarget", in: manifest) + SwiftText.calls(of: "target", in: manifest)
    for call in SwiftText.calls(of: "lab", in: manifest) + others.filter({ $0.contains("\"Harness/") }) {
      let strings = SwiftText.strings(in: call)
      guard let name = strings.first, !name.contains("\\(") else { continue }
      targets.insert(name)
      for dependency in strings.dropFirst() {
        #expect(!forbidden.contains(dependency), "the target \(name) depends on \(dependency)")
      }
    }
    #expect(targets.isSuperset(of: ["Judging", "Dissection", "Lab", "Planning", "Recording", "Reporting", "swarmlab"]))
  }

  @Test("The swarm knows nothing of the lab")
  func swarmImports() throws {
    let forbidden = try SourceTree.targets(in: "Harness")
    for file in try SourceTree.files(in: "Sources") {
      for module in file.lines.flatMap(SwiftText.imports) {
        #expect(!forbidden.contains(module), "\(file.path) imports \(module)")
      }
    }
  }

  @Test(
    "An import is seen in every spelling",
    arguments: [
      ("import PeerCore", ["PeerCore"]), ("public import PeerCore", ["PeerCore"]),
      ("  @preconcurrency package  import\tPeerCore // why", ["PeerCore"]),
      ("import struct PeerCore.Peer", ["PeerCore"]), ("import PeerCore.Sub", ["PeerCore"]),
      ("import A; import B", ["A", "B"]), ("// import PeerCore", []),
      ("let important = 1", []), ("the import of grain", []), ("@_spi(X) import PeerCore", ["PeerCore"]),
    ] as [(Substring, [String])])
  func spellings(_ line: Substring, _ modules: [String]) {
    #expect(SwiftText.imports(in: line) == modules)
  }

  @Test("A dependency is seen wherever the manifest names it")
  func manifestReading() {
    let text = #"lab("Judging", ["Wire", crypto, "PeerCore"]), collab("no"), lab("Lab", [.product(name: "X")])"#
    let calls = SwiftText.calls(of: "lab", in: text).map(SwiftText.strings)
    #expect(calls == [["Judging", "Wire", "PeerCore"], ["Lab", "X"]])
  }
}
