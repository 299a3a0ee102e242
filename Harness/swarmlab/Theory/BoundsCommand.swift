import ArgumentParser
import Planning
import Reporting
import SwarmTime

struct BoundsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bounds",
    abstract: "How long it takes at least to distribute a file, from a server and among peers.",
    discussion: """
      client-server: D >= max(N F / u_s, F / d_min)
      peer-to-peer:  D >= max(F / u_s, F / d_min, N F / (u_s + sum u_i))

      The lecture's example, F/u = 1 h, u_s = 10 u, 30 peers:
        swarmlab theory --size '360 MB' --seed-upload '1 MB/s' --peers 30 --upload '100 kB/s'
      """)

  @Option(help: "Size of the file with its unit, such as 360 MB: F.") var size: Amount
  @Option(
    name: .customLong("seed-upload"),
    help: "Upload of the server, or of all seeds together, such as 1 MB/s, or unlimited: u_s.")
  var seedUpload: Rate
  @Option(help: "Number of peers that want it, N.") var peers: Int
  @Option(help: "Upload of each of them, such as 100 kB/s, or unlimited: u_i.") var upload: Rate
  @Option(help: "Download of the slowest of them, d_min; unlimited if not given.") var download: Rate?
  @OptionGroup var pictures: PictureOptions

  func validate() throws {
    if !(1...1_000_000_000).contains(peers) {
      throw ValidationError("--peers must be from 1 to 1000000000; it is \(peers)")
    }
    // As many as the table goes up to.
    let longest = curve.bounds(max(peers, 30))
    try TheoryCommand.refuseBeyondReckoning([longest.clientServer, longest.peerToPeer].compactMap { $0?.duration })
  }

  func run() async throws {
    try await reporting {
      let counts = Set([1, 5, 10, 30, 100, 1000, peers]).filter { $0 <= max(peers, 30) }.sorted()
      Output.print(Self.columns("N", "client-server", "peer-to-peer"))
      for count in counts {
        let bounds = curve.bounds(count)
        let line = Self.columns("\(count)", Self.text(bounds.clientServer), Self.text(bounds.peerToPeer))
        Output.print(count == peers ? Output.style.bold(line) : line)
      }
      let bounds = curve.bounds(peers)
      if let server = bounds.clientServer, let swarm = bounds.peerToPeer, swarm.duration > .zero {
        let ratio = server.duration.seconds / swarm.duration.seconds
        Output.print(
          "With \(Quantity.count(peers, "peer")) a server needs \(Quantity.ratio(ratio)) times as long as a swarm at its "
            + "best.")
      }
      if let plot = curve.plot(upTo: max(peers, 2)) {
        try pictures.show(plot, text: "What no system can beat, over the number of peers that want the file.")
      }
      return .passed
    }
  }

  private var curve: DistributionCurve {
    DistributionCurve(
      payloadBytes: size.bytes, seedUpload: seedUpload.bytesPerSecond, upload: upload.bytesPerSecond,
      download: download?.bytesPerSecond)
  }

  private static func text(_ bound: BoundPlan?) -> String {
    bound.map { "\(Quantity.duration($0.duration)) (\(Self.term($0.decidedBy)))" } ?? "unbounded"
  }

  private static func term(_ name: String) -> String {
    [
      "seed": "the seed's upload", "server": "the server's upload", "download": "the slowest download",
      "aggregate": "all upload together",
    ][name] ?? name
  }

  private static func columns(_ first: String, _ second: String, _ third: String) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return padded(first, 8) + padded(second, 38) + third
  }
}

extension DistributionCurve {
  /// Both bounds from 1 to `most`, at no more than some hundred of them; nil where nothing bounds either.
  func plot(upTo most: Int) -> Plot? {
    let step = max(1, (most - 1) / 200)
    let numbers = Array(stride(from: 1, to: most, by: step)) + [most]
    func line(_ bound: (Int) -> Double?) -> [Plot.Point] {
      numbers.compactMap { n in bound(n).map { Plot.Point(Double(n), $0) } }
    }
    let (server, swarm) = (line(clientServer), line(peerToPeer))
    guard let highest = (server + swarm).map(\.y).max(), highest > 0 else { return nil }
    return Plot(
      title: "Least time to give a file to N", across: "N, clients or peers", up: "seconds",
      series: [
        Plot.Series(name: "client-server", kind: 0, line: server),
        Plot.Series(name: "peer-to-peer", kind: 1, line: swarm),
      ],
      xRange: 0...Double(most), yRange: 0...(1.06 * highest))
  }
}
