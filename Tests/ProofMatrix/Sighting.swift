import Foundation
import Judging
import Planning
import Staging
package import SwarmTime

/// What one check made of one swarm: a line of the log of limits.
package struct Sighting: Codable, Hashable, Sendable {
  package enum Links: String, Codable, Sendable { case ideal, real }

  package var links: Links
  /// For people: misbehaviour, dose, scene and random seed.
  package var trial: String
  /// Of the topology's text, random seed included: what has changed is played again.
  package var topology: String
  package var state: CheckOutcome.State
  /// How many peers that keep the rules were blamed (with nobody misbehaving: or the swarm as a whole).
  package var blamed: Int
  /// What was observed, or why it is undecided.
  package var quote: String
  /// Swarm seconds that the swarm lasted, where that was looked at.
  package var seconds: Int?

  /// Swarm time that the machine was late by at worst, in milliseconds, with real processes.
  package var lateness: Int?
  /// Frames that the capture dropped, with real processes.
  package var dropped: Int?
  /// How many runs it took: on those before the last the machine was late.
  package var runs: Int?

  package var isFound: Bool { state == .fail }

  /// With real processes: the machine was later than that, dropped frames, or was so late, or its clock so unsteady, that the
  /// judge says nothing of anybody. The run tells nothing of the check.
  ///
  /// What was found does not matter: if only runs that found nothing were made again, all would be found in the end.
  package func isLate(beyond tolerated: SwarmDuration) -> Bool {
    guard links == .real else { return false }
    if state == .undecided, ["did not keep up", "clock stepped"].contains(where: quote.contains) { return true }
    guard let lateness, dropped ?? 0 == 0 else { return true }
    return Double(lateness) > tolerated.seconds * 1000
  }

  package init(
    _ trial: Trial, _ links: Links, _ outcome: CheckOutcome, seconds: Int? = nil, lateness: Int? = nil,
    dropped: Int? = nil
  ) {
    (self.links, self.trial, topology) = (links, trial.name, trial.fingerprint)
    (state, quote, self.seconds) = (outcome.state, outcome.quote, seconds)
    (self.lateness, self.dropped) = (lateness, dropped)
    blamed = outcome.blamed.count + (trial.misbehaviour == nil && outcome.state == .fail ? 1 : 0)
  }
}

extension Trial {
  /// FNV-1a of the topology's text, 64 bits.
  package var fingerprint: String {
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }

  /// Plays it on ideal links, as captured on a machine that was at times late by `DetectionLimit.lateness`, in frames as
  /// large as those of loopback may be, and looks at one check.
  package func sight(_ check: String) throws -> Sighting {
    let plan = try plan()
    let stage = try IdealCapture.run(
      plan: plan, fast: isFast, lateness: DetectionLimit.lateness, frameBytes: Stage.largestFrame)
    let scene = stage.scene
    let findings = Judge.verdicts(of: stage.plan.checks, on: scene).map(Finding.init)
    let result = TrialResult(self, plan: plan, findings: findings)
    return Sighting(self, .ideal, try outcome(of: check, in: result), seconds: Int(scene.end.seconds.rounded()))
  }

  package func outcome(of check: String, in result: TrialResult) throws -> CheckOutcome {
    guard let outcome = result.outcomes[check] else { throw TrialError(reason: "\(name): \(check) is not made") }
    return outcome
  }
}

/// What was played or run already: a line of JSON for each swarm, appended as soon as it is over.
package struct SightingLog {
  private struct Key: Hashable {
    var links: Sighting.Links
    var topology: String
  }

  private let path: String
  private var known: [Key: Sighting] = [:]

  /// - Parameter path: of a file that need not be there yet. Its last line may be broken off.
  package init(path: String) throws {
    self.path = path
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      guard let sighting = try? JSONDecoder().decode(Sighting.self, from: Data(line.utf8)) else { continue }
      known[Key(links: sighting.links, topology: sighting.topology)] = sighting
    }
  }

  package func sighting(of trial: Trial, _ links: Sighting.Links) -> Sighting? {
    known[Key(links: links, topology: trial.fingerprint)]
  }

  package mutating func add(_ sighting: Sighting) throws {
    known[Key(links: sighting.links, topology: sighting.topology)] = sighting
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    // A line that was broken off ends here, or it would swallow this one.
    try handle.write(contentsOf: Data("\n".utf8) + encoder.encode(sighting))
    try handle.close()
  }

  /// Results in the order of the trials; those that are not known are made, and kept.
  ///
  /// - Parameters:
  ///   - width: how many at once.
  ///   - tolerated: what was made on a machine that was later is not known.
  package mutating func results(
    _ trials: [Trial], _ links: Sighting.Links, width: Int, within tolerated: SwarmDuration,
    _ make: @escaping @Sendable (Trial) async throws -> Sighting
  ) async throws -> [Sighting] {
    let missing = trials.filter { sighting(of: $0, links)?.isLate(beyond: tolerated) ?? true }
    var trouble: (any Error)?
    var mine = self
    _ = try await Crew.work(
      missing, width: width,
      progress: { _, sighting in do { try mine.add(sighting) } catch { trouble = error } }, make)
    self = mine
    if let trouble { throw trouble }
    return trials.compactMap { sighting(of: $0, links) }
  }
}
