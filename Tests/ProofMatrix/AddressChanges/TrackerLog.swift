import Foundation

/// What our tracker wrote of those that it heard (`tracker/events.jsonl`): for how long it went on naming somebody by an
/// address at which nobody was any more.
struct TrackerLog {
  private struct Line: Decodable {
    /// Swarm nanoseconds.
    var t: Int64
    var address: String
    var peerID: String?
    /// Peers named in the answer.
    var given: Int?

    var host: Substring { address.prefix { $0 != ":" } }
  }

  /// In the order in which they came.
  private let lines: [Line]
  private let patience: Double

  /// - Parameter interval: between announces, in swarm seconds. Whoever is silent for two and a half is forgotten.
  init(_ text: String, interval: Double) {
    let decoder = JSONDecoder()
    // The last line may be cut short.
    lines = text.split(separator: "\n").compactMap { try? decoder.decode(Line.self, from: Data($0.utf8)) }
    patience = interval * 2.5
  }

  /// Answers to others after `at`, in swarm seconds, until the tracker learned that nobody is at that address: by word of
  /// that peer, from elsewhere or goodbye, by another one at its place, or by silence. In a swarm that one answer holds
  /// whole each named it.
  func answers(naming address: String, after at: Double) -> Int {
    guard let last = lines.last(where: { $0.host == address && seconds($0) <= at }) else { return 0 }
    var answers = 0
    for line in lines where seconds(line) > at {
      if line.peerID == last.peerID || line.host == address || seconds(line) > seconds(last) + patience { break }
      if line.given ?? 0 > 0 { answers += 1 }
    }
    return answers
  }

  private func seconds(_ line: Line) -> Double { Double(line.t) / 1e9 }
}
