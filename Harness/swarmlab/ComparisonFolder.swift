import Comparing
import Reporting

/// Where a comparison leaves what it made: results run by run, and what was written of them in the end.
struct ComparisonFolder {
  let path: String
  let results: ResultsFile
  /// Folders of the runs.
  var runs: String { path + "/runs" }

  /// A new one in `runs/<name>`, made at once, so that no other of the same second has it too; the latest there with
  /// `resume`, or `output`, whatever it holds.
  init(_ matrix: ComparisonMatrix, output: String?, resume: Bool) throws {
    let home = "runs/\(matrix.name)"
    let front = "compare-"
    if let output {
      path = output.count > 1 && output.hasSuffix("/") ? String(output.dropLast()) : output
    } else if resume {
      let names = Files.exists(home) ? try Files.names(in: home) : []
      guard let latest = names.last(where: { $0.hasPrefix(front) }) else {
        throw Failure(
          state: .usage, what: "there is no comparison to go on with", place: home, expected: "a folder \(front)…",
          mend: "leave out --resume, or name the folder with --output")
      }
      path = "\(home)/\(latest)"
    } else {
      path = try Files.makeFolderOfItsOwn("\(home)/\(front)\(RunFolder.stamp(RealTime.secondsSince1970()))")
    }
    results = ResultsFile(path: path + "/results.jsonl")
  }

  func write(_ standings: Standings, _ comparison: Comparison) throws {
    try Files.write(standings.json, to: path + "/tournament.json")
    try Files.write(TournamentPage(standings).html, to: path + "/tournament.html")
    try Files.write(comparison.runsCSV, to: path + "/runs.csv")
  }

  func write(_ comparison: Comparison) throws {
    try Files.write(comparison.json, to: path + "/comparison.json")
    try Files.write(comparison.runsCSV, to: path + "/runs.csv")
    try Files.write(comparison.differencesCSV, to: path + "/differences.csv")
    try Files.write(ComparisonPage(comparison).html, to: path + "/comparison.html")
  }
}
