import ArgumentParser
import Foundation
import ProofMatrix

/// Where a table goes.
struct Writing: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Markdown file that holds the table between `<!-- NAME -->` and `<!-- end of NAME -->`; standard output by default.",
      valueName: "file"))
  var output: String?

  /// - Throws: where the file has no such place.
  func write(_ markdown: String, as name: String) throws {
    guard let output else { return print(markdown) }
    let text = try String(contentsOfFile: output, encoding: .utf8)
    let (begin, end) = ("<!-- \(name) -->\n", "<!-- end of \(name) -->")
    guard let start = text.range(of: begin), let stop = text.range(of: end, range: start.upperBound..<text.endIndex)
    else { throw ValidationError("\(output) has no place for it: expected \(begin)…\(end)") }
    let new = text[..<start.upperBound] + "\n" + markdown + "\n" + text[stop.lowerBound...]
    try String(new).write(toFile: output, atomically: true, encoding: .utf8)
  }
}

/// Prints a line of progress at once, into a file too.
func say(_ line: String) {
  print(line)
  fflush(nil)
}

extension ProofTable {
  /// Says what stands against its expectation; the exit status is 1 where something does.
  func conclude(_ runs: Int) throws {
    for complaint in complaints { print("AGAINST its expectation: \(complaint)") }
    print(
      "\(runs) swarms; "
        + (complaints.isEmpty ? "no cell stands against its expectation" : "\(complaints.count) against"))
    if !complaints.isEmpty { throw ExitCode(1) }
  }
}
