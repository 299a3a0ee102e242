import Foundation
import Planning
import SwarmTime
import Testing
import TopologyFile

@Suite struct ProfileFileTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Harness/Clients").standardized

  @Test(arguments: ["aria2", "libtorrent", "qbittorrent", "rtorrent", "transmission"])
  func everyShippedProfileCanBeRead(_ name: String) throws {
    let path = Self.folder.appending(path: "\(name).profile.yaml").path()
    let read = try NamedProfile(bytes: Array(try Data(contentsOf: URL(filePath: path))), file: path)
    #expect(read.name == name)
    #expect(!read.summary.isEmpty)
    #expect(read.profile.period > .zero && read.profile.tenure >= read.profile.period)
  }

  @Test func whatIsLeftOutHasItsDefault() throws {
    let text = """
      name: mine
      sources: [measured]
      period: 10 s
      seedRule: draw
      rateWindow: 20 s
      """
    let profile = try NamedProfile(bytes: Array(text.utf8), file: "mine.profile.yaml").profile
    #expect(profile.slots == nil && profile.optimisticSlots == 1)
    #expect(profile.gridTolerance == .milliseconds(500) && profile.reaction == .milliseconds(500))
    #expect(profile.tenure == .seconds(30) && profile.optimisticPeriod == nil)
    #expect(profile.snubbedAfter > .seconds(3600))
  }

  @Test func whatIsWrongIsToldWithItsPlace() {
    let text = """
      name: mine
      sources: [measured]
      period: 10
      seedRule: fastest
      rateWindow: 20 s
      slotz: 4
      """
    let error = #expect(throws: PlanningError.self) {
      try NamedProfile(bytes: Array(text.utf8), file: "mine.profile.yaml")
    }
    let lines = error?.diagnostics.map(\.description) ?? []
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("mine.profile.yaml:3:9: error: period: \"10\" has no unit") == true, "\(lines)")
    #expect(lines.last?.contains("did you mean \"slots\"?") == true, "\(lines)")
  }

  /// A plan of before a key existed is still a plan, and a plan gives back what it was given.
  @Test func aPlanKeepsAProfile() throws {
    var plan = try Planner.plan(try Sample.topology())
    var profile = Profile.titForTat()
    (profile.optimisticPeriod, profile.answersWithin) = (.seconds(30), .seconds(2))
    (profile.restartsOnVacancy, profile.chokesUninterested) = (true, true)
    (profile.startsAt, profile.rateEstimator) = (.milliseconds(100), .lastRound)
    #expect(!plan.yaml.contains("restartsOnVacancy"))
    plan.peers[0].profile = profile
    #expect(try Plan(yaml: plan.yaml) == plan)
  }
}
