import ArgumentParser
import Foundation
import ProofMatrix

struct LimitsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits",
    abstract: "Searches for the smallest doses that are found in every one of many swarms on ideal links.",
    discussion: """
      300 found of 300 show a chance of at least 0.99, at a confidence of 95 % (one-sided); 20 of 20 show only 0.86.
      """)

  @OptionGroup var play: PlayOptions
  @OptionGroup var writing: Writing
  @Option(help: ArgumentHelp("Swarms for each dose.", valueName: "n"))
  var runs = 300
  @Option(help: ArgumentHelp("Only those with this in their title.", valueName: "text"))
  var only: [String] = []

  func run() async throws {
    var lines = [
      "| what | scene | check | limit | found | 95 % interval | next lower dose | found | 95 % interval |",
      "|---|---|---|---|---|---|---|---|---|",
    ]
    for limit in DetectionLimit.all where only.isEmpty || only.contains(where: { limit.title.contains($0) }) {
      print("\(limit.title) (\(limit.check) in \(limit.scene.name)):")
      let tried = try await limit.search(runs: runs, width: play.width) { print("  \(words($0, limit))") }
      let found = tried.first { $0.isAlways }
      let next = tried.last { $0.dose != found?.dose && !$0.isAlways }
      lines.append(
        "| \(limit.title) | `\(limit.scene.name)` | `\(limit.check)` | \(cells(found, limit)) | \(cells(next, limit)) |"
      )
    }
    try writing.write(lines.joined(separator: "\n") + "\n", as: "limits")
  }

  private func cells(_ tried: DetectionLimit.Tried?, _ limit: DetectionLimit) -> String {
    guard let tried else { return "none | | " }
    return "\(limit.describe(tried.dose)) | \(tried.found) of \(tried.n) | \(interval(tried))"
  }

  private func words(_ tried: DetectionLimit.Tried, _ limit: DetectionLimit) -> String {
    "\(limit.describe(tried.dose)): found in \(tried.found) of \(tried.n), \(interval(tried))"
  }

  private func interval(_ tried: DetectionLimit.Tried) -> String {
    String(format: "%.4f to %.4f", tried.interval.low, tried.interval.high)
  }
}
