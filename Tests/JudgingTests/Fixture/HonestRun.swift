import Judging
import Planning
import Staging
import SwarmTime
import Wire

extension Stage {
  static let block = 16384

  /// Every rule kept: the seed serves both leechers, piece after piece; they exchange HAVEs. All is over at 10 s.
  static func honest(pieces: Int = 4, fast: Bool = true, checks: [CheckPlan] = []) -> Stage {
    var stage = Stage(pieces: pieces, checks: checks)
    let connections = [
      stage.connect("leecher-1", "seed", at: 0, fast: fast), stage.connect("leecher-2", "seed", at: 0.1, fast: fast),
    ]
    let between = stage.connect("leecher-2", "leecher-1", at: 0.2, fast: fast)
    let names = ["leecher-1", "leecher-2"]
    for name in names where fast { stage.say(name, between, .haveNone, at: 0.3) }
    for (name, connection) in zip(names, connections) {
      stage.open(seed: "seed", leecher: name, connection, at: 0.3, fast: fast)
      stage.say("seed", connection, .unchoke, at: 0.5)
    }
    for piece in 0..<pieces {
      for (place, (name, connection)) in zip(names, connections).enumerated() {
        let at = 1 + 9 * (Double(piece) + Double(place) / 2) / Double(pieces)
        stage.fetch(piece, by: name, from: "seed", connection, at: at)
        stage.say(name, connection, .have, piece, at: at + 0.01)
        stage.say(name, between, .have, piece, at: at + 0.01)
      }
    }
    for (name, connection) in zip(names, connections) { stage.say(name, connection, .notInterested, at: 10.2) }
    stage.recordOrdinaryRun(end: 20)
    return stage
  }

  /// The seed says what it has, the leecher that it has nothing and is interested.
  mutating func open(seed: String, leecher: String, _ connection: Int, at seconds: Double, fast: Bool = true) {
    if fast {
      say(seed, connection, .haveAll, at: seconds)
      say(leecher, connection, .haveNone, at: seconds)
    } else {
      let count = plan.payload.pieceCount
      var bits = [UInt8](repeating: 0, count: (count + 7) / 8)
      for piece in 0..<count { bits[piece / 8] |= 0x80 >> UInt8(piece % 8) }
      say(seed, connection, .bitfield, at: seconds, bitfield: bits)
    }
    say(seed, connection, .extended, at: seconds)
    say(leecher, connection, .interested, at: seconds + 0.1)
  }

  /// Requests and blocks of one piece.
  mutating func fetch(_ piece: Int, by leecher: String, from server: String, _ connection: Int, at seconds: Double) {
    let blocks = Int(Self.pieceLength) / Self.block
    for block in 0..<blocks { say(leecher, connection, .request, piece, block * Self.block, Self.block, at: seconds) }
    for block in 0..<blocks {
      say(server, connection, .piece, piece, block * Self.block, Self.block, at: seconds + 0.005)
    }
  }

  /// A seed and a leecher, connected and unchoked at 1 s, with no more said.
  static func pair(fast: Bool = true, pieces: Int = 12, unchoked: Bool = true) -> (stage: Stage, connection: Int) {
    var stage = Stage(leechers: 1, pieces: pieces)
    let connection = stage.connect("leecher-1", "seed", fast: fast)
    stage.open(seed: "seed", leecher: "leecher-1", connection, at: 0.5, fast: fast)
    if unchoked { stage.say("seed", connection, .unchoke, at: 1) }
    return (stage, connection)
  }
}

extension Verdict {
  var frames: [Int] { evidence.compactMap(\.frame) }
}
