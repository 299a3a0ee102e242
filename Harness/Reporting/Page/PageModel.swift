import Judging
import SwarmTime

/// What the page's script is handed, as JSON: seconds for times, indices for peers, and amounts in units that keep the
/// page small.
struct PageModel: Encodable {
  struct Peer: Encodable {
    var name: String
    var group: String
    var seed: Bool
    /// Declared limits in bytes per second; nil is unlimited.
    var up: Int64?
    var down: Int64?
    /// Payload bytes.
    var sent: Int64
    var received: Int64
    var joined: Double?
    var completed: Double?
    /// Stream bytes per swarm second in units of 64, a value for each step.
    var upRates: [Int64]
    var downRates: [Int64]
    /// Times and counts of pieces held, in turn.
    var held: [Double]
    /// The fitted choke grid: the first round and the period; nil where none was found.
    var grid: [Double]?
    /// Seconds over which it counts rates.
    var window: Double
  }

  /// What is between an ordered pair: `a` and `b`.
  struct Pair: Encodable {
    var a: Int
    var b: Int
    /// `a` has `b` unchoked: start, end, label (0 slot, 1 regular, 2 optimistic) and the place of its reason
    /// in `reasons` (-1 for none) in turn.
    var u: [Double]?
    /// `a` is interested in `b`: start and end in turn.
    var i: [Double]?
    /// KiB of payload from `a` to `b` in each flow step; a negative number stands for so many empty steps.
    var f: [Int64]?
  }

  struct Moment: Encodable {
    var t: Double
    var frame: Int?
    var who: Int?
    var peers: [Int]
    var check: String
    var status: String
    var text: String
  }

  struct Event: Encodable {
    var t: Double
    var text: String
  }

  var pieces: Int
  var step: Double
  var flowStep: Double
  var end: Double
  /// Lower bound of the distribution time.
  var bound: Double?
  var peers: [Peer]
  var pairs: [Pair]
  var moments: [Moment]
  /// In words, why an unchoke is taken for what it is.
  var reasons: [String]
  var events: [Event]

  init(_ picture: RunPicture, pieces: Int, bound: SwarmDuration?, moments: [Reporting.Moment]) {
    self.pieces = pieces
    self.bound = bound.map { Self.seconds($0.nanoseconds) }
    step = Self.seconds(picture.step.nanoseconds)
    flowStep = Self.seconds(picture.flowStep.nanoseconds)
    end = Self.seconds(picture.end.nanoseconds)
    reasons = SlotReason.allCases.map(\.words)
    peers = zip(picture.peers, picture.chokers).map { Self.peer($0, $1, picture) }
    pairs = Self.pairs(picture)
    events = picture.events.map { Event(t: Self.seconds($0.at.nanoseconds), text: $0.text) }
    self.moments = moments.map { moment in
      Moment(
        t: Self.seconds(moment.at.nanoseconds), frame: moment.frame, who: moment.peer, peers: moment.peers,
        check: moment.check, status: moment.outcome.rawValue, text: moment.text)
    }
  }

  private static func peer(_ peer: RunPicture.Peer, _ choker: ChokePicture, _ picture: RunPicture) -> Peer {
    let width = Double(picture.step.nanoseconds) / 1e9
    func rates(_ bytes: [Int64]) -> [Int64] { bytes.map { Int64((Double($0) / width / 64).rounded()) } }
    return Peer(
      name: peer.name, group: peer.group, seed: peer.isSeed, up: peer.uploadLimit, down: peer.downloadLimit,
      sent: peer.payloadSent, received: peer.payloadReceived,
      joined: peer.joined.map { seconds($0.nanoseconds) },
      completed: peer.completed.map { seconds($0.nanoseconds) }, upRates: rates(peer.sent),
      downRates: rates(peer.received), held: thinned(peer.held, end: picture.end),
      grid: choker.grid.map { [seconds($0.first.nanoseconds), seconds($0.period.nanoseconds)] },
      window: seconds(choker.window.nanoseconds))
  }

  /// As many steps as a chart is wide, at most.
  private static func thinned(_ held: [RunPicture.Held], end: SwarmInstant) -> [Double] {
    let least = end.nanoseconds / 1000
    var kept: [RunPicture.Held] = []
    for (index, step) in held.enumerated() {
      if index > 1, index < held.count - 1, let last = kept.last, (step.at - last.at).nanoseconds < least {
        kept[kept.count - 1].pieces = step.pieces
      } else {
        kept.append(step)
      }
    }
    return kept.flatMap { [seconds($0.at.nanoseconds), Double($0.pieces)] }
  }

  private static func pairs(_ picture: RunPicture) -> [Pair] {
    var pairs: [Judging.Pair: Pair] = [:]
    func change(_ pair: Judging.Pair, _ body: (inout Pair) -> Void) {
      body(&pairs[pair, default: Pair(a: pair.from, b: pair.to)])
    }
    for (peer, choker) in picture.chokers.enumerated() {
      for row in choker.rows where !row.unchoked.isEmpty {
        change(Judging.Pair(from: peer, to: row.partner)) { pair in
          pair.u = row.unchoked.flatMap {
            [
              seconds($0.start.nanoseconds), seconds($0.end.nanoseconds), Double($0.label.rawValue),
              Double($0.reason.flatMap(SlotReason.allCases.firstIndex) ?? -1),
            ]
          }
        }
      }
    }
    for line in picture.interested where !line.on.isEmpty {
      change(line.pair) { pair in
        pair.i = line.on.flatMap { [seconds($0.start.nanoseconds), seconds($0.end.nanoseconds)] }
      }
    }
    for flow in picture.flows {
      change(flow.pair) { $0.f = packed(flow.bytes) }
    }
    return pairs.sorted { $0.key < $1.key }.map(\.value)
  }

  /// In KiB, rounded so that no remainder is lost over time; runs of empty steps as their negative length.
  private static func packed(_ bytes: [Int64]) -> [Int64] {
    var out: [Int64] = []
    var (total, told): (Int64, Int64) = (0, 0)
    for amount in bytes {
      total += amount
      let now = (total + 512) / 1024
      if now > told {
        out.append(now - told)
      } else if let last = out.last, last < 0 {
        out[out.count - 1] = last - 1
      } else {
        out.append(-1)
      }
      told = now
    }
    if let last = out.last, last < 0 { out.removeLast() }
    return out
  }

  /// To the millisecond, so that the page stays small.
  private static func seconds(_ nanoseconds: Int64) -> Double { Double((nanoseconds + 500_000) / 1_000_000) / 1000 }
}
