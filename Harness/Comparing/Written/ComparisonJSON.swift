import Judging

extension Comparison {
  /// The content of `comparison.json`: no wall time and no path, so that the same results give the same bytes.
  public var json: String {
    CanonicalJSON.object([
      "schema": .integer(1),
      "name": .text(name),
      "settings": .list(settings.indices.map(setting)),
      "randomSeeds": .list(randomSeeds.map { .text(String($0)) }),
      "metrics": .list(metrics.map(metric)),
      "leftOut": .list(leftOut.map { .object(["name": .text($0.name), "reason": .text($0.absent)]) }),
      "contrasts": .list(contrasts.map(contrast)),
      "late": .integer(Int64(late)),
      "rules": .object([
        "alpha": Self.decimal(PairedDifference.alpha),
        "sameConfidence": Self.decimal(PairedDifference.sameConfidence),
        "sameWithin": Self.decimal(PairedDifference.sameWithin),
        "fewestRepeats": .integer(Int64(PairedDifference.fewest)),
        "bootstrapFrom": .integer(Int64(ReferenceLaw.bootstrapFrom)),
      ]),
    ]).text
  }

  private func setting(_ place: Int) -> CanonicalJSON {
    .object([
      "label": .text(labels[place]),
      "values": .list(settings[place].values.map { .object(["path": .text($0.path), "value": .text($0.value)]) }),
      "runs": .integer(Int64(results[place].count { $0 != nil })),
    ])
  }

  private func metric(_ key: MetricKey) -> CanonicalJSON {
    .object([
      "name": .text(key.name),
      "title": .text(key.title),
      "unit": .text(key.metric.unit.rawValue),
      "better": .text(key.metric.better.rawValue),
      "values": .list(settings.indices.map { .list(values(key, of: $0).map(Self.value)) }),
    ])
  }

  private func contrast(_ contrast: Contrast) -> CanonicalJSON {
    .object([
      "first": .text(labels[contrast.first]),
      "second": .text(labels[contrast.second]),
      "findings": .list(contrast.findings.map(\.json)),
    ])
  }

  private static func value(_ value: MetricValue?) -> CanonicalJSON {
    guard let value else { return .null }
    return .object(["value": decimal(value.value), "isCensored": .flag(value.isCensored)])
  }

  static func decimal(_ value: Double) -> CanonicalJSON { .decimal(Fixed(nearest: value)) }
}

extension Contrast.Finding {
  var json: CanonicalJSON {
    let decimal = Comparison.decimal
    func interval(_ interval: PairedDifference.Interval) -> CanonicalJSON {
      .list([decimal(interval.low), decimal(interval.high)])
    }
    return .object([
      "metric": .text(key.name),
      "repeats": .integer(Int64(difference.count)),
      "firstMean": decimal(difference.firstMean),
      "secondMean": decimal(difference.secondMean),
      "difference": decimal(difference.differences.mean),
      "deviation": decimal(difference.differences.deviation),
      "interval95": interval(difference.interval),
      "interval90": interval(difference.narrow),
      "method": .text(difference.isBootstrap ? "bootstrap" : "student"),
      "p": decimal(difference.p),
      "pCorrected": decimal(corrected),
      "outcome": .text(outcome.rawValue),
      "isWithinMargin": .flag(difference.isWithinMargin),
      "firstCensored": .integer(Int64(difference.firstCensored)),
      "secondCensored": .integer(Int64(difference.secondCensored)),
      "repeatsNeeded": repeatsNeeded.map { .integer(Int64($0)) } ?? .null,
    ])
  }
}
