import Planning
import Reporting
import SwarmTime

/// A plan in a sentence or two.
enum PlanSummary {
  static func line(_ plan: Plan) -> String {
    let seeds = plan.peers.filter { $0.role == .seed }.count
    let leechers = plan.peers.count - seeds
    func count(_ number: Int, _ noun: String) -> String { Quantity.count(number, noun) }
    var text =
      plan.distribution == .clientServer
      ? "a server and \(count(leechers, "client")), " : "\(count(seeds, "seed")) and \(count(leechers, "leecher")), "
    text += "\(Quantity.bytes(plan.payload.sizeBytes)) in \(count(plan.payload.pieceCount, "piece")) of "
    text += "\(Quantity.bytes(plan.payload.pieceLengthBytes)), random seed \(plan.randomSeed), speed \(speed(plan))"
    return text
  }

  /// The longest that it can take, in swarm time and in the watcher's.
  static func limit(_ plan: Plan) -> String {
    let real = SwarmDuration(nanoseconds: Int64(Double(plan.until.within.nanoseconds) / plan.speed))
    let least = plan.bound.map { "\(Quantity.duration($0.duration)) (\($0.decidedBy))" }
    let bound = least.map { "; no swarm can do it under \($0)" } ?? ""
    return "ends by \(Quantity.duration(plan.until.within)) of swarm time, \(Quantity.duration(real)) of yours\(bound)"
  }

  static func speed(_ plan: Plan) -> String {
    plan.speed == plan.speed.rounded() ? "\(Int64(plan.speed))" : "\(plan.speed)"
  }
}
