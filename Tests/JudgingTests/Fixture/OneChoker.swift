import Choking
import PeerCore
import Planning
import Staging
import SwarmTime
import Wire

/// One leecher that chokes by an algorithm, among partners whose lives are given: hours of rounds in a moment, since
/// nobody else decides anything.
///
/// What partners say reaches it after 10 ms, as on the oracle's links. `leecher-1` chokes; partner p is `leecher-(p + 2)`.
struct OneChoker {
  /// What a partner does, whatever the choker does.
  struct Life {
    /// When it has a connection.
    var here: [Range<Double>] = []
    /// When it is interested, while it has one.
    var interested: [Range<Double>] = []
    /// When it unchokes the choker, and how much it then sends: bytes per second; 0 snubs it.
    var serving: [(span: Range<Double>, rate: Double)] = []
  }

  private enum Event {
    case connect(Int), disconnect(Int), interest(Int, Bool), serve(Int, Bool), block(Int), round(Int)
  }

  private struct Partner {
    var connection = -1
    var isHere = false
    var isInterested = false
    var isServing = false
    var received = RateWindow()
    var waitingSince = SwarmInstant.distantFuture
    var isSnubbed = false
    var unchokedSince: SwarmInstant?
    var optimisticSince: SwarmInstant?
    var wasUnchoked = false
  }

  private static let delay = 0.01
  private var choker: any ChokingAlgorithm
  /// None comes twice: what comes again counts for nothing.
  private var blocks = 0
  private var partners: [Partner]
  private var random: RandomSource
  private(set) var stage: Stage

  /// - Returns: the run as captured and recorded, with this check alone.
  static func play(
    _ choker: any ChokingAlgorithm, _ lives: [Life], seconds: Double, randomSeed: UInt64 = 1,
    profile: Profile = .titForTat(), parameters: [String: PlannedValue] = [:]
  ) -> Stage {
    var one = OneChoker(choker, lives.count, randomSeed, profile, parameters)
    one.play(lives, seconds)
    return one.stage
  }

  private init(
    _ choker: any ChokingAlgorithm, _ count: Int, _ randomSeed: UInt64, _ profile: Profile,
    _ parameters: [String: PlannedValue]
  ) {
    self.choker = choker
    random = RandomSource(seed: randomSeed)
    partners = Array(repeating: Partner(), count: count)
    stage = Stage(
      leechers: count + 1, pieces: 4096, checks: [CheckPlan(name: "optimistic-unchoke", parameters: parameters)])
    // The others say nothing of their own choking.
    for index in stage.plan.peers.indices { stage.plan.peers[index].profile = index == 1 ? profile : nil }
    for index in stage.plan.peers.indices where index != 1 { stage.plan.peers[index].role = .seed }
  }

  private mutating func play(_ lives: [Life], _ seconds: Double) {
    var events: [(at: Double, order: Int, event: Event)] = []
    func add(_ at: Double, _ event: Event) {
      if at < seconds { events.append((at, events.count, event)) }
    }
    for (index, life) in lives.enumerated() {
      for span in life.here {
        add(span.lowerBound, .connect(index))
        add(span.upperBound, .disconnect(index))
      }
      for span in life.interested {
        add(span.lowerBound, .interest(index, true))
        add(span.upperBound, .interest(index, false))
      }
      for (span, rate) in life.serving {
        add(span.lowerBound, .serve(index, true))
        add(span.upperBound, .serve(index, false))
        guard rate > 0 else { continue }
        let step = Double(Stage.block) / rate
        var at = span.lowerBound + step * random.unit()
        while at < min(span.upperBound, seconds) {
          add(at, .block(index))
          at += step * (0.5 + random.unit())
        }
      }
    }
    let phase = 10 * random.unit()
    for number in 0..<Int(seconds / 10) { add(phase + 10 * Double(number), .round(number)) }
    events.sort { ($0.at, $0.order) < ($1.at, $1.order) }
    for (at, _, event) in events { take(event, at) }
    stage.recordOrdinaryRun(end: seconds, reason: "deadline")
  }

  private func name(_ partner: Int) -> String { "leecher-\(partner + 2)" }

  private mutating func take(_ event: Event, _ at: Double) {
    let heard = SwarmInstant.seconds(at + Self.delay)
    switch event {
    case .connect(let index):
      partners[index] = Partner()
      partners[index].isHere = true
      partners[index].connection = stage.connect(name(index), "leecher-1", at: at)
    case .disconnect(let index):
      guard partners[index].isHere else { return }
      let held = partners[index].unchokedSince != nil
      stage.close(partners[index].connection, at: at)
      partners[index] = Partner()
      if held { decide(.vacancy, heard) }
    case .interest(let index, let isInterested):
      guard partners[index].isHere, partners[index].isInterested != isInterested else { return }
      partners[index].isInterested = isInterested
      stage.say(name(index), partners[index].connection, isInterested ? .interested : .notInterested, at: at)
      decide(.vacancy, heard)
    case .serve(let index, let isServing):
      guard partners[index].isHere else { return }
      partners[index].isServing = isServing
      partners[index].isSnubbed = false
      partners[index].waitingSince = isServing ? heard : .distantFuture
      stage.say(name(index), partners[index].connection, isServing ? .unchoke : .choke, at: at)
    case .block(let index):
      guard partners[index].isHere, partners[index].isServing else { return }
      stage.say(name(index), partners[index].connection, .piece, blocks, 0, Stage.block, at: at)
      blocks += 1
      partners[index].received.add(Stage.block, at: heard)
      partners[index].waitingSince = heard
      partners[index].isSnubbed = false
    case .round(let number):
      let now = SwarmInstant.seconds(at)
      for index in partners.indices where now - partners[index].waitingSince >= .seconds(30) {
        partners[index].isSnubbed = true
      }
      decide(.round(number: number), now)
    }
  }

  private mutating func decide(_ occasion: ChokeMoment.Occasion, _ now: SwarmInstant) {
    let open = partners.indices.filter { partners[$0].isHere }
    var snapshots: [Snapshot] = []
    for index in open {
      snapshots.append(
        Snapshot(
          isInterested: partners[index].isInterested, received: partners[index].received.bytes(at: now),
          isSnubbed: partners[index].isSnubbed, unchokedSince: partners[index].unchokedSince,
          optimisticSince: partners[index].optimisticSince, wasUnchoked: partners[index].wasUnchoked))
    }
    let moment = ChokeMoment(occasion: occasion, now: now, isSeed: false)
    let decision = choker.unchoked(among: snapshots, at: moment, random: &random)
    for (place, index) in open.enumerated()
    where partners[index].unchokedSince != nil && !(decision.regular + decision.optimistic).contains(place) {
      partners[index].unchokedSince = nil
      partners[index].optimisticSince = nil
      stage.say("leecher-1", partners[index].connection, .choke, at: now.seconds)
    }
    for (place, index) in open.enumerated() {
      let isOptimistic = decision.optimistic.contains(place)
      guard isOptimistic || decision.regular.contains(place) else { continue }
      if !isOptimistic {
        partners[index].optimisticSince = nil
      } else if decision.drawn.contains(place) {
        partners[index].optimisticSince = now
      }
      guard partners[index].unchokedSince == nil else { continue }
      partners[index].unchokedSince = now
      partners[index].wasUnchoked = true
      stage.say("leecher-1", partners[index].connection, .unchoke, at: now.seconds)
    }
  }
}
