import Dissection
import Judging
import Replaying
import Staging
import Testing
import TopologyFile
import Wire

@Suite("A topology derived from a workload")
struct ReenactTests {
  private static func workload() -> Workload {
    var workload = Workload()
    workload.pieceCount = 10
    workload.pieceLength = 65536
    workload.size = 600_000
    workload.duration = 100
    workload.bytes = [[Double]](repeating: [0, 0, 0], count: 3)
    var seed = Workload.Peer(address: "10.0.0.1", client: "-LT2080-")
    seed.isSeed = true
    seed.sessions = [0...100]
    (seed.upload, seed.mostSlots) = (100_000, 4)
    var steady = Workload.Peer(address: "10.0.0.2", client: "")
    steady.sessions = [1...100]
    steady.completes = 50
    (steady.upload, steady.download, steady.mostSlots) = (20_000.4, 50_000, 5)
    var fleeting = Workload.Peer(address: "10.0.0.3", client: "")
    fleeting.sessions = [2...10, 20...60]
    fleeting.completes = 55
    fleeting.piecesAtStart = 3
    fleeting.addressChanges = [30]
    workload.peers = [seed, steady, fleeting]
    return workload
  }

  @Test("Peers, times, rates, slots, absences, departures and changes of address are in the file")
  func lines() {
    let derived = DerivedTopology(Self.workload(), name: "again", speed: 10) { _ in nil }
    let lines = derived.text.split(separator: "\n").map(String.init)
    #expect(lines.contains("speed: 10") && lines.contains("payload: {size: 600000 B, pieceLength: 65536 B}"))
    #expect(
      lines.contains(
        "  peer-1: {role: seed, choking: {slots: 3}, upload: 100000 B/s, download: 1024 B/s, arrive: {at: 0 ms}}"))
    #expect(
      lines.contains("  peer-2: {choking: {slots: 4}, upload: 20000 B/s, download: 50000 B/s, arrive: {at: 1000 ms}}"))
    #expect(
      lines.contains(
        "  peer-3: {upload: 1024 B/s, download: 1024 B/s, arrive: {at: 2000 ms}, onComplete: {seed: 5000 ms}}"))
    #expect(lines.contains("  - {at: 10000 ms, leave: {peers: peer-3, rejoinAfter: 10000 ms}}"))
    #expect(lines.contains("  - {at: 30000 ms, changeAddress: {peers: peer-3}}"))
    #expect(lines.contains("until: {complete: all, within: 160000 ms}"))
  }

  @Test("An address is changed where the old one falls silent before the new one is heard, not where both are in use")
  func addresses() {
    let cases: [(old: Double, new: Double, changes: [Double])] = [
      (19, 20, [20]), (21, 20, [20]), (50, 20, []), (0.5, 1, []),
    ]
    for (old, new, changes) in cases {
      var stage = Stage(leechers: 2)
      let before = stage.connect("leecher-1", "seed")
      let after = stage.connect("leecher-1", "leecher-2", at: new)
      stage.say("leecher-1", before, .interested, at: old)
      stage.say("leecher-1", after, .interested, at: 60)
      stage.trace.connections[after].a.endpoint.address = "2001:db8::1"
      let workload = Workload(stage.trace, Strangers(stage.trace), speed: 1)
      #expect(workload.peers.count == 3 && workload.peers.flatMap(\.addressChanges) == changes, "\(old), \(new)")
    }
  }

  @Test("What the format cannot say is said in the file and beside it")
  func notes() {
    var workload = Self.workload()
    workload.pieceLength = 60_000
    let derived = DerivedTopology(workload, name: "again", speed: 1) { $0.hasPrefix("-LT") ? "libtorrent" : nil }
    #expect(derived.notes.contains { $0.contains("1 leecher began with some of 10 (10.0.0.3 with 3)") })
    #expect(derived.notes.contains { $0.hasPrefix("pieces of 60000 bytes became pieces of 65536") })
    for note in derived.notes { #expect(derived.text.contains("# - \(note)\n")) }
    #expect(derived.text.contains("client: {name: libtorrent, options: {slots: 4}}"))
  }

  @Test("Where somebody who stayed never completed, the run lasts as long as the recording")
  func unfinished() {
    var workload = Self.workload()
    workload.peers[1].completes = nil
    let derived = DerivedTopology(workload, name: "again", speed: 10) { _ in "aria2" }
    #expect(derived.text.contains("until: {time: 100000 ms}") && derived.text.contains("speed: 1\n"))
  }

  @Test(
    "Every derived topology is read back without an error",
    arguments: ["plain", "no seed", "late", "at the end", "many pieces", "large", "many slots"])
  func roundTrip(kind: String) {
    var workload = Self.workload()
    switch kind {
    case "no seed":
      workload.peers[0].isSeed = false
      workload.peers[2].completes = nil
    case "late":
      workload.duration = 1000
      workload.peers[0].sessions = [900...1000]
      workload.peers[1].sessions = [1...1000]
      workload.peers[2].sessions = [2...700]
      workload.peers[2].addressChanges = [650]
    case "at the end":
      workload.peers[1].completes = nil
      workload.peers[1].sessions = [100...100]
      workload.peers[2].addressChanges = [99.9999]
    case "many pieces":
      (workload.pieceCount, workload.pieceLength) = (200_000, 90_000)
      workload.size = 200_000 * 90_000
    case "large":
      (workload.pieceCount, workload.pieceLength) = (1 << 20, 64 << 20)
      workload.size = 1 << 46
    case "many slots": workload.peers[1].mostSlots = 2000
    default: break
    }
    let derived = DerivedTopology(workload, name: "again", speed: 1) { _ in nil }
    let result = TopologyReader.read(text: derived.text, file: "again.swarm.yaml", checks: CheckCatalogue.specs)
    #expect(result.diagnostics.map(\.description) == [], "\(kind)")
    #expect(result.topology?.groups.count == 3 && result.topology?.groups.contains { $0.role == .seed } == true)
  }

  @Test("Where our own peer stands in for a client, it chokes by that client's algorithm, and the file says so")
  func standsIn() {
    let derived = DerivedTopology(
      Self.workload(), name: "again", speed: 10, standIns: ["libtorrent: apt install it"], client: { _ in nil },
      algorithm: { $0.hasPrefix("-LT") ? "libtorrent-fixed-slots" : nil })
    #expect(derived.text.contains("choking: {algorithm: libtorrent-fixed-slots, slots: 3}"))
    #expect(derived.text.contains("# - libtorrent: apt install it\n") && derived.text.contains("speed: 10\n"))
    let result = TopologyReader.read(text: derived.text, file: "again.swarm.yaml", checks: CheckCatalogue.specs)
    #expect(result.diagnostics.map(\.description) == [])
  }

  @Test("A workload beside itself differs by nothing")
  func itself() throws {
    var workload = Workload()
    for index in 0..<8 {
      var peer = Workload.Peer(address: "10.0.0.\(index)", client: "")
      peer.isSeed = index == 0
      peer.sessions = [0...100]
      if index > 0 { peer.completes = Double(10 + index * 7 % 5 + index) }
      (peer.slots, peer.mostSlots, peer.unchokes) = (4, 5, [1, 2, Double(index)])
      workload.peers.append(peer)
    }
    workload.bytes = [[Double]](repeating: [Double](repeating: 0, count: 8), count: 8)
    for from in 0..<8 {
      for to in 0..<8 where to != from { workload.bytes[from][to] = Double(from * 1000 + to) }
    }
    let comparison = WorkloadComparison(workload, workload, places: (0..<8).map { $0 })
    #expect(comparison.peers == 8)
    #expect(comparison.completion?.spearman.value ?? 0 > 0.999 && comparison.pairs?.pearson.value ?? 0 > 0.999)
    for spread in comparison.spreads {
      #expect(spread.recorded == spread.reenacted && spread.low <= 0 && spread.high >= 0)
    }
    let absent = WorkloadComparison(workload, workload, places: (0..<8).map { $0 < 4 ? $0 : nil })
    #expect(absent.peers == 4 && absent.pairs == nil)
  }
}
