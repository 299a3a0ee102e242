/// Rates as they are written on the command line of a program: bytes for each swarm second.
public enum RateText {
  private static let units: [(name: String, bytes: Double)] = [
    ("KiB/s", 1024), ("MiB/s", 1_048_576), ("GiB/s", 1_073_741_824), ("kB/s", 1000), ("MB/s", 1e6), ("GB/s", 1e9),
    ("kbit/s", 125), ("Mbit/s", 125_000), ("Gbit/s", 1.25e8), ("B/s", 1),
  ]

  /// Of `262144`, `256KiB/s` or `8 Mbit/s`; nil for anything else, and for what is not above 0.
  public static func bytesPerSecond(_ text: String) -> Int64? {
    let rate: Int64
    if let plain = Int64(text) {
      rate = plain
    } else {
      guard let unit = units.first(where: { text.hasSuffix($0.name) }),
        let number = Double(text.dropLast(unit.name.count).filter { $0 != " " })
      else { return nil }
      let bytes = (number * unit.bytes).rounded()
      guard bytes.isFinite, abs(bytes) < 1e15 else { return nil }
      rate = Int64(bytes)
    }
    return rate > 0 && rate < 1_000_000_000_000_000 ? rate : nil
  }
}
