import Testing

@Suite("Rules of the house")
struct HouseRuleTests {
  static func allFiles() throws -> [SourceTree.File] {
    try ["Sources", "Harness", "Tests"].flatMap { try SourceTree.files(in: $0) }
  }

  @Test("Nothing is imported for testing only: package access serves")
  func testable() throws {
    let mark = "@test" + "able"
    for file in try Self.allFiles() {
      #expect(!file.text.contains(mark), "\(file.path) uses \(mark)")
    }
  }

  @Test("The swarm does without Foundation, which costs each of a thousand processes memory and time")
  func foundation() throws {
    for file in try SourceTree.files(in: "Sources") {
      let modules = file.lines.flatMap(SwiftText.imports)
      #expect(!modules.contains("Foundation") && !modules.contains("FoundationInternationalization"), "\(file.path)")
    }
  }

  @Test("No target bears the name of a type in it, or its types could not be named in full")
  func targetNames() throws {
    for file in try SourceTree.files(in: "Sources") + SourceTree.files(in: "Harness") {
      for kind in ["struct", "class", "enum", "actor", "protocol", "typealias"] {
        for line in file.lines {
          let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
          guard let position = words.firstIndex(of: Substring(kind)), position + 1 < words.count else { continue }
          let isDeclaration = words[..<position].allSatisfy { $0.allSatisfy(\.isLowercase) } && !line.contains("//")
          #expect(!isDeclaration || words[position + 1] != file.name, "\(file.path) declares \(file.name)")
        }
      }
    }
  }

  @Test("Files stay short: one idea each")
  func length() throws {
    for file in try Self.allFiles() {
      #expect(file.lines.count <= 360, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test("No folder gathers what belongs nowhere")
  func folders() throws {
    for file in try Self.allFiles() {
      for folder in file.path.split(separator: "/").dropLast() {
        #expect(!["Utilities", "Utils", "Common", "Helpers", "Misc"].contains(folder), "\(file.path)")
      }
    }
  }

  @Test("Every file of tests belongs to a target of the manifest")
  func testTargets() throws {
    let manifest = try SourceTree.manifest()
    let declared = Set(SwiftText.calls(of: "tests", in: manifest).compactMap { SwiftText.strings(in: $0).first })
    for folder in try SourceTree.targets(in: "Tests") where !folder.hasPrefix(".") {
      // Fuzzing is compiled by its own script, with another runtime.
      let isKnown = declared.contains(folder) || manifest.contains("\"Tests/\(folder)\"") || folder == "fuzz"
      #expect(isKnown, "Tests/\(folder) is in no target")
    }
  }
}
