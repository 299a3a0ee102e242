import Foundation
import Planning
import SwarmTime

/// What one run shows of peers that went on at another address: what each change came to by `address-change`, and how long
/// those who came back waited for a first unchoke beside those who stayed. All times in swarm seconds.
package struct AddressRun: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    package var peer: String
    package var at: Double
    /// From the change to the first connection from the new address on which both shook hands; nil where there was none.
    package var connection: Double?
    /// From the change to the first payload at the new address; nil where none came.
    package var wait: Double?
    /// Connections that others tried to open to the old address.
    package var attempts: Int
    /// Bytes received anew.
    package var fetchedAgain: Double
    /// Answers of the tracker to others that still named the old address.
    package var staleAnswers: Int
  }

  /// The kind of the leechers: the name of a client, or `native`.
  package let client: String
  package let changes: [Change]
  /// Why the check judged nobody; empty where it did.
  package let troubles: [String]
  /// Waits for a first unchoke, at most `longest` each: of who had just moved, and of who was choked at that moment.
  package let moved: [Double]
  package let stayed: [Double]

  /// Waits are counted up to here.
  package static let longest = 30.0

  /// - Parameter folder: of a run, with `plan.yaml`, `verdicts.json`, `intervals.csv` and `tracker/events.jsonl`.
  /// - Throws: `TrialError` where one of them is not there, or is not as a run writes it.
  package init(folder: String) throws {
    func content(_ name: String) throws -> String {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
        throw TrialError(
          reason: "\(folder) holds no \(name); expected a folder that `swarmlab run` has written, with the check "
            + "address-change")
      }
      return String(decoding: data, as: UTF8.self)
    }
    let (plan, _) = try Plan.read(yaml: try content("plan.yaml"))
    let leechers = plan.peers.filter { $0.role == .leecher }
    do {
      try self.init(
        client: leechers.first?.client.name ?? leechers.first?.client.kind.rawValue ?? "native",
        leechers: Set(leechers.map(\.name)), verdicts: try content("verdicts.json"),
        intervals: try content("intervals.csv"),
        announces: (try content("tracker/events.jsonl"), interval: Self.interval(of: plan.tracker)))
    } catch let error as TrialError {
      throw error
    } catch {
      throw TrialError(reason: "\(folder)/verdicts.json: \(error); expected what `swarmlab run` writes")
    }
  }

  /// A tracker that chooses for itself wants to be asked every half an hour.
  private static func interval(of tracker: TrackerPlan?) -> Double {
    Double((tracker?.announceInterval ?? .seconds(1800)).nanoseconds) / 1e9
  }

  /// - Parameters:
  ///   - leechers: their names.
  ///   - verdicts: the content of `verdicts.json`.
  ///   - intervals: the content of `intervals.csv`.
  ///   - announces: the content of `tracker/events.jsonl`, and the swarm seconds between two announces of a peer.
  /// - Throws: `TrialError` for an observation that is worded otherwise, and what `JSONDecoder` throws.
  package init(
    client: String, leechers: Set<String>, verdicts: String, intervals: String, announces: (String, interval: Double)
  ) throws {
    let tracker = TrackerLog(announces.0, interval: announces.interval)
    let judged = try JSONDecoder().decode(VerdictFile.self, from: Data(verdicts.utf8)).verdicts.filter {
      $0.check == "address-change"
    }
    let changes = try judged.filter { !$0.subjects.isEmpty }.map { try $0.change(tracker) }
    self.client = client
    self.changes = changes
    troubles = judged.filter { $0.subjects.isEmpty }.map { $0.reason ?? $0.observed }
    (moved, stayed) = IntervalTable(intervals, of: leechers).waits(of: changes)
  }
}

/// `verdicts.json`, as far as it is looked at here.
private struct VerdictFile: Decodable {
  struct Verdict: Decodable {
    var check: String
    var subjects: [String]
    var observed: String
    var reason: String?
    var evidence: [Evidence]

    func change(_ tracker: TrackerLog) throws -> AddressRun.Change {
      guard let peer = subjects.first, let begin = evidence.first else {
        throw TrialError(reason: "a verdict of address-change without evidence: \(observed)")
      }
      func seconds(to what: String) -> Double? {
        evidence.first { $0.text.hasPrefix(what) }.map { Double($0.t - begin.t) / 1e9 }
      }
      let (attempts, bytes) = try amounts()
      return AddressRun.Change(
        peer: peer, at: Double(begin.t) / 1e9, connection: seconds(to: "its first connection at "),
        wait: seconds(to: "its first payload at "), attempts: attempts, fetchedAgain: bytes,
        staleAnswers: tracker.answers(naming: try oldAddress(begin.text), after: Double(begin.t) / 1e9))
    }

    /// Of `leecher-01 goes from 127.64.2.1 to 127.64.2.2`.
    private func oldAddress(_ text: String) throws -> String {
      let words = text.split(separator: " ").map(String.init)
      guard words.count == 6, words[1...2] == ["goes", "from"], words[4] == "to" else {
        throw TrialError(reason: "a verdict of address-change begins with: \(text); expected … goes from … to …")
      }
      return words[3]
    }

    /// Of `…; 12 attempts on the dead address, 592 KiB fetched again`.
    private func amounts() throws -> (attempts: Int, bytes: Double) {
      let words = (observed.components(separatedBy: "; ").last ?? "").split(separator: " ").map(String.init)
      let units = ["B": 1.0, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824]
      guard words.count == 10, let attempts = Int(words[0]), let amount = Double(words[6]), let unit = units[words[7]]
      else {
        throw TrialError(
          reason:
            "a verdict of address-change reads: \(observed); expected … attempts on the dead address, … fetched again")
      }
      return (attempts, amount * unit)
    }
  }

  struct Evidence: Decodable {
    /// Swarm nanoseconds.
    var t: Int64
    var text: String
  }

  var verdicts: [Verdict]
}

/// `intervals.csv`: who had whom unchoked, and who was interested in whom.
private struct IntervalTable {
  private struct Line: Hashable {
    var kind: String
    var from: String
    var to: String
  }

  private var spans: [Line: [(start: Double, end: Double)]] = [:]
  /// Sorted.
  private var leechers: [String] = []

  init(_ text: String, of leechers: Set<String>) {
    for row in text.split(separator: "\n").dropFirst() {
      let fields = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count > 4, let start = Double(fields[3]), let end = Double(fields[4]) else { continue }
      spans[Line(kind: fields[0], from: fields[1], to: fields[2]), default: []].append((start: start, end: end))
    }
    self.leechers = Set(spans.keys.map(\.from)).intersection(leechers).sorted()
  }

  /// Over all changes of the run, each of those that come within a second of each other as one: the waits of who moved then,
  /// and of who never had, for an unchoke by any leecher that has never moved by the end of those waits. Who moved is
  /// interested anew from its own change on; who stayed waits from the change on, if it was interested and choked then.
  func waits(of changes: [AddressRun.Change]) -> (moved: [Double], stayed: [Double]) {
    var (moved, stayed): ([Double], [Double]) = ([], [])
    var rest = ArraySlice(changes.sorted { ($0.at, $0.peer) < ($1.at, $1.peer) })
    while let first = rest.first {
      let together = rest.prefix { $0.at < first.at + 1 }
      rest = rest.dropFirst(together.count)
      let movers = Dictionary(together.map { ($0.peer, $0.at) }, uniquingKeysWith: { early, _ in early })
      let ever = Set(changes.filter { $0.at < first.at + AddressRun.longest }.map(\.peer))
      for server in leechers where !ever.contains(server) {
        for peer in leechers where peer != server {
          if let at = movers[peer] {
            if let seconds = wait(of: peer, for: server, from: at, anew: true) { moved.append(seconds) }
          } else if !ever.contains(peer), let seconds = wait(of: peer, for: server, from: first.at, anew: false) {
            stayed.append(seconds)
          }
        }
      }
    }
    return (moved, stayed)
  }

  /// - Parameter anew: from its first interest after that moment; else from that moment, if it is interested then.
  /// - Returns: nil where it is unchoked at that moment, or does not want anything.
  private func wait(of peer: String, for server: String, from at: Double, anew: Bool) -> Double? {
    let unchokes = spans[Line(kind: "unchoke", from: server, to: peer)] ?? []
    let interests = spans[Line(kind: "interest", from: peer, to: server)] ?? []
    if unchokes.contains(where: { $0.start <= at && at < $0.end }) { return nil }
    let start: Double
    if anew {
      guard let first = interests.map(\.start).filter({ $0 > at }).min(), first <= at + AddressRun.longest else {
        return nil
      }
      start = first
    } else {
      guard interests.contains(where: { $0.start <= at && at < $0.end }) else { return nil }
      start = at
    }
    let unchoke = unchokes.map(\.start).filter { $0 >= start }.min()
    return min(unchoke.map { $0 - start } ?? .infinity, AddressRun.longest)
  }
}
