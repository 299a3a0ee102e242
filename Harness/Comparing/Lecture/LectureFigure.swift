public import Planning
public import Reporting

/// The lecture's figure: how long it takes to give a file to N, from a server and among peers; bounds as lines, measured
/// runs as points with 95 % intervals of their means.
public struct LectureFigure: Sendable {
  public let curve: DistributionCurve
  public let speed: Double
  public let pieces: Int
  /// By system, then N.
  public let rows: [Row]

  public struct Row: Sendable {
    public var system: LectureResult.System
    public var peers: Int
    /// Seconds of swarm time.
    public var bound: Double
    public var makespans: MeanInterval
    public var efficiency: MeanInterval
    /// Runs that were judged whole, and those of them in which a check failed.
    public var runs: Int
    /// Runs in which somebody did not complete. Where there are any, the mean of makespans is a lower bound, that of
    /// efficiencies an upper one, and neither has an interval.
    public var unfinished: Int
    public var failed: [String]

    var isBound: Bool { unfinished > 0 }
  }

  /// Runs that show nothing are left out.
  public init(curve: DistributionCurve, pieces: Int, speed: Double, results: [LectureResult]) {
    self.curve = curve
    self.pieces = pieces
    self.speed = speed
    let sound = results.filter(\.isSound)
    rows = LectureResult.System.allCases.flatMap { system -> [Row] in
      let ofSystem = sound.filter { $0.system == system }
      return Set(ofSystem.map(\.peers)).sorted().compactMap { peers -> Row? in
        let runs = ofSystem.filter { $0.peers == peers }
        guard let bound = runs.first?.bound, var makespans = MeanInterval(runs.compactMap(\.seconds)),
          var efficiency = MeanInterval(runs.compactMap(\.efficiency))
        else { return nil }
        let unfinished = runs.count { !$0.isOver }
        if unfinished > 0 { (makespans.interval, efficiency.interval) = (nil, nil) }
        return Row(
          system: system, peers: peers, bound: Double(bound) / 1e9, makespans: makespans, efficiency: efficiency,
          runs: runs.count, unfinished: unfinished, failed: Set(runs.flatMap(\.failed)).sorted())
      }
    }
  }

  private var most: Int { rows.map(\.peers).max() ?? 35 }

  /// Time over N.
  public var times: Plot {
    let last = Double(most)
    let numbers = Array(1...most)
    var highest = curve.clientServer(most) ?? 1
    for row in rows { highest = max(highest, row.makespans.mean) }
    let series = LectureResult.System.allCases.enumerated().map { kind, system in
      Plot.Series(
        name: "\(system.rawValue): bound, and measured", kind: kind,
        line: numbers.compactMap { n in
          (system == .clientServer ? curve.clientServer(n) : curve.peerToPeer(n)).map { Plot.Point(Double(n), $0) }
        },
        marks: rows.filter { $0.system == system }.map {
          Plot.Mark(
            Double($0.peers), $0.makespans.mean, interval: $0.makespans.interval, truth: $0.isBound ? .above : nil)
        })
    }
    var plot = Plot(
      title: "Time to give a file to N", across: "N, clients or peers", up: "seconds", series: series,
      xRange: 0...last, yRange: 0...(1.06 * highest))
    if let limit = curve.limit, limit < highest {
      plot.levels = [(limit, "F / u = \(Plot.words(limit)) s, however many peers")]
    }
    return plot
  }

  /// Bound / makespan over N.
  public var efficiencies: Plot {
    let series = LectureResult.System.allCases.enumerated().map { kind, system in
      Plot.Series(
        name: system.rawValue, kind: kind,
        marks: rows.filter { $0.system == system }.map {
          Plot.Mark(
            Double($0.peers), $0.efficiency.mean, interval: $0.efficiency.interval, truth: $0.isBound ? .below : nil)
        })
    }
    let least = rows.map(\.efficiency.mean).min() ?? 0.8
    var plot = Plot(
      title: "How near the bound", across: "N, clients or peers", up: "efficiency: bound / measured", series: series,
      xRange: 0...Double(most), yRange: min(0.7, (least * 10).rounded(.down) / 10)...1.02)
    plot.levels = [(1, "the bound")]
    return plot
  }

  /// What of the figures is only a bound: one line for each system and N with runs in which not all completed.
  public var unfinished: [String] {
    rows.filter(\.isBound).map { row in
      "\(row.system.rawValue), N = \(row.peers): in \(row.unfinished) of \(row.runs) runs not all completed by the end; "
        + "the mean is a bound"
    }
  }

  /// For a terminal and for the documentation: a row for each N.
  public var table: [String] {
    func cell(_ system: LectureResult.System, _ peers: Int) -> [String] {
      guard let row = rows.first(where: { $0.system == system && $0.peers == peers }) else { return ["", "", ""] }
      let (least, most) = row.isBound ? ("≥ ", "≤ ") : ("", "")
      return [
        Quantity.ratio(row.bound), least + row.makespans.text, most + Quantity.ratio(row.efficiency.mean),
      ]
    }
    var lines = [
      "|  N | client-server: bound, s | measured, s | efficiency | peer-to-peer: bound, s | measured, s | efficiency |",
      "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for peers in Set(rows.map(\.peers)).sorted() {
      let cells = ["\(peers)"] + cell(.clientServer, peers) + cell(.peerToPeer, peers)
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines
  }
}

/// A mean, and the interval in which it lies with 95 % by Student's t.
public struct MeanInterval: Hashable, Sendable {
  public var mean: Double
  /// Nil for a single value, which tells nothing of its spread.
  public var interval: ClosedRange<Double>?
  public var n: Int

  /// Nil for no values.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sample = Sample(values)
    (n, mean) = (sample.count, sample.mean)
    guard n > 1 else { return }
    let half = StudentT.critical(0.95, degrees: n - 1) * sample.standardError
    interval = mean - half...mean + half
  }

  /// `351.2 ± 0.4`, or the value alone.
  var text: String {
    let half = interval.map { ($0.upperBound - $0.lowerBound) / 2 }
    return Decimal.text(mean, places: 1) + (half.map { " ± " + Decimal.text($0, places: 1) } ?? "")
  }
}
