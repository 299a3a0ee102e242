/// Which run comes next beside those that are under way: as much as leaves the machine room for their peaks.
///
/// A run takes what the same topology took before, in proportion to the speed; one that was never seen is let run beside at
/// most one other of the kind.
package struct SideBySide: Sendable {
  /// Of the machine's processors, what runs may keep busy together in the mean. Measured: at 0.6 one of 201 runs was late.
  package static let fill = 0.6

  private let room: Double
  private var waiting: [HonestRun]
  private var taken: [HonestRun: Double] = [:]
  /// Processors at speed 1, of the last run of each topology.
  private var needs: [String: Double] = [:]

  /// - Parameter known: what runs took that were made before.
  package init(_ runs: [HonestRun], processors: Int, known: [HonestResult] = []) {
    (waiting, room) = (runs, Self.fill * Double(processors))
    for result in known { learn(result) }
  }

  /// The first that there is room for; with nothing under way the first of all. Nil where something must end before.
  package mutating func next() -> HonestRun? {
    let free = room - taken.values.reduce(0, +)
    guard let place = waiting.firstIndex(where: { taken.isEmpty || need($0) <= free }) else { return nil }
    let run = waiting.remove(at: place)
    taken[run] = need(run)
    return run
  }

  package mutating func ended(_ result: HonestResult) {
    taken[result.run] = nil
    learn(result)
  }

  private mutating func learn(_ result: HonestResult) {
    needs[result.run.topology] = result.processors / Double(result.run.speed)
  }

  private func need(_ run: HonestRun) -> Double {
    needs[run.topology].map { $0 * Double(run.speed) } ?? room / 2
  }
}
