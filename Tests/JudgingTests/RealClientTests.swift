import Dissection
import Foundation
import Judging
import Planning
import SwarmTime
import Testing
import TopologyFile
import Wire

/// A capture of libtorrent 2.0.8 without plan or record: a seed at 1 MiB/s and eight leechers at 256 KiB/s for 92 s, four
/// slots each.
@Suite struct RealClientTests {
  private static let folder: String = {
    let shared =
      ProcessInfo.processInfo.environment["SWARMLAB_SHARED"]
      ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared").standardized.path()
    return shared + "/captures/made/"
  }()
  private static let capture = folder + "libtorrent_choking_lo.pcap.gz"
  private static let isThere = FileManager.default.fileExists(atPath: capture)
  private static let encrypted = folder + "local_lt208_mse_rc4_lo.pcap"

  private static let all = CheckCatalogue.specs.map { CheckPlan(name: $0.name, parameters: [:]) }

  /// libtorrent's profile as it ships, with the slots of this capture.
  private static func libtorrent() throws -> Profile {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Harness/Clients/libtorrent.profile.yaml").standardized.path()
    var profile = try NamedProfile(bytes: Array(try Data(contentsOf: URL(filePath: path))), file: path).profile
    (profile.slots, profile.seedSlots) = (3, 4)
    return profile
  }

  private static func judge(_ capture: String, profile: Profile? = nil) throws -> Judgement {
    let trace = try Dissection.trace(ofCapture: capture)
    let strangers = Strangers(trace)
    let plan = strangers.plan(name: "strangers", checks: all) { _ in .init(profile: profile) }
    return Judge.judge(strangers, plan: plan, trace: trace)
  }

  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func whoTheyAreIsReadFromTheWire() throws {
    let strangers = Strangers(try Dissection.trace(ofCapture: Self.capture))
    #expect(strangers.peers.map(\.name) == (1...9).map { "127.0.1.\($0)" })
    #expect(strangers.peers.map(\.isSeed) == [true] + Array(repeating: false, count: 8))
    #expect(strangers.peers.allSatisfy { $0.isKnown })
    // One for each connection.
    #expect(strangers.peers.allSatisfy { $0.peerIDs.count >= 8 })
    #expect(strangers.peers.allSatisfy { $0.peerIDs.allSatisfy { $0.starts(with: Array("-LT2080-".utf8)) } })
    #expect(strangers.torrents == 1)
    #expect(strangers.payload.pieceLengthBytes == 262_144)
  }

  /// As another parser read them, frame by frame.
  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func everyChokeAndInterestIsWhereAnotherParserSawIt() throws {
    struct Event: Hashable {
      var frame: Int
      var from: String
      var to: String
      var kind: String
    }
    let names: [MessageID: String] = [
      .choke: "choke", .unchoke: "unchoke", .interested: "interested", .notInterested: "notint",
    ]
    let trace = try Dissection.trace(ofCapture: Self.capture)
    var ours: [Event: [Int64]] = [:]
    let byID = Dictionary(trace.connections.map { ($0.id, $0) }) { first, _ in first }
    for message in trace.messages {
      guard let kind = message.kind.flatMap({ names[$0] }) else { continue }
      let connection = try #require(byID[Int(message.connection)])
      let event = Event(
        frame: Int(message.frame), from: connection.side(Int(message.from)).endpoint.address,
        to: connection.side(1 - Int(message.from)).endpoint.address, kind: kind)
      ours[event, default: []].append(message.time - trace.coverage.firstTime)
    }
    let table = try String(contentsOfFile: Self.folder + "libtorrent_choking_lo.events.csv", encoding: .utf8)
    var count = 0
    for line in table.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",").map(String.init)
      guard names.values.contains(cells[3]) else { continue }
      let event = Event(frame: try #require(Int(cells[4])), from: cells[1], to: cells[2], kind: cells[3])
      let time = Int64((try #require(Double(cells[0])) * 1e9).rounded())
      var times = ours[event] ?? []
      let place = times.firstIndex { abs($0 - time) < 2_000 }
      let found = try #require(place, "\(line) was not seen")
      times.remove(at: found)
      ours[event] = times.isEmpty ? nil : times
      count += 1
    }
    #expect(ours.isEmpty)
    // 143 unchokes, 99 chokes, 84 times interested, 20 times no more.
    #expect(count == 346)
  }

  /// A client that millions use keeps the protocol, so whoever blames it is wrong.
  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func libtorrentKeepsTheProtocol() throws {
    let judgement = try Self.judge(Self.capture)
    let verdicts = judgement.verdicts.filter { $0.check == "protocol-conformance" }
    #expect(verdicts.count == 9)
    for verdict in verdicts {
      #expect(verdict.status == .pass, "\(verdict.subjects) \(verdict.observed) \(verdict.evidence.map(\.text))")
    }
    #expect(ClientsSeen(judgement.scene.trace).entries.map(\.name) == ["libtorrent 2.0.8"])
    // Every pair of nine has one whole conversation; the rest were refused before both had greeted.
    #expect(judgement.metrics.swarm.connectionsFromStart == 36)
    for (kind, count) in [(MessageID.unchoke, 143), (.choke, 99), (.interested, 84), (.reject, 892)] {
      let ours = judgement.metrics.streams.reduce(0) { sum, stream in
        sum + stream.a.counts[MessageKind.index(of: kind)] + stream.b.counts[MessageKind.index(of: kind)]
      }
      #expect(ours == count, "\(kind)")
    }
  }

  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func whatNobodySaysIsUndecided() throws {
    let judgement = try Self.judge(Self.capture)
    for check in ["completion", "integrity", "rate-limit", "distribution-time"] {
      let reasons = judgement.verdicts.filter { $0.check == check }.map(\.reason)
      let reason = try #require(reasons.first ?? nil)
      #expect(reasons.count == 1)
      #expect(reason.hasPrefix("no plan beside the capture: nobody says "), "\(reason)")
    }
    for check in ["upload-slots", "rechoke-interval", "optimistic-unchoke", "tit-for-tat"] {
      let verdicts = judgement.verdicts.filter { $0.check == check }
      #expect(!verdicts.isEmpty && verdicts.allSatisfy { $0.status == .undecided && $0.reason != nil }, "\(check)")
    }
  }

  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func libtorrentChokesAsItsProfileSays() throws {
    let judgement = try Self.judge(Self.capture, profile: try Self.libtorrent())
    for verdict in judgement.verdicts where ["upload-slots", "rechoke-interval"].contains(verdict.check) {
      #expect(verdict.status == .pass, "\(verdict.subjects) \(verdict.observed) \(verdict.evidence.map(\.text))")
    }
    for verdict in judgement.verdicts where verdict.check == "optimistic-unchoke" {
      #expect(verdict.status != .fail, "\(verdict.subjects) \(verdict.observed) \(verdict.evidence.map(\.text))")
    }
  }

  /// A profile that says something else is found out: rounds of 10 s, or two slots.
  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func anotherProfileIsNotLibtorrents() throws {
    var fast = try Self.libtorrent()
    (fast.period, fast.optimisticPeriod, fast.restartsOnVacancy) = (.seconds(10), nil, false)
    fast.gridTolerance = .milliseconds(600)
    let rounds = try Self.judge(Self.capture, profile: fast).verdicts.filter { $0.check == "rechoke-interval" }
    #expect(rounds.contains { $0.status == .fail })
    var narrow = try Self.libtorrent()
    (narrow.slots, narrow.seedSlots) = (1, 2)
    let slots = try Self.judge(Self.capture, profile: narrow).verdicts.filter { $0.check == "upload-slots" }
    #expect(slots.allSatisfy { $0.status == .fail })
  }

  /// Nobody told it what to look for.
  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func itsClocksAreMeasured() throws {
    let trace = try Dissection.trace(ofCapture: Self.capture)
    let strangers = Strangers(trace)
    let plan = strangers.plan(name: "strangers", checks: []) { _ in .init() }
    let measure = ChokingMeasure(Scene(strangers, plan: plan, trace: trace), peers: Array(0..<9))
    let rounds = try #require(measure.rounds)
    #expect(abs(rounds.period.seconds - 15) < 0.1)
    #expect(measure.mostOfLeechers == 4 && measure.mostOfSeeds == 4 && measure.usual == 4)
    #expect(measure.losses > 0 && measure.lossesChoked == measure.losses)
  }

  @Test(.enabled(if: isThere, "the reference captures are not here"))
  func whatIsEncryptedIsNotJudged() throws {
    let judgement = try Self.judge(Self.encrypted, profile: try Self.libtorrent())
    let dependent = ["upload-slots", "rechoke-interval", "optimistic-unchoke", "tit-for-tat", "starvation"]
    for check in dependent {
      let verdicts = judgement.verdicts.filter { $0.check == check }
      #expect(verdicts.count == 1, "\(check)")
      #expect(verdicts.first?.status == .undecided)
      #expect(verdicts.first?.reason?.contains("turn encryption off") == true, "\(verdicts.first?.reason ?? "")")
    }
  }
}
