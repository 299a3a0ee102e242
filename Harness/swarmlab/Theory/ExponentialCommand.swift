import ArgumentParser
import Planning
import Reporting
import SwarmTime

struct ExponentialCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exponential",
    abstract: "How a file spreads at first, each round doubling who holds a piece (Mundinger, Weber, Weiss 2008).",
    discussion: """
      rounds = M + floor(log2 N), of F / (M C) each, with everybody, the server too, at the rate C

        swarmlab theory exponential --size '113 MB' --rate '200 kB/s' --pieces 453 --peers 40
      """)

  @Option(help: "Size of the file with its unit, such as 113 MB: F.") var size: Amount
  @Option(help: "What everybody sends and receives at most, such as 200 kB/s: C.") var rate: Rate
  @Option(help: "Pieces of the file, M; 1 is a file that is passed on whole only.") var pieces = 1
  @Option(help: "Number of peers that want it, N.") var peers: Int
  @OptionGroup var pictures: PictureOptions

  func validate() throws {
    if rate.bytesPerSecond == nil { throw ValidationError("--rate must be a rate, such as 128 KiB/s") }
    guard (1...1_000_000_000).contains(pieces), (1...1_000_000_000).contains(peers) else {
      throw ValidationError("--pieces and --peers must be from 1 to 1000000000; they are \(pieces) and \(peers)")
    }
    try TheoryCommand.refuseBeyondReckoning([phase.duration])
  }

  private var phase: ExponentialPhase {
    ExponentialPhase(payloadBytes: size.bytes, rate: rate.bytesPerSecond ?? 0, pieces: pieces, peers: peers)
  }

  func run() async throws {
    try await reporting {
      let phase = self.phase
      let doubling = phase.round.seconds * Double(phase.doublings)
      func rounds(_ count: Int) -> String { Quantity.count(count, "round") }
      Output.print([
        "a round   \(Quantity.duration(phase.round)): one piece from one to another",
        "doubling  \(rounds(phase.doublings)), \(Plot.words(doubling)) s: who holds the first piece doubles in each",
        "in all    \(rounds(phase.rounds)), \(Quantity.duration(phase.duration)), until everybody has everything",
      ])
      try pictures.show(plot(phase), text: "How many hold the first piece, the server among them, over time.")
      return .passed
    }
  }

  private func plot(_ phase: ExponentialPhase) -> Plot {
    let rounds = Array(0...phase.doublings + 2)
    let line = rounds.map { round in
      Plot.Point(phase.round.seconds * Double(round), Double(phase.holders(afterRounds: round)))
    }
    return Plot(
      title: "Exponential phase", across: "seconds", up: "holders of the first piece",
      series: [Plot.Series(name: "holders", kind: 0, line: line)],
      xRange: 0...max(line.last?.x ?? 1, 1e-3), yRange: 0...Double(peers + 1))
  }
}
