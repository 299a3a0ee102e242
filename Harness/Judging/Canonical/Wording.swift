import SwarmTime

/// How verdicts spell amounts: made from whole numbers, the same for the same inputs.
enum Wording {
  /// `512 KiB`, `1.25 MiB`, `700 B`: exact up to two places, cut.
  static func bytes(_ count: Int64) -> String {
    let units: [(Int64, String)] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
    for (size, unit) in units where count.magnitude >= size.magnitude {
      guard let amount = Fixed(count, over: size) else { break }
      return "\(trimmed(amount, places: 2)) \(unit)"
    }
    return "\(count) B"
  }

  static func rate(_ bytesPerSecond: Int64) -> String { bytes(bytesPerSecond) + "/s" }

  /// Swarm seconds to the millisecond, cut.
  static func seconds(_ nanoseconds: Int64) -> String {
    trimmed(Fixed(millionths: nanoseconds / 1000), places: 3) + " s"
  }

  static func seconds(_ instant: SwarmInstant) -> String { seconds(instant.nanoseconds) }
  static func seconds(_ duration: SwarmDuration) -> String { seconds(duration.nanoseconds) }

  /// `4.2 %` of a share; 1 is 100 %.
  static func percent(_ share: Fixed) -> String { trimmed(Fixed(millionths: share.millionths * 100), places: 2) + " %" }

  static func trimmed(_ value: Fixed, places: Int) -> String {
    var text = value.text(places: places)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  static func count(_ n: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(n) \(n == 1 ? singular : plural ?? singular + "s")"
  }
}
