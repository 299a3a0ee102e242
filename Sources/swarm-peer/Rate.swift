import ArgumentParser

/// Bytes for each swarm second, as written on the command line.
struct Rate: ExpressibleByArgument {
  var bytesPerSecond: Int64

  private static let units: [(name: String, bytes: Double)] = [
    ("KiB/s", 1024), ("MiB/s", 1_048_576), ("GiB/s", 1_073_741_824), ("kB/s", 1000), ("MB/s", 1e6), ("GB/s", 1e9),
    ("kbit/s", 125), ("Mbit/s", 125_000), ("Gbit/s", 1.25e8), ("B/s", 1),
  ]

  init?(argument: String) {
    if let plain = Int64(argument) {
      bytesPerSecond = plain
    } else {
      guard let unit = Self.units.first(where: { argument.hasSuffix($0.name) }),
        let number = Double(argument.dropLast(unit.name.count).filter { $0 != " " })
      else { return nil }
      let bytes = (number * unit.bytes).rounded()
      guard bytes.isFinite, abs(bytes) < 1e15 else { return nil }
      bytesPerSecond = Int64(bytes)
    }
    guard bytesPerSecond > 0, bytesPerSecond < 1_000_000_000_000_000 else { return nil }
  }
}
