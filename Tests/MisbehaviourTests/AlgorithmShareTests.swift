import Choking
import Oracle
import PeerCore
import SwarmTime
import Testing
import Wire

/// What each sends to whom, as the wire of an ideal swarm shows it: a seed and eight leechers of three classes.
@Suite struct AlgorithmShareTests {
  private static let block = Int64(Block.standardLength)

  private struct Seen {
    /// Payload bytes, by sender and receiver; member 0 is the seed.
    var sent: [[Int64]]
    /// Most that a leecher had sent another beyond what had reached it from it, in bytes.
    var furthestAhead: Int64 = 0
    /// Seconds for which the seed had each leecher unchoked.
    var served: [Double]
    /// Times that a leecher choked another.
    var chokes = 0
  }

  /// KiB/s of the leechers' uplinks.
  private static let uplinks: [Int64] = [32, 32, 32, 64, 64, 64, 128, 128]

  /// - Parameters:
  ///   - only: the member that follows the algorithm, while others are tit-for-tat; nil for all.
  ///   - downlinks: of the leechers, in KiB/s.
  private static func play(
    _ algorithm: any ChokingAlgorithm, only: Int? = nil, downlinks: [Int64]? = nil, seconds: Double = 300,
    randomSeed: UInt64 = 1
  ) throws -> Seen {
    var swarm = IdealSwarm(
      pieceLength: 64 << 10, pieceCount: 2000,
      members: [.init(upload: 128 << 10, isSeed: true)]
        + uplinks.enumerated().map { .init(upload: $1 << 10, download: (downlinks?[$0] ?? 2048) << 10) })
    swarm.horizon = .seconds(seconds)
    swarm.randomSeed = randomSeed
    for member in swarm.members.indices where only.map({ $0 == member }) ?? true {
      swarm.members[member].make = { given in
        var configuration = given
        configuration.choking = algorithm
        return AnyPeer(Peer(configuration))
      }
    }
    let count = swarm.members.count
    let none = Array(repeating: Array(repeating: Int64(0), count: count), count: count)
    var seen = Seen(sent: none, served: Array(repeating: 0, count: count))
    var arrivals: [(at: SwarmInstant, from: Int, to: Int, bytes: Int64)] = []
    var arrived = (place: 0, bytes: none)
    var since: [SwarmInstant?] = Array(repeating: nil, count: count)
    let delay = swarm.delay
    swarm.watch = { crossing in
      let (from, to) = (crossing.from, crossing.to)
      switch crossing.content {
      case .message(.unchoke) where from == 0: since[to] = crossing.at
      case .message(.choke) where from == 0:
        if let start = since[to] { seen.served[to] += (crossing.at - start).seconds }
        since[to] = nil
      case .message(.choke) where to > 0: seen.chokes += 1
      case .block(let block):
        while arrived.place < arrivals.count, arrivals[arrived.place].at <= crossing.at {
          let one = arrivals[arrived.place]
          arrived.bytes[one.from][one.to] += one.bytes
          arrived.place += 1
        }
        seen.sent[from][to] += Int64(block.length)
        if from > 0, to > 0 {
          seen.furthestAhead = max(seen.furthestAhead, seen.sent[from][to] - arrived.bytes[to][from])
        }
        arrivals.append((crossing.at + delay, from, to, Int64(block.length)))
      default: break
      }
    }
    _ = try swarm.run()
    for member in 1..<count {
      if let start = since[member] { seen.served[member] += seconds - start.seconds }
    }
    seen.served.removeFirst()
    return seen
  }

  /// (sum x)^2 / (n sum x^2).
  private static func jain(_ values: [Double]) -> Double {
    let sum = values.reduce(0, +)
    return sum * sum / (Double(values.count) * values.reduce(0) { $0 + $1 * $1 })
  }

  private static func correlation(_ pairs: [(Double, Double)]) -> Double {
    let n = Double(pairs.count)
    let (a, b) = (pairs.reduce(0) { $0 + $1.0 } / n, pairs.reduce(0) { $0 + $1.1 } / n)
    let both = pairs.reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    let squares = pairs.reduce((0.0, 0.0)) { ($0.0 + ($1.0 - a) * ($1.0 - a), $0.1 + ($1.1 - b) * ($1.1 - b)) }
    return both / (squares.0 * squares.1).squareRoot()
  }

  /// What each leecher sent to each other, and got from it, as shares of what it sent and got of leechers in all.
  private static func exchanges(_ sent: [[Int64]]) -> [(Double, Double)] {
    (1..<sent.count).flatMap { own -> [(Double, Double)] in
      let others = (1..<sent.count).filter { $0 != own }
      let out = others.reduce(0.0) { $0 + Double(sent[own][$1]) }
      let back = others.reduce(0.0) { $0 + Double(sent[$1][own]) }
      return others.map { (Double(sent[own][$0]) / max(1, out), Double(sent[$0][own]) / max(1, back)) }
    }
  }

  @Test func aSeedOfMainline40ServesAllEquallyLongAndOneOf34TheFastest() throws {
    let downlinks: [Int64] = [8, 8, 16, 16, 64, 64, 128, 128]
    func jain(_ algorithm: any ChokingAlgorithm) throws -> Double {
      let runs = try (1...2 as ClosedRange<UInt64>).map {
        try Self.play(algorithm, only: 0, downlinks: downlinks, seconds: 1200, randomSeed: $0).served
      }
      return Self.jain(zip(runs[0], runs[1]).map { $0 + $1 })
    }
    // Twenty turns for each, by lot: 1 / (1 + 1 / 20). And four served always, four by turns: 0.74.
    #expect(try jain(Mainline40(slots: 4)) > 0.88)
    #expect(try jain(Mainline34(slots: 4)) < 0.82)
  }

  @Test func propShareSendsInProportionToWhatItGets() throws {
    // 0.99, and of tit-for-tat 0.68.
    #expect(Self.correlation(Self.exchanges(try Self.play(PropShare()).sent)) > 0.95)
  }

  @Test func fairTorrentsDeficitsStaySmallAndTitForTatsGrow() throws {
    // 52 blocks against 250: what the fast have beyond what others can give back grows slowly, and for all alike.
    #expect(try Self.play(FairTorrent()).furthestAhead <= 80 * Self.block)
    #expect(try Self.play(TitForTat()).furthestAhead > 120 * Self.block)
  }

  @Test func blockLevelIsNeverMoreThanTwoBlocksAhead() throws {
    #expect(try Self.play(BlockLevel()).furthestAhead == 2 * Self.block)
  }

  @Test func anacrolixStopsAtItsCreditAndASecondsWorth() throws {
    let seen = try Self.play(Anacrolix())
    #expect(seen.furthestAhead > 100 << 10)
    // A second of a whole uplink, and what its bucket has saved up.
    #expect(seen.furthestAhead <= (100 + 128 + 128) << 10)
  }

  /// What the tyrant gets of the others for each byte that it sends, against its twin that is tit-for-tat.
  @Test func aBitTyrantGetsMoreForItsUplinkThanItsTwin() throws {
    let fast = 8
    func bargain(_ algorithm: any ChokingAlgorithm) throws -> Double {
      let sent = try Self.play(algorithm, only: fast).sent
      let back = (1..<fast).reduce(0.0) { $0 + Double(sent[$1][fast]) }
      return back / Double(max(1, sent[fast].reduce(0, +)))
    }
    // 1.24 against 0.63: it gets as much as its twin for less than half of what that one sends.
    #expect(try bargain(BitTyrant()) > 1.3 * bargain(TitForTat()))
  }

  /// Share of what leechers send that goes to their own class.
  @Test func birdsAreOfAFeather() throws {
    func within(_ algorithm: any ChokingAlgorithm) throws -> Double {
      let sent = try Self.play(algorithm).sent
      var (own, all) = (0.0, 0.0)
      for from in 1...8 {
        for to in 1...8 {
          all += Double(sent[from][to])
          if Self.uplinks[from - 1] == Self.uplinks[to - 1] { own += Double(sent[from][to]) }
        }
      }
      return own / all
    }
    // By lot 14 of 56 pairs are of one class.
    #expect(try within(Birds(slots: 2)) > 0.35)
  }

  @Test func theLoyalStay() throws {
    #expect(try 2 * Self.play(LoyalWhenNeeded(slots: 4)).chokes < Self.play(RandomSlots(slots: 4)).chokes)
  }

  /// Two slots of eight: held for ever by whom it once sends to, or by each until it has had twenty pieces and a minute.
  @Test func aSeedOfLibtorrentsGoesRoundOrStays() throws {
    let downlinks: [Int64] = [32, 32, 64, 64, 64, 64, 128, 128]
    func jain(_ rule: SeedRule) throws -> Double {
      let algorithm = LibtorrentFixedSlots(slots: 2, optimisticSlots: 0, seedRule: rule)
      return Self.jain(try Self.play(algorithm, only: 0, downlinks: downlinks, seconds: 600).served)
    }
    #expect(try jain(.roundRobin) > 0.7)
    #expect(try jain(.fastestUpload) < 0.45)
  }

  @Test func rateBasedServesMoreAtOnceTheMoreItSends() throws {
    let seen = try Self.play(LibtorrentRateBased(seedRule: .fastestUpload), only: 0)
    #expect(seen.served.filter { $0 > 0 }.count == 8)
    // More than one slot would give in 300 s.
    #expect(seen.served.reduce(0, +) > 600)
  }
}
