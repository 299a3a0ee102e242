import ArgumentParser
import Planning
import Reporting
import SwarmTime
import TopologyFile

struct TheoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "theory",
    abstract: "Computes how long it takes at least to distribute a file, from a server and among peers.",
    discussion: """
      client-server: D >= max(N F / u_s, F / d_min)
      peer-to-peer:  D >= max(F / u_s, F / d_min, N F / (u_s + sum u_i))

      The lecture's example, F/u = 1 h, u_s = 10 u, 30 peers:
        swarmlab theory --size '360 MB' --seed-upload '1 MB/s' --peers 30 --upload '100 kB/s'
      """)

  @Option(help: "Size of the file, F.") var size: Amount
  @Option(name: .customLong("seed-upload"), help: "Upload of the server, or of all seeds together, u_s.")
  var seedUpload: Rate
  @Option(help: "Number of peers that want it, N.") var peers: Int
  @Option(help: "Upload of each of them, u_i.") var upload: Rate
  @Option(help: "Download of the slowest of them, d_min; unlimited if not given.") var download: Rate?

  func validate() throws {
    if !(1...1_000_000_000).contains(peers) {
      throw ValidationError("--peers must be from 1 to 1000000000; it is \(peers)")
    }
  }

  func run() async throws {
    try await reporting {
      let counts = Set([1, 5, 10, 30, 100, 1000, peers]).filter { $0 <= max(peers, 30) }.sorted()
      Output.print(Self.columns("N", "client-server", "peer-to-peer"))
      for count in counts {
        let bounds = self.bounds(count)
        let line = Self.columns("\(count)", Self.text(bounds.clientServer), Self.text(bounds.peerToPeer))
        Output.print(count == peers ? Output.style.bold(line) : line)
      }
      let bounds = self.bounds(peers)
      if let server = bounds.clientServer, let swarm = bounds.peerToPeer, swarm.duration > .zero {
        let ratio = server.duration.seconds / swarm.duration.seconds
        Output.print(
          "With \(peers) peers a server needs \(Quantity.ratio(ratio)) times as long as a swarm at its best.")
      }
      return .passed
    }
  }

  private func bounds(_ count: Int) -> DistributionTime {
    DistributionTime(
      payloadBytes: size.bytes, leechers: count, seedUpload: seedUpload.bytesPerSecond,
      leecherUpload: upload.bytesPerSecond.map { Int64(clamping: Int128($0) * Int128(count)) },
      slowestDownload: download?.bytesPerSecond)
  }

  private static func text(_ bound: BoundPlan?) -> String {
    bound.map { "\(Quantity.duration($0.duration)) (\(Self.term($0.decidedBy)))" } ?? "unbounded"
  }

  private static func term(_ name: String) -> String {
    ["seed": "the seed's upload", "download": "the slowest download", "aggregate": "all upload together"][name] ?? name
  }

  private static func columns(_ first: String, _ second: String, _ third: String) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return padded(first, 8) + padded(second, 38) + third
  }
}

/// An amount of bytes on the command line, as a topology has it: `360 MB`.
struct Amount: ExpressibleByArgument, Sendable {
  let bytes: Int64

  init?(argument: String) {
    guard case .integer(let bytes)? = try? ScalarReader.read(argument, as: .size, allowsZero: false) else { return nil }
    self.bytes = bytes
  }
}

/// A rate on the command line, as a topology has it: `512 KiB/s`, `8 Mbit/s`, `unlimited`.
struct Rate: ExpressibleByArgument, Sendable {
  /// Nil is unlimited.
  let bytesPerSecond: Int64?

  init?(argument: String) {
    switch try? ScalarReader.read(argument, as: .rate, allowsZero: false) {
    case .integer(let rate): bytesPerSecond = rate
    case .text: bytesPerSecond = nil
    default: return nil
    }
  }
}
