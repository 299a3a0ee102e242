import Judging
package import SwarmTime

/// How little of a misbehaviour its check finds: the mildest dose that it found in every one of many swarms, which differ
/// by random seed.
package struct DetectionLimit: Sendable {
  package var title: String
  /// The misbehaviour, who does it, the check that must fail, and the doses that are tried, from mild to strong.
  package var row: ProofRow
  package var scene: ProofScene
  /// The limit as measured with this version: what is run with real processes, and what the tests try.
  package var stated: Double
  /// How a dose is written in the table: what it differs from honesty by.
  package var describe: @Sendable (Double) -> String

  /// Checks make allowance for what the lab's own timer was late by, so limits are stated for a lateness: 20 ms at
  /// speed 5, at which rates are confirmed, 5 ms at speed 20.
  package static let lateness = SwarmDuration.milliseconds(100)

  /// How late a machine with real processes may have been for a run to count. What is granted for lateness decides over
  /// rates at their limit; where whole rounds decide, whatever the judge judges at all will do.
  package var tolerated = Scene.toleratedLateness

  package var check: String { row.mustFail.first ?? "" }

  package func trial(_ dose: Double, randomSeed: UInt64) -> Trial {
    Trial(row, in: scene, dose: dose, randomSeed: randomSeed, checks: [check])
  }

  /// The same scene and check, and nobody misbehaves.
  package func honest(randomSeed: UInt64) -> Trial {
    Trial(honest: scene.text(checks: [check], randomSeed: randomSeed), name: scene.name, randomSeed: randomSeed)
  }

  /// A dose, and what its swarms came to.
  package struct Tried: Sendable {
    /// Nil for honest swarms.
    package var dose: Double?
    package var sightings: [Sighting]

    package init(dose: Double?, sightings: [Sighting]) { (self.dose, self.sightings) = (dose, sightings) }

    package var n: Int { sightings.count }
    package var found: Int { sightings.count(where: \.isFound) }
    /// Swarms in which somebody who keeps the rules was blamed.
    package var falseAlarms: Int { sightings.count { $0.blamed > 0 } }
    /// The chance to be found is at least this, at a confidence of 95 %.
    package var atLeast: Double { Binomial.atLeast(found, of: n) }
    package var isAlways: Bool { n > 0 && found == n }
    /// Swarm seconds, the median.
    package var seconds: Int? {
      let all = sightings.compactMap(\.seconds).sorted()
      return all.isEmpty ? nil : all[all.count / 2]
    }
  }

  /// After so many misses a dose is not the limit, whatever else comes.
  private static let hopeless = 4

  /// Tries doses from mild to strong until one is always found; then honest swarms.
  ///
  /// The limit, the dose before it and the honest swarms are tried in `runs` swarms each; doses below are given up after
  /// some misses.
  ///
  /// - Parameter play: plays trials, or knows what came of them.
  /// - Returns: doses from mild to strong, the last of them the limit if there is one; and the honest swarms.
  package func search(
    runs: Int, play: ([Trial]) async throws -> [Sighting]
  ) async throws -> (doses: [Tried], honest: Tried) {
    var doses: [Tried] = []
    for dose in row.doses {
      let tried = try await self.tried(dose, runs: runs, most: Self.hopeless, play)
      doses.append(tried)
      if tried.isAlways { break }
    }
    if doses.count > 1, doses.last?.isAlways == true, let before = doses[doses.count - 2].dose {
      doses[doses.count - 2] = try await tried(before, runs: runs, most: runs, play)
    }
    return (doses, try await tried(nil, runs: runs, most: runs, play))
  }

  /// - Parameters:
  ///   - dose: nil for honest swarms.
  ///   - most: so many misses, and it is given up.
  package func tried(
    _ dose: Double?, runs: Int, most: Int, _ play: ([Trial]) async throws -> [Sighting]
  ) async throws -> Tried {
    var tried = Tried(dose: dose, sightings: [])
    while tried.n < runs, tried.n - tried.found < most || dose == nil {
      let seeds = (tried.n..<min(runs, tried.n + 20)).map { UInt64($0 + 1) }
      tried.sightings += try await play(
        seeds.map { seed in dose.map { trial($0, randomSeed: seed) } ?? honest(randomSeed: seed) })
    }
    return tried
  }
}
