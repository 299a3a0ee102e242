import PeerCore
import SwarmTime

/// A peer that is told other rates than it declares. The burst stays as declared.
struct ScaledLimits: Rule {
  let upload: Double
  let download: Double

  mutating func change(_ input: Input, at now: SwarmInstant) -> Input {
    guard case .setLimits(let up, let down) = input else { return input }
    return .setLimits(upload: up.map { $0.scaled(by: upload) }, download: down.map { $0.scaled(by: download) })
  }
}

extension RateLimit {
  func scaled(by factor: Double) -> RateLimit {
    let rate = (Double(bytesPerSecond) * factor).rounded()
    return RateLimit(bytesPerSecond: rate < 1e18 ? max(1, Int64(rate)) : .max / 8, burst: burst)
  }
}

extension MisbehaviourSpec {
  static let overdriveUpload = Self(
    "overdrive-upload", "Uploads faster than declared.", doses: [1.05, 1.2, 2], of: "times the declared rate",
    in: 1...1000, .limits { ScaledLimits(upload: $0, download: 1) })

  static let overdriveDownload = Self(
    "overdrive-download", "Downloads faster than declared.", doses: [1.05, 1.2, 2], of: "times the declared rate",
    in: 1...1000, .limits { ScaledLimits(upload: 1, download: $0) })

  static let lazyUpload = Self(
    "lazy-upload", "Uploads more slowly than declared.", doses: [0.5, 0.25, 0.1], of: "times the declared rate",
    in: 0.0001...1, .limits { ScaledLimits(upload: $0, download: 1) })

  static let idleUplink = Self(
    "idle-uplink", "Leaves that share of its upload rate unused, though somebody waits.", doses: [0.1, 0.3, 0.6],
    of: "share of the declared rate", in: 0...0.9999, .limits { ScaledLimits(upload: 1 - $0, download: 1) })
}
