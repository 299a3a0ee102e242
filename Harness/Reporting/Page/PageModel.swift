import Judging
import SwarmTime

/// What the page's script is handed, as JSON: seconds for times, bytes per second for rates, indices for peers.
struct PageModel: Encodable {
  struct Peer: Encodable {
    var name: String
    var group: String
    var seed: Bool
    /// Declared limits; nil is unlimited.
    var up: Int64?
    var down: Int64?
    /// Payload bytes.
    var sent: Int64
    var received: Int64
    var joined: Double?
    var completed: Double?
    /// Stream bytes per swarm second, a value for each step.
    var upRates: [Int64]
    var downRates: [Int64]
    /// Times and counts of pieces held, in turn.
    var held: [Double]
  }

  /// Spans of an ordered pair: from, to, then start and end in turn.
  struct Pair: Encodable {
    var a: Int
    var b: Int
    var spans: [Double]
  }

  struct Event: Encodable {
    var t: Double
    var text: String
  }

  var pieces: Int
  var step: Double
  var end: Double
  var peers: [Peer]
  var unchoked: [Pair]
  var interested: [Pair]
  var events: [Event]

  init(_ picture: RunPicture, pieces: Int) {
    self.pieces = pieces
    step = Self.seconds(picture.step.nanoseconds)
    end = Self.seconds(picture.end.nanoseconds)
    let width = Double(picture.step.nanoseconds) / 1e9
    func rates(_ bytes: [Int64]) -> [Int64] { bytes.map { Int64(Double($0) / width) } }
    peers = picture.peers.map { peer in
      Peer(
        name: peer.name, group: peer.group, seed: peer.isSeed, up: peer.uploadLimit, down: peer.downloadLimit,
        sent: peer.payloadSent, received: peer.payloadReceived,
        joined: peer.joined.map { Self.seconds($0.nanoseconds) },
        completed: peer.completed.map { Self.seconds($0.nanoseconds) }, upRates: rates(peer.sent),
        downRates: rates(peer.received),
        held: peer.held.flatMap { [Self.seconds($0.at.nanoseconds), Double($0.pieces)] })
    }
    unchoked = Self.pairs(picture.unchoked)
    interested = Self.pairs(picture.interested)
    events = picture.events.map { Event(t: Self.seconds($0.at.nanoseconds), text: $0.text) }
  }

  private static func pairs(_ timelines: [PairTimeline]) -> [Pair] {
    timelines.map { line in
      Pair(
        a: Int(line.pair.from), b: Int(line.pair.to),
        spans: line.on.flatMap { [seconds($0.start.nanoseconds), seconds($0.end.nanoseconds)] })
    }
  }

  /// To the millisecond, so that the page stays small.
  private static func seconds(_ nanoseconds: Int64) -> Double { Double((nanoseconds + 500_000) / 1_000_000) / 1000 }
}
