import Foundation
import ProofMatrix
import SwarmTime
import Testing

/// `./Harness/bench limits` measures the limits of detection over many random seeds; here each stated one is found at
/// one, and honest peers of its scene are not at another.
@Suite struct LimitTests {
  private static let titles = DetectionLimit.all.map(\.title)

  @Test("What is stated as a limit is found, and honest peers of its scene are not", arguments: titles)
  func isFound(title: String) throws {
    let limit = try #require(DetectionLimit.all.first { $0.title == title })
    let found = try limit.trial(limit.stated, randomSeed: 1001).sight(limit.check)
    #expect(found.isFound && found.blamed == 0, "\(found.trial): \(found.quote)")
    let honest = try limit.honest(randomSeed: 1003).sight(limit.check)
    #expect(!honest.isFound && honest.blamed == 0, "\(honest.quote)")
  }

  @Test("Every stated limit is among the doses that are tried, from mild to strong, under a title of its own")
  func doses() {
    for limit in DetectionLimit.all { #expect(limit.row.doses.contains(limit.stated), "\(limit.title)") }
    #expect(Set(Self.titles).count == Self.titles.count)
  }

  @Test("300 of 300 show 0.99, 20 of 20 only 0.86; one miss in 300 does not show 0.99")
  func bounds() {
    // Clopper and Pearson: 0.05^(1/n) where all are found.
    #expect(abs(Binomial.atLeast(300, of: 300) - 0.990064) < 1e-6)
    #expect(abs(Binomial.atLeast(20, of: 20) - 0.860892) < 1e-6)
    #expect(abs(Binomial.atLeast(1, of: 1) - 0.05) < 1e-6)
    #expect(Binomial.atLeast(0, of: 300) == 0)
    #expect(Binomial.atLeast(299, of: 300) < 0.99)
  }

  /// A limit of which a made-up player finds doses from `threshold` on, and of one dose below all but some.
  @Test("The search stops at the mildest dose that is always found, counts the one before it whole, and honest swarms")
  func search() async throws {
    let limit = try #require(DetectionLimit.all.first { $0.row.doses.count >= 4 })
    let doses = limit.row.doses
    var played = 0
    let found = try await limit.search(runs: 60) { trials in
      played += trials.count
      return trials.map { trial in
        let isSeen = trial.dose.map { $0 >= doses[2] || ($0 == doses[1] && trial.randomSeed % 2 == 0) } ?? false
        var outcome = CheckOutcome([], offenders: [])
        outcome.state = isSeen ? .fail : .pass
        return Sighting(trial, .ideal, outcome)
      }
    }
    #expect(found.doses.map(\.dose) == Array(doses.prefix(3)))
    #expect(found.doses.map(\.n) == [20, 60, 60])
    #expect(found.doses.map(\.found) == [0, 30, 60])
    #expect(found.honest.n == 60 && found.honest.falseAlarms == 0)
    #expect(played == 20 + 20 + 60 + 60 + 60)
  }

  @Test("What is in the log is not played again; a line that was broken off is; a changed scene is another swarm")
  func log() async throws {
    let limit = try #require(DetectionLimit.all.first)
    let path = NSTemporaryDirectory() + "limits-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let trials = (1...3).map { limit.honest(randomSeed: $0) }
    let made: @Sendable (Trial) throws -> Sighting = { trial in
      Sighting(trial, .ideal, CheckOutcome([], offenders: []), seconds: 7)
    }
    var log = try SightingLog(path: path)
    _ = try await log.results(trials, .ideal, width: 2, within: .zero, made)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try String(text.dropLast(20)).write(toFile: path, atomically: true, encoding: .utf8)

    var again = try SightingLog(path: path)
    let known = trials.filter { again.sighting(of: $0, .ideal) != nil }
    #expect(known.count == 2)
    #expect(trials.allSatisfy { again.sighting(of: $0, .real) == nil })
    let missing = try #require(trials.first { again.sighting(of: $0, .ideal) == nil })
    let results = try await again.results(trials, .ideal, width: 1, within: .zero) { trial in
      #expect(trial == missing)
      return try made(trial)
    }
    #expect(results.map(\.trial) == trials.map(\.name))
    let whole = try SightingLog(path: path)
    #expect(trials.allSatisfy { whole.sighting(of: $0, .ideal) != nil })
    var other = trials[0]
    other.text += "\n# changed"
    #expect(whole.sighting(of: other, .ideal) == nil)
  }

  @Test("A line of the matrix's log that was broken off is ended before the next one, which is read again")
  func brokenLine() throws {
    let limit = try #require(DetectionLimit.all.first)
    let path = NSTemporaryDirectory() + "proof-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let results = try ([1, 2, 3] as [UInt64]).map { seed throws -> TrialResult in
      let trial = limit.honest(randomSeed: seed)
      return TrialResult(trial, plan: try trial.plan(), findings: [])
    }
    var log = try ProofLog(path: path)
    for result in results.prefix(2) { try log.add(result) }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try String(text.dropLast(20)).write(toFile: path, atomically: true, encoding: .utf8)

    var again = try ProofLog(path: path)
    #expect(again.results == Array(results.prefix(1)))
    try again.add(results[2])
    #expect(try ProofLog(path: path).results == [results[0], results[2]])
  }

  @Test("A run on a machine that was later than its limit allows is made again, whatever it found; another is not")
  func late() async throws {
    let limit = try #require(DetectionLimit.all.first)
    let trial = limit.trial(limit.stated, randomSeed: 1)
    @Sendable func sighting(_ state: CheckOutcome.State, lateness: Int) -> Sighting {
      var outcome = CheckOutcome([], offenders: [])
      outcome.state = state
      return Sighting(trial, .real, outcome, lateness: lateness)
    }
    #expect(limit.tolerated == .milliseconds(100))
    for state: CheckOutcome.State in [.pass, .fail] {
      #expect(sighting(state, lateness: 101).isLate(beyond: limit.tolerated))
      #expect(!sighting(state, lateness: 100).isLate(beyond: limit.tolerated))
    }
    var stepped = sighting(.undecided, lateness: 0)
    #expect(!stepped.isLate(beyond: limit.tolerated))
    stepped.quote = "the realtime clock stepped by 35 s"
    #expect(stepped.isLate(beyond: limit.tolerated))

    let path = NSTemporaryDirectory() + "limits-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var log = try SightingLog(path: path)
    try log.add(sighting(.fail, lateness: 101))
    func results(_ made: Sighting) async throws -> [Sighting] {
      try await log.results([trial], .real, width: 1, within: limit.tolerated) { _ in made }
    }
    // It had been found, and is not in the run that counts.
    let missed = sighting(.pass, lateness: 100)
    #expect(try await results(missed) == [missed])
    #expect(try await results(sighting(.fail, lateness: 0)) == [missed])
  }

  @Test("Of stated limits with real processes no bound is said that follows from late runs")
  func confirmed() throws {
    let limit = try #require(DetectionLimit.all.first)
    var found = CheckOutcome([], offenders: [])
    found.state = .fail
    let sightings = [0, 100, 101].map { lateness in
      Sighting(limit.trial(limit.stated, randomSeed: 1), .real, found, lateness: lateness)
    }
    var table = ConfirmedTable()
    table.add(limit, .init(dose: limit.stated, sightings: sightings))
    #expect(table.markdown.contains("| 100 ms | 3 | 2 | 2 | 0.223 |"))
    #expect(table.complaints.count == 1 && table.complaints[0].contains("1 of 3 swarms"))
  }
}
