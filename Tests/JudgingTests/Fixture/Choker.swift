import Judging
import Planning
import Staging
import SwarmTime
import Wire

/// leecher-1 and eight that are interested in it from the start: it gives a slot to each in turn, at moments of one's own.
struct Choker {
  var stage: Stage
  private(set) var connections: [Int] = []
  /// Who holds a slot, oldest first.
  private(set) var served: [Int] = []
  private var next = 5

  static let name = "leecher-1"

  init(partners: Int = 8, slots: Int = 5) {
    stage = Stage(leechers: partners + 1, pieces: 64)
    for other in 2...partners + 1 {
      let connection = stage.connect("leecher-\(other)", Self.name)
      stage.say("leecher-\(other)", connection, .haveNone, at: 0.2)
      stage.say(Self.name, connection, .haveNone, at: 0.2)
      stage.say("leecher-\(other)", connection, .interested, at: 0.3)
      connections.append(connection)
    }
    served = Array(0..<min(slots, partners))
    next = served.count % partners
    for place in served { stage.say(Self.name, connections[place], .unchoke, at: 0.4) }
  }

  /// Chokes whoever has been served longest, and serves the next.
  mutating func change(at seconds: Double) {
    let oldest = served.removeFirst()
    stage.say(Self.name, connections[oldest], .choke, at: seconds)
    stage.say(Self.name, connections[next], .unchoke, at: seconds + 0.001)
    served.append(next)
    next = (next + 1) % connections.count
  }

  mutating func change(at moments: [Double]) { for moment in moments { change(at: moment) } }

  /// Judged alone, over 100 s or more.
  mutating func verdicts(end: Double = 1000) -> [Verdict] {
    stage.recordOrdinaryRun(end: end)
    return stage.judge("rechoke-interval", ["decisions": .integer(8)])
  }
}
