import FoundationEssentials
public import Reporting

/// `results.jsonl` in a comparison's folder: a line for each run that is over, written when it is. Whatever ends the
/// comparison, what was measured stays, and the same command goes on from there.
public struct ResultsFile: Sendable {
  public let path: String

  /// A line that is no result: cut off when it was written, or changed since.
  public struct Broken: Hashable, Sendable {
    /// From 1.
    public let line: Int
    public let reason: String
  }

  /// Beyond it no metric of a run can lie, nor a scale be drawn.
  private static let largest = 1e12

  public init(path: String) { self.path = path }

  /// What the file holds; nothing where there is none. Of two results of one run the later counts, unless they are
  /// beside settings that strike other peers.
  public func read() throws(FileFault) -> (results: [RunResult], broken: [Broken]) {
    guard Files.exists(path) else { return ([], []) }
    var results: [RunResult] = []
    var broken: [Broken] = []
    let lines = try Files.read(path).split(separator: "\n", omittingEmptySubsequences: false)
    for (place, line) in lines.enumerated() where !line.isEmpty {
      do {
        let result = try JSONDecoder().decode(RunResult.self, from: Data(line.utf8))
        guard result.schema == RunResult.schema else {
          broken.append(Broken(line: place + 1, reason: "has schema \(result.schema); expected \(RunResult.schema)"))
          continue
        }
        guard result.values.values.allSatisfy({ abs($0.value) <= Self.largest }) else {
          broken.append(Broken(line: place + 1, reason: "holds a value beyond 1e12, or none"))
          continue
        }
        results.removeAll(where: result.replaces)
        results.append(result)
      } catch {
        let last = place == lines.count - 1 ? ", cut off when it was written" : ""
        broken.append(Broken(line: place + 1, reason: "is no result of a run" + last))
      }
    }
    return (results, broken)
  }

  /// Behind what is there; a last line that was cut off is ended first.
  public func append(_ result: RunResult) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try LineFile.append(String(decoding: try encoder.encode(result), as: UTF8.self), to: path)
  }
}
