import Judging

/// Tables for other programs (RFC 4180). Times in swarm seconds, decimals with six places.
extension Comparison {
  /// The content of `runs.csv`: a row for each run and metric.
  public var runsCSV: String {
    var text = "setting,randomSeed,metric,value,censored\n"
    for (place, label) in labels.enumerated() {
      for (turn, seed) in randomSeeds.enumerated() {
        guard let result = results[place][turn] else { continue }
        for key in metrics {
          guard let value = result.values[key.name] else { continue }
          text += "\(Self.field(label)),\(seed),\(Self.field(key.name)),\(Fixed(nearest: value.value)),"
          text += "\(value.isCensored ? 1 : 0)\n"
        }
      }
    }
    return text
  }

  /// The content of `differences.csv`: a row for each pair of settings and metric. Second less first; `repeatsNeeded` is
  /// empty where nothing is open, or where more than can be counted would be needed.
  public var differencesCSV: String {
    var text = "first,second,metric,repeats,firstMean,secondMean,difference,low95,high95,low90,high90,p,pCorrected,"
    text += "outcome,repeatsNeeded\n"
    for contrast in contrasts {
      for finding in contrast.findings {
        let found = finding.difference
        let numbers = [
          found.firstMean, found.secondMean, found.differences.mean, found.interval.low, found.interval.high,
          found.narrow.low, found.narrow.high, found.p, finding.corrected,
        ].map { Fixed(nearest: $0).description }
        let names = [labels[contrast.first], labels[contrast.second], finding.key.name].map(Self.field)
        let needed = finding.repeatsNeeded.map(String.init) ?? ""
        let cells = names + ["\(found.count)"] + numbers + [finding.outcome.rawValue, needed]
        text += cells.joined(separator: ",") + "\n"
      }
    }
    return text
  }

  private static func field(_ text: String) -> String {
    // By code unit: CR and LF, one after the other, are a single character, which is neither of them.
    guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
