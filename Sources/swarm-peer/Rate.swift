import ArgumentParser
import PeerNode

/// Bytes for each swarm second, as written on the command line.
struct Rate: ExpressibleByArgument {
  var bytesPerSecond: Int64

  init?(argument: String) {
    guard let rate = RateText.bytesPerSecond(argument) else { return nil }
    bytesPerSecond = rate
  }
}
