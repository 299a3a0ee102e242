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
