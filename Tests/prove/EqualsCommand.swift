import ArgumentParser
import Comparing
import Judging
import ProofMatrix
import SwarmTime

struct EqualsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equals",
    abstract:
      "Compares a swarm with itself again and again, on ideal links: how often a difference is seen that is none.",
    discussion: """
      Both sides of a comparison have the same topology. On ideal links the same random seed would give the same swarm to \
      the last byte, so the second side has seeds of its own: what differs is luck alone. Of every metric, the 95 % interval \
      of the difference must leave out zero in 5 % of the comparisons, within the 99 % band of a binomial law; and some \
      difference may be stated in 5 % of them.
      """)

  @OptionGroup var play: PlayOptions
  @Option(help: ArgumentHelp("How many comparisons.", valueName: "n")) var comparisons = 200
  @Option(name: .customLong("repeat"), help: ArgumentHelp("Repeats of each side.", valueName: "n")) var repeats = 10
  @Option(help: ArgumentHelp("For the swarms.", valueName: "n")) var randomSeed: UInt64 = 1

  private static let topology = """
    name: equals
    description: A seed and eight leechers of two classes.
    randomSeed: 1
    payload: {size: 6 MiB, pieceLength: 128 KiB}
    tracker: {announceInterval: 30 s}
    peers:
      seed: {role: seed, upload: 512 KiB/s}
      slow: {count: 4, upload: 128 KiB/s, arrive: {every: 2 s}}
      fast: {count: 4, upload: 256 KiB/s, arrive: {every: 3 s}}
    until: {complete: all, within: 300 s}
    checks: [completion]
    """

  func run() async throws {
    var excluded: [String: Int] = [:]
    var asked: [String: Int] = [:]
    var stated = 0
    for turn in 0..<comparisons {
      let contrast = try await compare(turn)
      for finding in contrast.findings {
        asked[finding.key.name, default: 0] += 1
        let interval = finding.difference.interval
        if interval.low > 0 || interval.high < 0 { excluded[finding.key.name, default: 0] += 1 }
      }
      if !contrast.findings(.differs).isEmpty { stated += 1 }
      if (turn + 1) % 20 == 0 { print("\(turn + 1) of \(comparisons)") }
    }
    var isFine = true
    for (name, count) in asked.sorted(by: { $0.key < $1.key }) {
      let found = excluded[name] ?? 0
      let band = Self.band(of: count)
      isFine = isFine && band.contains(found)
      print(
        "\(name): zero left out by \(found) of \(count), expected \(band.lowerBound) to \(band.upperBound)"
          + (band.contains(found) ? "" : "  AGAINST"))
    }
    let most = Self.band(of: comparisons).upperBound
    print("some difference stated in \(stated) of \(comparisons) comparisons, expected at most \(most)")
    if !isFine || stated > most { throw ExitCode(1) }
  }

  /// One comparison: its swarms are played `width` at a time.
  private func compare(_ turn: Int) async throws -> Contrast {
    let base = RandomSeed.derive(from: randomSeed, name: "comparison \(turn)")
    let figures = try await withThrowingTaskGroup(of: (Int, RunFigures).self) { group in
      var figures: [RunFigures?] = Array(repeating: nil, count: 2 * repeats)
      func add(_ place: Int) {
        group.addTask {
          let seed = RandomSeed.derive(from: base, name: "swarm \(place)")
          let trial = Trial(honest: Self.topology, name: "equals", randomSeed: seed)
          return (place, RunFigures(try trial.judgement()))
        }
      }
      var next = 0
      while next < min(play.width ?? 2, figures.count) {
        add(next)
        next += 1
      }
      while let (place, found) = try await group.next() {
        figures[place] = found
        if next < figures.count {
          add(next)
          next += 1
        }
      }
      return figures.compactMap { $0 }
    }
    let names = figures.reduce(into: Set<String>()) { $0.formUnion($1.values.keys) }.sorted()
    let metrics = names.compactMap { name -> (key: MetricKey, pairs: [(first: MetricValue, second: MetricValue)])? in
      guard let key = MetricKey(name: name) else { return nil }
      let pairs = (0..<repeats).compactMap { place -> (first: MetricValue, second: MetricValue)? in
        guard let first = figures[2 * place].values[name], let second = figures[2 * place + 1].values[name] else {
          return nil
        }
        return (first, second)
      }
      return (key, pairs)
    }
    return Contrast(first: 0, second: 1, metrics: metrics, randomSeed: base)
  }

  /// What a binomial law of 5 % gives in 99 % of cases.
  private static func band(of n: Int) -> ClosedRange<Int> {
    let low = (0...n).last { Binomial.orMore($0, of: n, 0.05) >= 0.995 } ?? 0
    let high = (0...n).first { Binomial.orMore($0 + 1, of: n, 0.05) <= 0.005 } ?? n
    return low...max(low, high)
  }
}
