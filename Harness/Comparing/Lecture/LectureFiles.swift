import FoundationEssentials
import Judging
import Planning

extension LectureResult {
  /// Nil for what is no line of results.
  public init?(line: String) {
    guard let result = try? JSONDecoder().decode(LectureResult.self, from: Data(line.utf8)),
      result.makespan ?? 1 > 0, result.seen ?? 1 > 0, result.bound >= 0, (1...10_000).contains(result.peers)
    else { return nil }
    self = result
  }

  /// One line of JSON, keys sorted.
  public var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(self) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }
}

extension LectureFigure {
  /// The figure's values: seconds of swarm time, shares, and counts.
  public var json: String {
    func interval(_ value: MeanInterval) -> CanonicalJSON {
      .object([
        "mean": .decimal(Fixed(nearest: value.mean)),
        "low": value.interval.map { .decimal(Fixed(nearest: $0.lowerBound)) } ?? .null,
        "high": value.interval.map { .decimal(Fixed(nearest: $0.upperBound)) } ?? .null,
      ])
    }
    let object: CanonicalJSON = .object([
      "schema": .integer(1), "payloadBytes": .integer(curve.payloadBytes), "pieces": .integer(Int64(pieces)),
      "seedUpload": curve.seedUpload.map { .integer($0) } ?? .null,
      "upload": curve.upload.map { .integer($0) } ?? .null, "download": curve.download.map { .integer($0) } ?? .null,
      "speed": .decimal(Fixed(nearest: speed)),
      "points": .list(
        rows.map { row in
          .object([
            "system": .text(row.system.rawValue), "peers": .integer(Int64(row.peers)),
            "bound": .decimal(Fixed(nearest: row.bound)), "makespan": interval(row.makespans),
            "efficiency": interval(row.efficiency), "runs": .integer(Int64(row.runs)),
            "unfinished": .integer(Int64(row.unfinished)),
            "failed": .list(row.failed.map { .text($0) }),
          ])
        }),
    ])
    return object.text
  }
}
