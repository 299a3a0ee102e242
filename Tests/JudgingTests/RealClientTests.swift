import Dissection
import Foundation
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import TopologyFile
import Wire

/// A capture of libtorrent 2.0.8: a seed at 1 MiB/s and eight leechers at 256 KiB/s for 92 s. A client that millions use
/// keeps the protocol, so whoever blames it is wrong.
@Suite struct RealClientTests {
  private static let capture: String = {
    let shared =
      ProcessInfo.processInfo.environment["SWARMLAB_SHARED"]
      ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared").standardized.path()
    return shared + "/captures/made/libtorrent_choking_lo.pcap.gz"
  }()
  private static let isThere = FileManager.default.fileExists(atPath: capture)

  /// A plan that knows no peers, with the payload's measure taken from the requests in the trace.
  private static func plan(for trace: Trace) -> Plan {
    var (pieces, length): (Int64, Int64) = (0, 0)
    for message in trace.messages where message.kind == .request {
      pieces = max(pieces, Int64(message.piece) + 1)
      length = max(length, Int64(message.begin) + Int64(message.length))
    }
    var plan = Stage(leechers: 0, checks: CheckCatalogue.specs.map { CheckPlan(name: $0.name, parameters: [:]) }).plan
    plan.peers = []
    plan.payload.pieceLengthBytes = length
    plan.payload.sizeBytes = pieces * length
    return plan
  }

  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func libtorrentKeepsTheProtocol() throws {
    let trace = try Dissection.trace(ofCapture: Self.capture)
    let zero = trace.coverage.firstTime
    let record = [
      RecordEntry(at: .zero, event: .clock(zeroMonotonic: 0, monotonic: 0, realtime: zero, speed: 1)),
      RecordEntry(
        at: .zero, event: .capture(frames: trace.coverage.frames, bytes: 0, dropped: 0, cutShort: false)),
    ]
    let judgement = Judge.judge(plan: Self.plan(for: trace), record: record, trace: trace)
    let verdicts = judgement.verdicts.filter { $0.check == "protocol-conformance" }
    #expect(verdicts.count == 9)
    for verdict in verdicts {
      #expect(verdict.status == .pass, "\(verdict.subjects) \(verdict.observed) \(verdict.evidence.map(\.text))")
    }
    #expect(ClientsSeen(trace).entries.map(\.name) == ["libtorrent 2.0.8"])
    // Every pair of nine has one whole conversation; the rest were refused before both had greeted.
    #expect(judgement.metrics.swarm.connectionsFromStart == 36)
    // As another parser counted them.
    for (kind, count) in [(MessageID.unchoke, 143), (.choke, 99), (.interested, 84), (.reject, 892)] {
      let ours = judgement.metrics.streams.reduce(0) { sum, stream in
        sum + stream.a.counts[MessageKind.index(of: kind)] + stream.b.counts[MessageKind.index(of: kind)]
      }
      #expect(ours == count, "\(kind)")
    }
    let spans = judgement.scene.timelines.unchokes.flatMap(\.on)
    #expect(spans.count > 100)
  }

  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func whatNeedsARecordIsUndecidedWithoutOne() throws {
    let trace = try Dissection.trace(ofCapture: Self.capture)
    let judgement = Judge.judge(plan: Self.plan(for: trace), record: [], trace: trace)
    for check in ["completion", "integrity", "rate-limit", "upload-slots", "distribution-time"] {
      let reasons = judgement.verdicts.filter { $0.check == check }.map(\.reason)
      let reason = try #require(reasons.first ?? nil)
      #expect(reasons.count == 1)
      #expect(reason.hasPrefix("no plan beside the capture: nobody says "), "\(reason)")
    }
    #expect(judgement.summaries.allSatisfy { $0.status == .undecided })
  }

  /// It re-evaluates every 15 s; its optimistic slots have a clock of their own (30 s), half a second of ticks and freed
  /// slots do the rest, so that a profile of one grid would not do it justice: but the grid is there.
  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func libtorrentsGridIsFound() throws {
    let trace = try Dissection.trace(ofCapture: Self.capture)
    let zero = trace.coverage.firstTime
    let record = [
      RecordEntry(at: .zero, event: .clock(zeroMonotonic: 0, monotonic: 0, realtime: zero, speed: 1)),
      RecordEntry(
        at: .zero, event: .capture(frames: trace.coverage.frames, bytes: 0, dropped: 0, cutShort: false)),
    ]
    var plan = Stage(leechers: 8).plan
    for index in plan.peers.indices {
      plan.peers[index].address = "127.0.1.\(index + 1)"
      plan.peers[index].profile?.period = .seconds(15)
      plan.peers[index].profile?.gridTolerance = .milliseconds(200)
    }
    let scene = Scene(plan: plan, record: record, trace: trace)
    let rounds = try [1, 2].map { ChokeRhythm(try #require(ChokingView(scene, $0))).changedRounds }
    #expect(rounds == [[0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]])
  }
}
