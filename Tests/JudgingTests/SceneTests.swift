import Dissection
import Judging
import Planning
import Recording
import Staging
import SwarmTime
import Testing
import TopologyFile
import Wire

@Suite struct SceneTests {
  @Test func framesAreMappedThroughTheRecordsClocks() {
    // Zero was 3 s after the first reading's origin, at speed 10; the realtime clock gains 100 ppm.
    let record = [
      RecordEntry(
        at: .zero,
        event: .clock(zeroMonotonic: 3_000_000_000, monotonic: 2_000_000_000, realtime: Stage.epoch, speed: 10)),
      RecordEntry(
        at: .seconds(90),
        event: .clock(
          zeroMonotonic: 3_000_000_000, monotonic: 12_000_000_000, realtime: Stage.epoch + 10_001_000_000, speed: 10)),
    ]
    let clock = RunClock(record: record, trace: Trace(), speed: 1)
    #expect(clock.isKnown && clock.stepNanoseconds == 0)
    #expect(clock.instant(realtime: Stage.epoch) == .seconds(-10))
    #expect(abs((clock.instant(realtime: Stage.epoch + 10_001_000_000) - .seconds(90)).nanoseconds) <= 10)
  }

  @Test func aStepOfTheRealtimeClockIsNoticed() {
    let record = [0, 10].map { seconds in
      RecordEntry(
        at: .zero,
        event: .clock(
          zeroMonotonic: 0, monotonic: Int64(seconds) * 1_000_000_000, realtime: Stage.realtime(Double(seconds) * 1.01),
          speed: 1))
    }
    #expect(RunClock(record: record, trace: Trace(), speed: 1).stepNanoseconds == 100_000_000)
  }

  @Test func aClockThatIsSlewedInJerksIsFollowed() {
    // The first ten seconds it keeps its pace; then, for five, it gains 5 ms in each.
    func realtime(_ second: Double) -> Int64 { Stage.realtime(second + max(0, min(5, second - 10)) * 0.005) }
    let record = [0, 10, 11, 12, 13, 14, 15, 30].map { second in
      RecordEntry(
        at: .zero,
        event: .clock(
          zeroMonotonic: 0, monotonic: Int64(second) * 1_000_000_000, realtime: realtime(Double(second)), speed: 20))
    }
    let clock = RunClock(record: record, trace: Trace(), speed: 1)
    #expect(clock.stepNanoseconds == 0)
    // 5 ms, less the millisecond that reading may cost and what even slewing explains.
    #expect(abs(clock.blurNanoseconds - 3_400_000) < 1000)
    for second in stride(from: 0.25, to: 30, by: 0.5) {
      let swarm = clock.instant(realtime: realtime(second)).nanoseconds
      #expect(abs(swarm - Int64(20 * second * 1e9)) < 1000, "\(second)")
    }
  }

  @Test func clientsAreNamedByTheirPeerIDs() {
    let pair = Stage.pair()
    var stage = pair.0
    let second = stage.connect("seed", "leecher-1", at: 2)
    stage.trace.connections[second].a.peerID = Array("-LT2080-abcdefghijkl".utf8)
    stage.trace.connections[second].b.peerID = [UInt8](repeating: 0, count: 20)
    stage.trace.connections[pair.1].b.peerID = Array("-LT2080-bbcdefghijkl".utf8)
    let seen = ClientsSeen(stage.trace).entries
    #expect(seen.map(\.name) == ["libtorrent 2.0.8", ClientName.own.description, nil])
    #expect(seen.map(\.count) == [2, 1, 1])
  }

  @Test func withoutARecordTimeBeginsAtTheFirstFrame() {
    var trace = Trace()
    trace.coverage.firstTime = Stage.epoch
    let clock = RunClock(record: [], trace: trace, speed: 2)
    #expect(!clock.isKnown)
    #expect(clock.instant(realtime: Stage.realtime(3)) == .seconds(6))
  }

  @Test func chokeAndInterestAreTheUnionOverConnections() throws {
    var (stage, first) = Stage.pair()
    let second = stage.connect("seed", "leecher-1", at: 2)
    stage.say("seed", second, .haveAll, at: 2)
    stage.say("seed", second, .unchoke, at: 3)
    stage.say("seed", first, .choke, at: 4)
    let end = stage.say("seed", second, .choke, at: 6)
    stage.say("seed", first, .unchoke, at: 8)
    stage.close(first, at: 9)
    stage.recordOrdinaryRun()
    let line = try #require(stage.scene.timelines.unchoke(from: 0, to: 1))
    #expect(line.on.map(\.start) == [.seconds(1), .seconds(8)])
    #expect(line.on.map(\.end) == [.seconds(6), .seconds(9)])
    #expect(line.on.map(\.endFrame) == [Int32(end), 0])
    #expect(line.unknown.isEmpty)
    let interest = try #require(stage.scene.timelines.interest(from: 1, to: 0))
    #expect(interest.on.map(\.end) == [.seconds(9)])
  }

  @Test func aDuplicateThatIsSoonClosedDoesNotCount() throws {
    var (stage, _) = Stage.pair(unchoked: false)
    let duplicate = stage.connect("seed", "leecher-1", at: 2)
    stage.say("seed", duplicate, .haveAll, at: 2)
    stage.say("seed", duplicate, .unchoke, at: 2.1)
    stage.close(duplicate, at: 3)
    stage.recordOrdinaryRun()
    #expect(stage.scene.conversations.map(\.isDuplicate) == [false, true])
    #expect(stage.scene.timelines.unchoke(from: 0, to: 1)?.on == [])
  }

  @Test func stateIsUnknownFromMidstreamUntilTheFirstMessage() throws {
    var stage = Stage(leechers: 1)
    let connection = stage.connect("leecher-1", "seed", at: 1, start: .midstream)
    stage.say("seed", connection, .choke, at: 4)
    stage.say("seed", connection, .unchoke, at: 6)
    stage.hole("seed", connection, from: 7, to: 8, loses: .payload)
    stage.hole("seed", connection, from: 9, to: 9.5, loses: .state)
    stage.recordOrdinaryRun(end: 10)
    let line = try #require(stage.scene.timelines.unchoke(from: 0, to: 1))
    #expect(line.unknown.map(\.start) == [.seconds(1), .seconds(9)])
    #expect(line.unknown.map(\.end) == [.seconds(4), .seconds(10)])
    #expect(line.on.map(\.start) == [.seconds(6)])
    #expect(line.on.map(\.end) == [.seconds(9)])
  }

  @Test func aClientThatDoesNotBindIsKnownByItsPeerID() {
    var (stage, _) = Stage.pair()
    let other = stage.connect("leecher-1", "seed", at: 2)
    stage.trace.connections[other].a.endpoint.address = "127.0.0.1"
    let stranger = stage.connect("leecher-1", "seed", at: 2)
    stage.trace.connections[stranger].a.endpoint.address = "127.0.0.1"
    stage.trace.connections[stranger].a.peerID = [UInt8](repeating: 0x33, count: 20)
    let scene = stage.scene
    #expect(scene.conversations.map(\.first) == [1, 1, 2])
    #expect(scene.cast.names == ["seed", "leecher-1", "127.0.0.1"])
  }

  @Test func laterIncarnationsAreTheSamePeer() {
    var (stage, connection) = Stage.pair()
    stage.trace.connections[connection].a.endpoint.address = Addresses.peer(1, incarnation: 3)
    #expect(stage.scene.conversations.map(\.first) == [1])
  }

  @Test func anotherTorrentIsLeftOut() {
    var stage = Stage.honest()
    for index in stage.trace.connections.indices {
      stage.trace.connections[index].infoHash = [UInt8](repeating: 8, count: 20)
    }
    let scene = stage.scene
    #expect(scene.conversations.allSatisfy { !$0.isOurs })
    #expect(scene.holdings.completions == [nil, nil, nil])
    #expect(scene.timelines.unchokes.isEmpty)
  }

  @Test func absurdInputsAreSurvived() {
    var stage = Stage.honest()
    stage.trace.messages[3].connection = -5
    stage.trace.messages[4].connection = .max
    stage.trace.messages[5].from = 7
    stage.trace.messages[6].time = .max
    stage.trace.messages[7].time = .min
    stage.trace.messages[8].bitfield = 99
    stage.trace.connections[0].id = .max - 1
    stage.plan.payload.pieceLengthBytes = 0
    stage.plan.speed = .nan
    stage.events.removeFirst()
    for spec in CheckCatalogue.specs { #expect(!stage.judge(spec.name).isEmpty) }
    #expect(!Metrics(stage.scene).json.text.isEmpty)
  }

  @Test func intervalsAreRowsByStart() {
    var (stage, connection) = Stage.pair()
    stage.say("seed", connection, .choke, at: 4.5)
    stage.recordOrdinaryRun(end: 10)
    #expect(
      stage.scene.intervalsCSV == """
        kind,from,to,start,end,startFrame,endFrame,censored,slot,sure,why
        interest,leecher-1,seed,0.600000000,10.000000000,5,0,1,,,
        unchoke,seed,leecher-1,1.000000000,4.500000000,6,7,0,,,

        """)
  }
}
