import ArgumentParser
import Comparing
import Planning
import Reporting
import SwarmTime

struct LectureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lecture",
    abstract: "Measures the lecture's figure: client-server against peer-to-peer over the number of peers.",
    discussion: """
      Runs the two topologies of the folder for each N, judges every run, and writes lecture.json, lecture.svg, \
      efficiency.svg and lecture.html into the output folder. What a run came to is kept there as a line of results.jsonl: \
      broken off and started again, it goes on where it was. Runs that the machine was too busy for are made again then; \
      those in which not all completed count, as bounds.

      Exit status: 0 every run is made and its checks pass · 1 a check failed in one · 2 one is missing, not over, or was made \
      by a machine that was too busy · 64, 70, 75, 129, 130, 143 as with `run`.

        swarmlab lecture
        swarmlab lecture --sizes 1,5,10 --repeat 1 --output /tmp/lecture
      """)

  @Option(help: ArgumentHelp("Folder of client-server.swarm.yaml and peer-to-peer.swarm.yaml.", valueName: "folder"))
  var topologies = "Topologies/lecture"
  @Option(help: ArgumentHelp("Numbers of clients or peers, with commas between.", valueName: "n,n,…"))
  var sizes = Sizes(values: [1, 2, 3, 5, 8, 12, 20, 30, 35])
  @Option(name: .customLong("repeat"), help: "Runs of each, with random seeds that follow each other.") var repeats = 3
  @Option(help: "Swarm seconds for each real second, 0.1 to 1000, instead of the topologies' own.") var speed: Double?
  @Option(help: "Where results and figure are written.") var output = "runs/lecture"
  @Flag(name: .customLong("draw-only"), help: "Run nothing: draw what results.jsonl holds.") var drawsOnly = false

  func validate() throws {
    if repeats < 1 { throw ValidationError("--repeat must be at least 1; it is \(repeats)") }
  }

  func run() async throws {
    let interrupts = Interrupts()
    try await reporting {
      try Files.makeFolders(output)
      let book = try LectureBook(path: output + "/results.jsonl")
      let series = try LectureResult.System.allCases.map { system in
        try LectureSeries(system, folder: topologies, speed: speed)
      }
      if !drawsOnly {
        let campaign = LectureCampaign(
          series: series, sizes: sizes.values, repeats: repeats, output: output, interrupts: interrupts)
        try await campaign.run(book)
      }
      if let state = interrupts.exitState { return state }
      let results = try book.results.filter { result in
        guard sizes.values.contains(result.peers), result.randomSeed <= UInt64(repeats) else { return false }
        // What is only drawn may be of any topology, and says so by nothing; what is run is of this one.
        if drawsOnly { return true }
        let one = series.first { $0.system == result.system }
        let plan = try one?.plan(peers: result.peers, randomSeed: result.randomSeed)
        return result.plan == plan.map { RunResult.digest(of: $0.yaml) }
      }
      let figure = try figure(series, results)
      try write(figure, book)
      Output.print(figure.table)
      Output.print(figure.unfinished.map { Output.style.yellow($0) })
      Output.print(TextPlot(figure.times).lines)
      Output.print("\(output)/lecture.html")
      return results.contains { !$0.failed.isEmpty }
        ? .failed
        : results.count { $0.isSound && $0.isOver } < series.count * sizes.values.count * repeats ? .undecided : .passed
    }
  }

  private func figure(_ series: [LectureSeries], _ results: [LectureResult]) throws -> LectureFigure {
    let plan = try series[1].plan(peers: 1, randomSeed: nil)
    let leecher = plan.peers.first { $0.role == .leecher }
    let seed = plan.peers.first { $0.role == .seed }
    return LectureFigure(
      curve: DistributionCurve(
        payloadBytes: plan.payload.sizeBytes, seedUpload: seed?.upload?.bytesPerSecond,
        upload: leecher?.upload?.bytesPerSecond, download: leecher?.download?.bytesPerSecond),
      pieces: plan.payload.pieceCount, speed: plan.speed, results: results)
  }

  private func write(_ figure: LectureFigure, _ book: LectureBook) throws {
    try Files.write(figure.json, to: output + "/lecture.json")
    try Files.write(figure.times.svg(), to: output + "/lecture.svg")
    try Files.write(figure.efficiencies.svg(height: 200), to: output + "/efficiency.svg")
    try Files.write(figure.page.html, to: output + "/lecture.html")
  }
}

/// `1,5,10`.
struct Sizes: ExpressibleByArgument, Sendable {
  var values: [Int]

  init(values: [Int]) { self.values = values }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !parts.contains(nil), parts.allSatisfy({ (1...10_000).contains($0 ?? 0) }) else { return nil }
    values = Set(parts.compactMap { $0 }).sorted()
  }

  var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}
