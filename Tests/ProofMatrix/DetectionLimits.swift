import Foundation

extension DetectionLimit {
  /// The limits that the documentation states.
  package static let all: [DetectionLimit] = [
    DetectionLimit(
      title: "upload above its limit, for two minutes", unit: "of the rate",
      row: ProofRow("overdrive-upload", in: "long-upload", by: .all(of: ["seed"]), mustFail: ["rate-limit"]),
      scene: .longUpload, check: "rate-limit", harmless: 1, sure: 1.08, step: 0.0025, describe: percent),
    DetectionLimit(
      title: "upload above its limit, for a minute", unit: "of the rate",
      row: ProofRow("overdrive-upload", in: "crowd", by: .one(of: "leecher"), mustFail: ["rate-limit"]),
      scene: crowd, check: "rate-limit", harmless: 1, sure: 1.08, step: 0.005, describe: percent),
    DetectionLimit(
      title: "slots above their number", unit: "slots",
      row: ProofRow("over-slots", in: "crowd", by: .one(of: "leecher"), mustFail: ["upload-slots"]), scene: crowd,
      check: "upload-slots", harmless: 0, sure: 1, step: 1, describe: { "\(ProofScene.plain($0)) more" }),
  ]

  private static var crowd: ProofScene { ProofScene.named("crowd") ?? .longUpload }

  private static func percent(_ factor: Double) -> String {
    "\(factor < 1 ? "" : "+")\(String(format: "%.2f", (factor - 1) * 100)) %"
  }
}
