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
    #expect(profile.tenure == .seconds(30) && profile.optimisticPeriod == nil && profile.outputBuffer == .zero)
    #expect(profile.snubbedAfter > .seconds(3600))
  }

  /// libtorrent's way: the optimistic slots are among all, and a torrent that is full of regular ones has none to spare.
  @Test(arguments: [
    ("allSlots: 8\noptimisticShare: 5", 7, 1), ("allSlots: 20\noptimisticShare: 5", 16, 4),
    ("allSlots: 8\noptimisticSlots: 3", 5, 3), ("allSlots: 2\noptimisticSlots: 3", 0, 2),
    ("allSlots: 20\noptimisticShare: 5\ntorrentSlots: 4", 4, 0),
    ("allSlots: 4\noptimisticShare: 5\ntorrentSlots: 4", 3, 1), ("slots: 4\noptimisticSlots: 2", 4, 2),
  ])
  func slotsThatAreCountedTogether(_ lines: String, _ regular: Int, _ optimistic: Int) throws {
    let profile = try NamedProfile(bytes: Array(Self.smallest(lines).utf8), file: "mine.profile.yaml").profile
    #expect(profile.slots == regular && profile.optimisticSlots == optimistic && profile.seedSlots == nil)
  }

  @Test(arguments: [
    ("allSlots: 8\nslots: 4", "7:1: error: slots stands beside allSlots; expected only one of both"),
    (
      "allSlots: 8\noptimisticShare: 5\noptimisticSlots: 1",
      "8:1: error: optimisticSlots stands beside optimisticShare; expected only one of both"
    ),
    (
      "torrentSlots: 4",
      "6:15: error: torrentSlots is a part of allSlots, which is missing; expected allSlots, or no torrentSlots"
    ),
  ])
  func slotsThatAreCountedTwice(_ lines: String, _ message: String) {
    let error = #expect(throws: PlanningError.self) {
      try NamedProfile(bytes: Array(Self.smallest(lines).utf8), file: "mine.profile.yaml")
    }
    #expect(error?.diagnostics.map(\.description) == ["mine.profile.yaml:" + message])
  }

  private static func smallest(_ more: String) -> String {
    "name: mine\nsources: [measured]\nperiod: 10 s\nseedRule: draw\nrateWindow: 20 s\n\(more)\n"
  }

  @Test func linesTakeThePlaceOfThoseOfTheSameKeys() {
    let text = "# mine\nperiod: 10 s\nslots: 4\n"
    #expect(ProfileFile.text(text, with: [:]) == text)
    let changed = ProfileFile.text(text, with: ["period": "15 s", "slots": "", "tenure": "20 s", "seedSlots": ""])
    #expect(changed == "# mine\nperiod: 15 s\n\ntenure: 20 s\n")
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
    (profile.outputBuffer, profile.unchokesUninterested) = (.seconds(15), true)
    #expect(!plan.yaml.contains("restartsOnVacancy"))
    plan.peers[0].profile = profile
    #expect(try Plan(yaml: plan.yaml) == plan)
  }
}
