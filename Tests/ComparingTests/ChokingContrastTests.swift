import Comparing
import Judging
import Planning
import Staging
import SwarmTime
import Testing

/// Two chokers side by side, from figures that were made up and from a swarm on ideal links.
@Suite struct ChokingContrastTests {
  private static var reference: ChokingFigures {
    var figures = ChokingFigures()
    (figures.period, figures.matched, figures.decisions) = (15, 23, 31)
    (figures.tenure, figures.tenures, figures.grants) = (30, 6, 9)
    (figures.usualSlots, figures.mostSlots, figures.mostSeedSlots) = (4, 5, 4)
    figures.values = ["utilisation": MetricValue(0.8), "completion-median": MetricValue(120)]
    return figures
  }

  private static func lines(_ first: ChokingFigures, _ second: ChokingFigures) -> [String] {
    ChokingContrast(first, second, names: (first: "libtorrent", second: "native")).lines
  }

  /// The cells of a row; blanks within a cell are single ones.
  private static func cells(_ title: String, in lines: [String]) -> [String] {
    let line = lines.first { $0.hasPrefix(title + "  ") } ?? ""
    var cells: [String] = []
    var cell: [Substring] = []
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      if !word.isEmpty {
        cell.append(word)
      } else if !cell.isEmpty {
        cells.append(cell.joined(separator: " "))
        cell = []
      }
    }
    return cell.isEmpty ? cells : cells + [cell.joined(separator: " ")]
  }

  @Test func `Each figure stands beside the other's, with the second less the first`() {
    var native = Self.reference
    (native.period, native.matched, native.decisions) = (14.7, 40, 44)
    (native.tenure, native.usualSlots, native.mostSeedSlots) = (33, 3, 4)
    native.values = ["utilisation": MetricValue(0.85), "completion-median": MetricValue(108)]
    let lines = Self.lines(Self.reference, native)
    #expect(Self.cells("", in: lines) == ["libtorrent", "native", "difference"])
    #expect(
      Self.cells("round", in: lines)
        == ["round", "15.00 s", "14.70 s", "-0.30 s (-2.0 %)", "decisions on it: 23 of 31, 40 of 44"])
    #expect(
      Self.cells("optimistic tenure, median", in: lines).dropFirst()
        == ["30.00 s", "33.00 s", "+3.00 s (+10.0 %)", "ended by a choke: 6 of 9, 6 of 9"])
    #expect(Self.cells("slots of a leecher, mostly", in: lines).dropFirst() == ["4", "3", "-1"])
    #expect(Self.cells("slots of a seed, at most", in: lines).dropFirst() == ["4", "4", "0"])
    #expect(
      Self.cells("upload utilisation of leechers", in: lines).dropFirst() == ["80.0 %", "85.0 %", "+5.0 points"])
    #expect(
      Self.cells("completion, median", in: lines).dropFirst() == ["120.0 s", "108.0 s", "-12.0 s (-10.0 %)"])
  }

  @Test func `What one does not show is none, what neither shows is named, and a bound has no difference`() {
    var native = Self.reference
    (native.period, native.mostSeedSlots) = (nil, nil)
    native.values["completion-median"] = MetricValue(150, isCensored: true)
    var reference = Self.reference
    reference.mostSeedSlots = nil
    let lines = Self.lines(reference, native)
    #expect(Self.cells("round", in: lines).prefix(4) == ["round", "15.00 s", "none", "-"])
    #expect(Self.cells("completion, median", in: lines).dropFirst() == ["120.0 s", "≥ 150.0 s", "-"])
    #expect(
      lines.last
        == "neither shows: slots of a seed, at most, upload utilisation of seeds, evenness of seeds' service, "
        + "latency of newcomers")
  }

  @Test func `A swarm has the figures of its measure and its metrics, and does not differ from itself`() throws {
    let stage = try IdealCapture.run(pieces: 32, checks: [])
    let judgement = Judge.judge(plan: stage.plan, record: stage.events, trace: stage.trace)
    let measure = ChokingMeasure(judgement.scene, peers: Array(stage.plan.peers.indices))
    let figures = ChokingFigures(measure, RunFigures(judgement))
    #expect(figures.period == measure.rounds?.period.seconds)
    #expect(figures.grants == measure.grants.count && figures.tenures == measure.grants.lengths.count)
    #expect(figures.usualSlots == measure.usual && figures.mostSlots == measure.mostOfLeechers)
    #expect(try #require(figures.mostSeedSlots) > 0)
    let lines = Self.lines(figures, figures)
    #expect(Self.cells("completion, median", in: lines).last?.hasSuffix("(0.0 %)") == true, "\(lines)")
    #expect(Self.cells("slots of a seed, at most", in: lines).last == "0", "\(lines)")
  }
}
