import Foundation

/// A topology that ships, run once with real processes in which nobody misbehaves.
package struct HonestRun: Hashable, Sendable {
  /// Name of the file, without its endings.
  package var topology: String
  package var speed: Int
  package var randomSeed: Int

  package init(topology: String, speed: Int, randomSeed: Int) {
    (self.topology, self.speed, self.randomSeed) = (topology, speed, randomSeed)
  }

  /// Each topology in turn at one speed, then all at the next, then again with the next random seed.
  package static func first(_ count: Int, of topologies: [String]) -> [HonestRun] {
    let speeds = [10, 20, 5]
    return (0..<(topologies.isEmpty ? 0 : count)).map { place in
      let round = place / topologies.count
      return HonestRun(
        topology: topologies[place % topologies.count], speed: speeds[round % speeds.count],
        randomSeed: 1 + round / speeds.count)
    }
  }

  /// Names of those in a folder that speak of our own peers only: other clients run at speed 1.
  package static func topologies(in folder: String) throws -> [String] {
    let ending = ".swarm.yaml"
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(ending) }.sorted().filter {
      try !String(contentsOfFile: folder + "/" + $0, encoding: .utf8).contains("client: ")
    }.map { String($0.dropLast(ending.count)) }
  }
}

/// What came of it: a line of the log.
package struct HonestResult: Hashable, Sendable {
  package var run: HonestRun
  /// Exit status of `swarmlab run`: 0, or 1 where a check failed, or 2 where one of `mustDecide` is undecided.
  package var status: Int
  package var undecided: [String]
  package var failed: [String]
  package var commit: String
  package var isLate: Bool
  /// That it kept busy, in the mean.
  package var processors: Double

  package init(
    run: HonestRun, status: Int, undecided: [String], failed: [String], commit: String, isLate: Bool,
    processors: Double
  ) {
    (self.run, self.status, self.undecided, self.failed) = (run, status, undecided, failed)
    (self.commit, self.isLate, self.processors) = (commit, isLate, processors)
  }

  package static let heading =
    "topology\tspeed\trandom seed\texit status\tundecided\tfailed\tcommit\tmachine\tprocessors"

  package var line: String {
    [
      run.topology, "\(run.speed)", "\(run.randomSeed)", "\(status)", undecided.joined(separator: ","),
      failed.joined(separator: ","), commit, isLate ? "late" : "kept up", String(format: "%.2f", processors),
    ].joined(separator: "\t")
  }

  /// - Returns: nil for the heading, and for a line that was broken off.
  package init?(line: String) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 9, let speed = Int(fields[1]), let randomSeed = Int(fields[2]), let status = Int(fields[3]),
      let processors = Double(fields[8])
    else { return nil }
    func names(_ field: String) -> [String] { field.split(separator: ",").map(String.init) }
    self.init(
      run: HonestRun(topology: fields[0], speed: speed, randomSeed: randomSeed), status: status,
      undecided: names(fields[4]), failed: names(fields[5]), commit: fields[6], isLate: fields[7] == "late",
      processors: processors)
  }
}
