import ArgumentParser
import Planning
import Reporting

struct SteadyStateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steady-state",
    abstract: "A swarm that peers join for ever: how many are there, how long a download takes (Qiu, Srikant 2004).",
    discussion: """
      x' = lambda - theta x - min{c x, mu (eta x + y)}    y' = min{c x, mu (eta x + y)} - gamma y
      1/beta = max{1/c, (1/eta) (1/mu - 1/gamma)}         T = 1 / (theta + beta)

      A peer every 2 s, 12.5 MiB at 128 KiB/s, who stay 50 s once complete:
        swarmlab theory steady-state --size '12800 KiB' --upload '128 KiB/s' --every '2 s' --seeds-stay '50 s'
      """)

  @Option(help: "Size of the file with its unit, such as 12800 KiB: F.") var size: Amount
  @Option(help: "Upload of a peer, such as 128 KiB/s: u; mu is u / F.") var upload: Rate
  @Option(help: "Download of a peer; c is d / F. Unlimited if not given.") var download: Rate?
  @Option(help: "Mean time between two arrivals, such as 2 s: 1 / lambda.") var every: Period
  @Option(name: .customLong("seeds-stay"), help: "How long a complete peer stays, 1 / gamma; not at all if not given.")
  var seedsStay: Period?
  @Option(name: .customLong("gives-up"), help: "Mean patience of a leecher, 1 / theta; endless if not given.")
  var givesUp: Period?
  @Option(help: "Pieces of the file, P, for eta, which is 1 if they are not given.") var pieces: Int?
  @Option(help: "Partners that a peer uploads to at once, k: eta is 1 - (ln P / P)^k; 4 if not given.")
  var uploads: Int?
  @OptionGroup var pictures: PictureOptions

  func validate() throws {
    if upload.bytesPerSecond == nil { throw ValidationError("--upload must be a rate, such as 128 KiB/s") }
    if let pieces, pieces < 2 { throw ValidationError("--pieces must be at least 2; it is \(pieces)") }
    if uploads != nil, pieces == nil { throw ValidationError("--uploads says nothing without --pieces") }
    if let uploads, uploads < 1 { throw ValidationError("--uploads must be at least 1; it is \(uploads)") }
  }

  func run() async throws {
    try await reporting {
      let state = state(seedsStay: seedsStay?.seconds ?? 0)
      Output.print([
        "a leecher stays  \(Plot.words(state.staySeconds)) s (held up by \(Self.words(state.limit)))",
        "leechers         \(Plot.words(state.leechers))",
        "seeds            \(Plot.words(state.seeds))",
        "completing       \(Quantity.ratio(state.completing)) of those who come",
        "eta              \(Quantity.ratio(state.effectiveness))",
      ])
      try pictures.show(
        plot, text: "How long a leecher stays, over how long peers stay as seeds once they are complete.",
        note: "It does not depend on how many come: who comes brings what it takes to serve it.")
      return .passed
    }
  }

  private func state(seedsStay: Double) -> SteadyState {
    let file = Double(size.bytes)
    return SteadyState(
      arrivals: 1 / every.seconds, upload: Double(upload.bytesPerSecond ?? 0) / file,
      download: download?.bytesPerSecond.map { Double($0) / file } ?? .infinity,
      aborts: givesUp.map { 1 / $0.seconds } ?? 0, departures: seedsStay > 0 ? 1 / seedsStay : .infinity,
      effectiveness: pieces.map { SteadyState.effectiveness(pieces: $0, uploads: uploads ?? 4) } ?? 1)
  }

  private var plot: Plot {
    let alone = Double(size.bytes) / Double(upload.bytesPerSecond ?? 1)
    let most = max(1.5 * alone, 1.2 * (seedsStay?.seconds ?? 0))
    let line = (0...100).map { Double($0) / 100 * most }.map { Plot.Point($0, state(seedsStay: $0).staySeconds) }
    let here = state(seedsStay: seedsStay?.seconds ?? 0)
    return Plot(
      title: "Steady state", across: "seconds that a seed stays, 1 / gamma", up: "seconds that a leecher stays, T",
      series: [
        Plot.Series(
          name: "T", kind: 0, line: line, marks: [Plot.Mark(seedsStay?.seconds ?? 0, here.staySeconds)])
      ], xRange: 0...most, yRange: 0...max(1.1 * (line.map(\.y).max() ?? 1), 1))
  }

  private static func words(_ limit: SteadyState.Limit) -> String {
    switch limit {
    case .download: "its download"
    case .upload: "all upload together"
    case .nothing: "nothing: seeds alone are more than enough"
    }
  }
}
