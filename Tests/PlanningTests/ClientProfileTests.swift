import Foundation
import Planning
import SwarmTime
import Testing
import TopologyFile

/// The profile of a run's peer is its client's, as the topology's options make it.
@Suite struct ClientProfileTests {
  private static let shelf: ClientShelf = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Harness/Clients")
      .standardized.path()
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".client.yaml") }.map { String($0.dropLast(".client.yaml".count)) }.sorted()
    return ClientShelf(folder: folder, names: names) { path in
      (try? Data(contentsOf: URL(filePath: path))).map { .init(file: path, folder: folder, bytes: Array($0)) }
    }
  }()

  /// Those that a client is known to fail.
  private static let checks = [
    "newcomer-latency", "optimistic-unchoke", "protocol-conformance", "rate-limit", "rechoke-interval", "tit-for-tat",
    "upload-slots",
  ].map { CheckSpec(name: $0, summary: "", parameters: []) }

  private static func profile(_ client: String, _ options: String = "") throws -> Profile? {
    try plan(client, options).peers[1].profile
  }

  private static func plan(_ client: String, _ options: String) throws -> Plan {
    let text = """
      name: one
      payload: {size: 1 MiB}
      peers: {seed: {role: seed}, mine: {client: {name: \(client), options: {\(options)}}}}
      until: {time: 1 min}
      """
    let read = TopologyReader.read(text: text, file: "t.swarm.yaml", checks: checks, clients: shelf)
    return try Planner.plan(try #require(read.topology, "\(read.diagnostics)"))
  }

  @Test func thoseThatShipAreJudgedByTheirOwnProfiles() throws {
    for client in ["aria2", "libtorrent", "qbittorrent", "rtorrent", "transmission"] {
      #expect(try Self.profile(client)?.slots != nil, "\(client)")
    }
    #expect(try Self.profile("ctorrent") == nil)
    #expect(try Self.profile("transmission")?.slots == 14)
    #expect(try Self.profile("rtorrent", "slots: 6")?.seedSlots == 6)
  }

  @Test func libtorrentsOptionsAreInItsProfile() throws {
    let own = try #require(try Self.profile("libtorrent"))
    #expect(own.slots == 7 && own.optimisticSlots == 1 && own.seedRule == .roundRobin && own.period == .seconds(15))
    let wide = try #require(try Self.profile("libtorrent", "slots: 20, seedChokingAlgorithm: anti-leech"))
    #expect(wide.slots == 16 && wide.optimisticSlots == 4 && wide.seedRule == .antiLeech)
    let told = try #require(try Self.profile("libtorrent", "slots: 6, optimisticSlots: 2, unchokeInterval: 10"))
    #expect(told.slots == 4 && told.optimisticSlots == 2)
    #expect(told.period == .seconds(10) && told.rateWindow == .seconds(10) && told.tenure == .seconds(30))
    let slow = try #require(try Self.profile("libtorrent", "optimisticUnchokeInterval: 60"))
    #expect(slow.tenure == .seconds(60) && slow.optimisticPeriod == .seconds(60))
    let rated = try #require(try Self.profile("libtorrent", "chokingAlgorithm: rate-based, slots: 4"))
    #expect(rated.slots == nil && !rated.immediateUnchoke)
  }

  @Test(arguments: [("globalSlots: 4", 4), ("slots: 6, globalSlots: 4", 4), ("slots: 6, globalSlots: 9", 6), ("", 50)])
  func ofRTorrentsTwoLimitsTheSmallerBinds(options: String, slots: Int) throws {
    let profile = try #require(try Self.profile("rtorrent", options))
    #expect(profile.slots == slots && profile.optimisticSlots == 0)
    #expect(profile.seedSlots ?? slots == slots)
  }

  @Test func explainTellsWhatAPeerIsJudgedBy() throws {
    func row(_ options: String) throws -> String {
      let text = PlanExplanation.text(try Self.plan("libtorrent", options), checks: [])
      return try #require(text.split(separator: "\n").first { $0.contains("mine ") }.map(String.init))
    }
    #expect(try row("slots: 4").contains("libtorrent, judged by 3+1 slots and rounds of 15 s"))
    #expect(
      try row("chokingAlgorithm: rate-based").contains("libtorrent, judged by slots of its own and rounds of 15 s"))
  }

  /// Whatever a topology may set, a judge has a profile to go by.
  @Test func everyValueOfEveryOptionGivesAProfile() throws {
    for name in Self.shelf.names {
      let read = try #require(ClientFileReader.find(name, from: "", shelf: Self.shelf, checks: Self.checks))
      let client = try #require(read.client, "\(read.diagnostics)")
      for option in client.options {
        let values: [String] =
          switch option.values {
          case .any: []
          case .words(let words): words
          case .whole(let range): [range.lowerBound, range.upperBound].map(String.init)
          }
        for value in values {
          #expect(throws: Never.self) { try Self.profile(name, "\(option.name): \"\(value)\"") }
        }
      }
    }
  }
}
