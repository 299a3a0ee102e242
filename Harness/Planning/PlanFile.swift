import TopologyFile
import Yams

/// `plan.yaml`: keys in the order in which the types declare them, so that the same plan is the same bytes.
extension Plan {
  public var yaml: String {
    let encoder = YAMLEncoder()
    encoder.options.allowUnicode = true
    encoder.options.width = -1
    do {
      return try encoder.encode(self)
    } catch {
      // A plan holds numbers, texts and lists of them: there is nothing that YAML cannot hold.
      preconditionFailure("a plan could not be written as YAML: \(error)")
    }
  }

  /// - Throws: `PlanFileError`, for text that is no plan of this version.
  public init(yaml: String) throws { self = try Self.read(yaml: yaml).plan }

  /// Reads a plan of this version, or of an older one whose profiles did not say all that they say now.
  ///
  /// - Returns: the plan, and for each key that its profiles lack what is supposed: `newcomerWeight: 3`.
  /// - Throws: `PlanFileError`, for text that is no plan.
  public static func read(yaml: String) throws -> (plan: Plan, supposed: [String]) {
    let plan: Plan
    let supposed: [String]
    do {
      (plan, supposed) = try OlderProfiles.decode(yaml)
    } catch {
      throw PlanFileError(reason: reason(error))
    }
    guard plan.schema == 1 else {
      throw PlanFileError(reason: "its schema is \(plan.schema), and this version reads schema 1")
    }
    try plan.checkAmounts(in: yaml)
    return (plan, supposed)
  }

  /// What a hand may have changed, and what everything after would divide by.
  private func checkAmounts(in yaml: String) throws(PlanFileError) {
    func refuse(_ path: [String], _ found: String, _ expected: String) -> PlanFileError {
      PlanFileError(
        reason: "\(path.joined(separator: ".")): \(found) is out of range; expected \(expected)",
        line: Self.line(of: path, in: yaml))
    }
    guard TopologyLimits.speed.contains(speed) else {
      let range = TopologyLimits.speed
      throw refuse(["speed"], "\(speed)", "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    guard payload.sizeBytes > 0 else { throw refuse(["payload", "sizeBytes"], "\(payload.sizeBytes)", "1 or more") }
    guard (1...TopologyLimits.maximumPieceLengthBytes).contains(payload.pieceLengthBytes) else {
      throw refuse(
        ["payload", "pieceLengthBytes"], "\(payload.pieceLengthBytes)",
        "1 to \(TopologyLimits.maximumPieceLengthBytes)")
    }
    guard (payload.sizeBytes - 1) / payload.pieceLengthBytes < TopologyLimits.maximumPieces else {
      throw refuse(
        ["payload", "sizeBytes"], "\(payload.sizeBytes)", "at most \(TopologyLimits.maximumPieces) pieces in it")
    }
    for (place, peer) in peers.enumerated() {
      for (key, limit) in [("upload", peer.upload), ("download", peer.download)] {
        guard let limit, limit.bytesPerSecond < 1 || limit.burstBytes < 0 else { continue }
        throw refuse(
          ["peers", "\(place)", key], "\(limit.bytesPerSecond) B/s with a burst of \(limit.burstBytes) B",
          "a rate of 1 B/s or more, and no burst below 0")
      }
    }
  }

  /// The line, from 1, on which a value of the file's first or second level stands; nil for what lies deeper.
  private static func line(of path: [String], in yaml: String) -> Int? {
    guard path.count <= 2 else { return nil }
    var level = 0
    for (number, line) in yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let indent = line.prefix { $0 == " " }.count
      if level > 0, indent == 0 { return nil }
      guard (level == 0) == (indent == 0), line.dropFirst(indent).hasPrefix("\(path[level]):") else { continue }
      level += 1
      if level == path.count { return number + 1 }
    }
    return nil
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty ? "the top" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "\"\(key.stringValue)\" is missing at \(path(context))"
    case .typeMismatch(let type, let context): return "\(path(context)) should be \(type)"
    case .valueNotFound(let type, let context): return "\(path(context)) has no value and should be \(type)"
    case .dataCorrupted(let context):
      return context.underlyingError.map { "\($0)" } ?? "\(path(context)): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }
}

/// Why a text is no plan.
public struct PlanFileError: Error, CustomStringConvertible, Sendable {
  public var reason: String
  /// From 1; nil where it concerns the whole, or is not known.
  public var line: Int?

  public init(reason: String, line: Int? = nil) {
    self.reason = reason
    self.line = line
  }

  public var description: String { "not a plan.yaml that this version can read: \(reason)" }
}
