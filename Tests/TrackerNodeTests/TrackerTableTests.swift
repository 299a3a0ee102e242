import SwarmTime
import Testing
import TrackerNode
import Wire

@Suite("The tracker's table")
struct TrackerTableTests {
  static let infoHash = [UInt8](repeating: 7, count: 20)

  static func announce(
    _ peer: Int, left: Int64 = 1, event: AnnounceRequest.Event? = nil, numwant: Int? = nil, port: UInt16 = 7000,
    infoHash: [UInt8] = infoHash, ip: String? = nil, ipv6: String? = nil, key: String? = nil
  ) -> AnnounceRequest {
    let digits = "\(peer)"
    let peerID = "-SL0001-" + String(repeating: "0", count: 12 - digits.count) + digits
    return AnnounceRequest(
      infoHash: infoHash, peerID: Array(peerID.utf8), port: port, left: left, event: event, numwant: numwant, ip: ip,
      ipv6: ipv6, key: key)
  }

  static func address(_ peer: Int) -> String { "127.64.\(peer / 256).\(peer % 256)" }

  /// A table in which the first `count` peers have announced themselves at swarm time 0; the first is a seed.
  static func table(_ count: Int, _ settings: TrackerSettings = TrackerSettings(interval: 30)) -> TrackerTable {
    var table = TrackerTable(settings)
    for peer in 0..<count {
      _ = table.announce(announce(peer, left: peer == 0 ? 0 : 1, event: .started), from: address(peer), at: .zero)
    }
    return table
  }

  @Test("An answer counts seeds and leechers, and names the others, not the asker")
  func answer() {
    var table = Self.table(4)
    let answer = table.announce(Self.announce(2), from: Self.address(2), at: .seconds(1))
    #expect(answer.interval == 30)
    #expect(answer.complete == 1)
    #expect(answer.incomplete == 3)
    #expect(Set(answer.peers.map(\.address)) == [Self.address(0), Self.address(1), Self.address(3)])
    #expect(answer.peers.allSatisfy { $0.port == 7000 && $0.peerID?.count == 20 })
  }

  @Test("A goodbye from the place that a peer has moved away from does not take it out of its new one")
  func lateGoodbye() {
    var table = TrackerTable(TrackerSettings(interval: 30))
    func announce(_ address: String, _ port: UInt16, _ event: AnnounceRequest.Event?) -> Int? {
      let request = Self.announce(1, event: event, port: port, key: "1234abcd")
      return table.announce(request, from: address, at: .zero).incomplete
    }
    #expect(announce("127.64.0.1", 7000, .started) == 1)
    #expect(announce("127.64.0.2", 7000, nil) == 1)
    #expect(announce("127.64.0.1", 7000, .stopped) == 1)
    // Another port is another place, too.
    #expect(announce("127.64.0.2", 7001, nil) == 1)
    #expect(announce("127.64.0.2", 7000, .stopped) == 1)
    #expect(announce("127.64.0.2", 7001, .stopped) == 0)
  }

  @Test("A peer that gave a key moves with it only; nobody else can move it or say goodbye for it")
  func keys() {
    var table = TrackerTable(TrackerSettings(interval: 30))
    func announce(_ address: String, key: String?, event: AnnounceRequest.Event? = nil) -> AnnounceResponse {
      table.announce(Self.announce(1, event: event, key: key), from: address, at: .zero)
    }
    func others() -> [String] {
      table.announce(Self.announce(2), from: "127.64.0.99", at: .zero).peers.map(\.address)
    }
    _ = announce("127.64.0.1", key: "1234abcd", event: .started)
    for key in ["1234abce", nil] {
      #expect(announce("127.64.0.2", key: key).failureReason?.contains("another key") == true)
      #expect(announce("127.64.0.2", key: key, event: .stopped).failureReason != nil)
      #expect(others() == ["127.64.0.1"])
    }
    #expect(announce("127.64.0.2", key: "1234abcd").failureReason == nil)
    #expect(others() == ["127.64.0.2"])
    // Started anew at the same address it may have another.
    #expect(announce("127.64.0.2", key: "5").failureReason == nil)
    #expect(announce("127.64.0.2", key: "5", event: .stopped).failureReason == nil)
    #expect(others() == [])
  }

  @Test("Strangers cannot fill the memory: beyond its bounds it refuses newcomers, until others have gone")
  func bounds() {
    var settings = TrackerSettings(interval: 30)
    settings.mostTorrents = 3
    settings.mostPeersOfTorrent = 2
    var table = TrackerTable(settings)
    func announce(_ peer: Int, torrent: UInt8 = 0, at seconds: Double = 0) -> String? {
      let request = Self.announce(peer, infoHash: [UInt8](repeating: torrent, count: 20))
      return table.announce(request, from: Self.address(peer), at: .seconds(seconds)).failureReason
    }
    #expect(announce(1) == nil && announce(2) == nil)
    #expect(announce(3) == "this torrent has 2 peers already")
    #expect(announce(1) == nil)
    #expect(announce(1, torrent: 1) == nil && announce(1, torrent: 2) == nil)
    #expect(announce(1, torrent: 3) == "this tracker serves 3 torrents already")
    // After two and a half intervals of silence there is room; so there is for the third peer.
    #expect(announce(1, torrent: 3, at: 76) == nil)
    #expect(announce(3, at: 76) == nil && announce(4, at: 76) == nil)
    #expect(announce(5, at: 76) != nil)
  }

  @Test("Nor by peers of many torrents, or by long keys")
  func boundsInAll() {
    var settings = TrackerSettings(interval: 30)
    settings.mostPeers = 3
    var table = TrackerTable(settings)
    func announce(
      _ peer: Int, torrent: UInt8, event: AnnounceRequest.Event? = nil, at seconds: Double = 0
    ) -> String? {
      let request = Self.announce(peer, event: event, infoHash: [UInt8](repeating: torrent, count: 20))
      return table.announce(request, from: Self.address(peer), at: .seconds(seconds)).failureReason
    }
    for torrent in 0..<3 as Range<UInt8> { #expect(announce(1, torrent: torrent) == nil) }
    #expect(announce(1, torrent: 3) == "this tracker knows 3 peers already")
    #expect(announce(2, torrent: 0) == "this tracker knows 3 peers already")
    // Who is known already goes on; who leaves makes room.
    #expect(announce(1, torrent: 2) == nil && announce(1, torrent: 0, event: .stopped) == nil)
    #expect(announce(2, torrent: 1) == nil && announce(3, torrent: 1) != nil)
    // So does whoever is silent for two and a half intervals, in whatever torrent.
    #expect(announce(3, torrent: 1, at: 76) == nil && announce(4, torrent: 4, at: 76) == nil)
    let long = Self.announce(9, key: String(repeating: "k", count: 65))
    let answer = table.announce(long, from: Self.address(9), at: .seconds(76))
    #expect(answer.failureReason == "key has 65 bytes, expected at most 64")
  }

  @Test("A second address is told where stated addresses are believed, and counts as one of those wanted")
  func secondAddress() {
    for honours in [true, false] {
      var table = TrackerTable(TrackerSettings(interval: 30, honoursIP: honours))
      _ = table.announce(Self.announce(1, ipv6: "2001:db8::7"), from: "127.64.0.1", at: .zero)
      let answer = table.announce(Self.announce(2), from: "127.64.0.2", at: .zero)
      #expect(answer.peers.map(\.address) == (honours ? ["127.64.0.1", "2001:db8::7"] : ["127.64.0.1"]))
      #expect(table.announce(Self.announce(2, numwant: 1), from: "127.64.0.2", at: .zero).peers.count == 1)
    }
  }

  @Test(
    "As many peers as wanted are named, up to the limit",
    arguments: [(nil, 50), (0, 0), (7, 7), (50, 50), (1000, 50)] as [(Int?, Int)])
  func numwant(_ wanted: Int?, _ given: Int) {
    var table = Self.table(100)
    let answer = table.announce(Self.announce(5, numwant: wanted), from: Self.address(5), at: .zero)
    #expect(answer.peers.count == given)
    #expect(Set(answer.peers).count == given)
  }

  @Test("Every other peer is named about equally often, and the seed decides who")
  func fairness() {
    var table = Self.table(41)
    var counts: [String: Int] = [:]
    for _ in 0..<4000 {
      for peer in table.announce(Self.announce(3, numwant: 10), from: Self.address(3), at: .zero).peers {
        counts[peer.address, default: 0] += 1
      }
    }
    #expect(counts.count == 40)
    // 1000 expected for each; the standard deviation is 27.
    for count in counts.values { #expect(abs(count - 1000) < 170) }

    let draw = { (seed: UInt64) in
      var table = Self.table(100, TrackerSettings(randomSeed: seed))
      return table.announce(Self.announce(3), from: Self.address(3), at: .zero).peers
    }
    #expect(draw(1) == draw(1))
    #expect(draw(1) != draw(2))
  }

  @Test("A peer that completes becomes a seed, and is counted once among the completions")
  func completing() {
    var table = Self.table(3)
    let answer = table.announce(Self.announce(1, left: 0, event: .completed), from: Self.address(1), at: .zero)
    #expect(answer.complete == 2 && answer.incomplete == 1)
    _ = table.announce(Self.announce(1, left: 0), from: Self.address(1), at: .zero)
    let file = table.scrape(ScrapeRequest(infoHashes: [Self.infoHash]), at: .zero).files.first
    #expect(file == .init(infoHash: Self.infoHash, complete: 2, downloaded: 1, incomplete: 1))
  }

  @Test("A peer that stops is gone, gets no peers, and may stop twice")
  func stopping() {
    var table = Self.table(3)
    for _ in 0..<2 {
      let answer = table.announce(Self.announce(0, left: 0, event: .stopped), from: Self.address(0), at: .zero)
      #expect(answer.complete == 0 && answer.incomplete == 2 && answer.peers.isEmpty)
    }
    let answer = table.announce(Self.announce(1), from: Self.address(1), at: .zero)
    #expect(answer.peers.map(\.address) == [Self.address(2)])
  }

  @Test("Silence for two and a half intervals ends a peer; an announce renews it")
  func expiry() {
    var table = Self.table(3)
    _ = table.announce(Self.announce(1), from: Self.address(1), at: .seconds(30))
    var answer = table.announce(Self.announce(9), from: Self.address(9), at: .seconds(74.9))
    #expect(answer.complete == 1 && answer.incomplete == 3)
    answer = table.announce(Self.announce(9), from: Self.address(9), at: .seconds(75))
    #expect(answer.complete == 0 && answer.incomplete == 2)
    #expect(answer.peers.map(\.address) == [Self.address(1)])
    #expect(table.scrape(ScrapeRequest(infoHashes: []), at: .seconds(104.9)).files.first?.incomplete == 2)
    #expect(table.scrape(ScrapeRequest(infoHashes: []), at: .seconds(105)).files.first?.incomplete == 1)
  }

  @Test("Setting the clock anew gives everybody their time again")
  func restart() {
    var table = Self.table(3)
    table.restart(at: .seconds(-100))
    #expect(table.scrape(ScrapeRequest(infoHashes: []), at: .seconds(-25.1)).files.first?.incomplete == 2)
    #expect(table.scrape(ScrapeRequest(infoHashes: []), at: .seconds(-25)).files.first?.incomplete == 0)
  }

  @Test("A peer that comes from another address has moved; a new peer at an old address replaces the old one")
  func moving() {
    var table = Self.table(3)
    _ = table.announce(Self.announce(1), from: "127.64.9.9", at: .zero)
    var answer = table.announce(Self.announce(0, left: 0), from: Self.address(0), at: .zero)
    #expect(Set(answer.peers.map(\.address)) == ["127.64.9.9", Self.address(2)])
    _ = table.announce(Self.announce(50, event: .started), from: Self.address(2), at: .zero)
    answer = table.announce(Self.announce(0, left: 0), from: Self.address(0), at: .zero)
    #expect(answer.incomplete == 2)
    #expect(Set(answer.peers.map(\.peerID)) == [Self.announce(1).peerID, Self.announce(50).peerID])
    // The same address with another port is another peer.
    _ = table.announce(Self.announce(51, port: 7001), from: Self.address(2), at: .zero)
    #expect(table.scrape(ScrapeRequest(infoHashes: []), at: .zero).files.first?.incomplete == 3)
  }

  @Test("A peer that cannot be reached is counted, and named to nobody")
  func unreachable() {
    var table = Self.table(2)
    _ = table.announce(Self.announce(8, port: 0), from: Self.address(8), at: .zero)
    let answer = table.announce(Self.announce(1), from: Self.address(1), at: .zero)
    #expect(answer.incomplete == 2)
    #expect(answer.peers.map(\.address) == [Self.address(0)])
  }

  @Test("A stated address is believed only when asked for", arguments: [false, true])
  func statedAddress(_ honours: Bool) {
    var table = TrackerTable(TrackerSettings(honoursIP: honours))
    _ = table.announce(Self.announce(1, ip: "10.0.0.1"), from: Self.address(1), at: .zero)
    let answer = table.announce(Self.announce(2), from: Self.address(2), at: .zero)
    #expect(answer.peers.map(\.address) == [honours ? "10.0.0.1" : Self.address(1)])
  }

  @Test("Torrents do not mix, and one that nobody is in is forgotten")
  func torrents() {
    var table = Self.table(3)
    let other = [UInt8](repeating: 3, count: 20)
    let answer = table.announce(Self.announce(1, infoHash: other), from: Self.address(1), at: .zero)
    #expect(answer.peers.isEmpty && answer.incomplete == 1)
    #expect(table.scrape(ScrapeRequest(infoHashes: []), at: .zero).files.map(\.infoHash) == [other, Self.infoHash])
    _ = table.announce(Self.announce(1, event: .stopped, infoHash: other), from: Self.address(1), at: .zero)
    #expect(table.scrape(ScrapeRequest(infoHashes: []), at: .zero).files.map(\.infoHash) == [Self.infoHash])
    #expect(table.scrape(ScrapeRequest(infoHashes: [other]), at: .zero).files.isEmpty)
  }

  @Test("Joining, leaving and expiring at random never confuses the figures", arguments: 0..<10 as Range<UInt64>)
  func churn(_ seed: UInt64) {
    var source = RandomSource(seed: seed)
    var table = TrackerTable(TrackerSettings(interval: 10, randomSeed: seed))
    var model: [Int: (expires: Double, isSeed: Bool)] = [:]
    var now = 0.0
    for _ in 0..<2000 {
      now += source.unit()
      let peer = source.below(60)
      model = model.filter { $0.value.expires > now }
      let isSeed = source.below(3) == 0
      let stops = source.below(4) == 0
      model[peer] = stops ? nil : (now + 25, isSeed)
      let answer = table.announce(
        Self.announce(peer, left: isSeed ? 0 : 1, event: stops ? .stopped : nil), from: Self.address(peer),
        at: .seconds(now))
      #expect(answer.complete == model.values.filter(\.isSeed).count)
      #expect(answer.incomplete == model.values.filter { !$0.isSeed }.count)
      let expected = stops ? [] : Set(model.keys.filter { $0 != peer }.map(Self.address))
      #expect(Set(answer.peers.map(\.address)).isSubset(of: expected))
      #expect(answer.peers.count == min(50, expected.count))
    }
  }
}
