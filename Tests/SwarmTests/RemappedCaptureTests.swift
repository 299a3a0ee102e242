import Foundation
import Testing

/// Captures that ship, with their addresses remapped: judged and told of as they are themselves, but for the names.
@Suite struct RemappedCaptureTests {
  private static let root = Swarmlab.root + "/Captures"

  @Test("Verdicts, metrics and account are the same but for addresses", arguments: ShippedCaptureTests.names)
  func shipped(name: String) async throws {
    let scratch = try Scratch()
    let hasPlan = FileManager.default.fileExists(atPath: "\(Self.root)/\(name)/plan.yaml")
    let (whole, remapped) = (scratch.path + "/whole", scratch.path + "/remapped")
    for folder in [whole, remapped] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in hasPlan ? ["plan.yaml", "record.jsonl"] : [] {
        try FileManager.default.copyItem(atPath: "\(Self.root)/\(name)/\(file)", toPath: "\(folder)/\(file)")
      }
    }
    let capture = "\(Self.root)/\(name)/capture.pcap.gz"
    try FileManager.default.copyItem(atPath: capture, toPath: whole + "/capture.pcap.gz")
    let said = try await Swarmlab.run("scrub", capture, remapped + "/capture.pcap.gz", "--remap-addresses")
    #expect(said.code == 0, "\(said.all)")
    #expect(said.output.contains("addresses remapped; but for them it reads as the original does"), "\(said.all)")

    let before = try await Swarmlab.run("replay", whole, "--output", whole + "/judged")
    let after = try await Swarmlab.run("replay", remapped, "--output", remapped + "/judged")
    #expect(before.code == after.code, "\(after.all)")
    #expect(Self.outcomes(before) == Self.outcomes(after))
    #expect(!Self.outcomes(before).isEmpty, "\(before.all)")
    // A run's own capture is of loopback addresses, which name nobody and stay, so its plan fits.
    for file in hasPlan ? ["verdicts.json", "metrics.json"] : [] {
      #expect(try contents("\(whole)/judged/\(file)") == contents("\(remapped)/judged/\(file)"), "\(file)")
    }
    for table in ["peers", "connections", "pairs"] {
      let told = try await Swarmlab.run("account", whole, "--of", table, "--format", "csv")
      let toldAgain = try await Swarmlab.run("account", remapped, "--of", table, "--format", "csv")
      #expect(Self.withoutAddresses(told) == Self.withoutAddresses(toldAgain), "\(table)")
    }
  }

  @Test func `A key is for remapping, and not empty`() async throws {
    let scratch = try Scratch()
    let capture = Self.root + "/strangers/capture.pcap.gz"
    for more in [["--remap-key", "k"], ["--remap-addresses", "--remap-key", ""]] {
      let said = try await Swarmlab.run(["scrub", capture, scratch.path + "/copy.pcap"] + more)
      #expect(said.code == 64, "\(said.all)")
      #expect(said.error.contains("--remap-key"), "\(said.all)")
      #expect(!FileManager.default.fileExists(atPath: scratch.path + "/copy.pcap"))
    }
  }

  @Test func `Copies made with one key are the same, and without one they are not`() async throws {
    let scratch = try Scratch()
    let capture = Self.root + "/strangers/capture.pcap.gz"
    var copies: [Data] = []
    for (place, more) in [["--remap-key", "one"], ["--remap-key", "one"], [], []].enumerated() {
      let copy = "\(scratch.path)/\(place).pcap"
      let said = try await Swarmlab.run(["scrub", capture, copy, "--remap-addresses"] + more)
      #expect(said.code == 0, "\(said.all)")
      copies.append(try Data(contentsOf: URL(fileURLWithPath: copy)))
    }
    #expect(copies[0] == copies[1])
    #expect(copies[1] != copies[2])
    #expect(copies[2] != copies[3])
  }

  /// Outcomes of checks, as `replay` prints them.
  private static func outcomes(_ said: Swarmlab.Said) -> [String] {
    said.lines.map { $0.split(separator: " ").prefix(2) }
      .filter { $0.count == 2 && ["pass", "FAIL", "undecided", "deviates"].contains($0[0]) }
      .map { $0.joined(separator: " ") }.sorted()
  }

  /// The rows of a table, whose order goes by addresses.
  private static func withoutAddresses(_ said: Swarmlab.Said) -> [String] {
    said.lines.map { $0.replacing(/\d+\.\d+\.\d+\.\d+/, with: "address") }.sorted()
  }
}
