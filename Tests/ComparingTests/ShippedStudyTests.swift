import Comparing
import Foundation
import Judging
import Planning
import Testing
import TopologyFile

/// The studies that ship, as far as they go without a run: each can be run, and can come to an answer for every claim.
@Suite struct ShippedStudyTests {
  private static let folder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path + "/Topologies/studies"
  private static let suffix = ".study.yaml"
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()

  private static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func `There are some`() { #expect(Self.names.count > 5, "in \(Self.folder)") }

  @Test("It reads, each setting is planned, and each claim is of a metric that its setting has", arguments: names)
  func isSound(name: String) throws {
    let file = "\(Self.folder)/\(name)\(Self.suffix)"
    let read = StudyFile.read(try Self.bytes(file), file: file)
    #expect(read.diagnostics.isEmpty, "\(read.diagnostics)")
    let study = try #require(read.study)
    // What it leaves is in a folder of its name.
    #expect(study.name == name)
    let place = "\(Self.folder)/\(study.topology)"
    let text = try Self.bytes(place)
    let settings = Setting.all(of: study.variations)
    let plans = try settings.map { setting -> Plan in
      let read = TopologyReader.read(
        bytes: text, file: place, overrides: setting.overrides, checks: CheckCatalogue.specs)
      #expect(read.diagnostics.isEmpty, "\(setting.name): \(read.diagnostics)")
      return try Planner.plan(try #require(read.topology))
    }
    let troubles = study.troubles(file: file, plans: plans)
    #expect(troubles.isEmpty, "\(troubles)")
    #expect(!study.claims.isEmpty && study.claims.allSatisfy { settings.indices.contains($0.setting) })
    // Varied values that change nothing would be compared with themselves.
    #expect(Set(plans.map(\.yaml)).count == settings.count)
  }
}
