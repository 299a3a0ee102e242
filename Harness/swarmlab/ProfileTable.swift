import Judging
import Planning
import Reporting
import SwarmTime

/// What a profile predicts of a client's choking, and what was measured.
struct ProfileTable {
  let predicted: Profile?
  let measured: ChokingMeasure

  var lines: [String] {
    let rows = [("", "predicted", "measured over \(Quantity.count(measured.peers, "peer"))")] + rows
    let first = rows.map(\.0.count).max() ?? 0
    let second = rows.map(\.1.count).max() ?? 0
    return rows.map { Self.padded($0.0, first) + "  " + Self.padded($0.1, second) + "  " + $0.2 }
  }

  private var rows: [(String, String, String)] {
    [
      ("round", words { Self.time($0.period) }, Self.clock(measured.rounds)),
      ("optimistic clock", words { $0.optimisticPeriod.map(Self.time) ?? "at rounds" }, Self.clock(measured.second)),
      ("tenure", words { Self.time($0.tenure) }, tenure),
      ("slots of a leecher", words { Self.slots($0) }, leecherSlots),
      (
        "slots of a seed",
        words { profile in
          (profile.seedSlots ?? profile.slots.map { $0 + profile.optimisticSlots }).map { "\($0)" } ?? "its own"
        }, measured.mostOfSeeds.map { "at most \($0)" } ?? "no seed"
      ),
      ("optimistic choice", words { $0.optimisticChoice.rawValue }, choice),
      ("first unchoke", words { Self.time($0.startsAt) }, measured.firstUnchoke.map(Self.time) ?? "none"),
      (
        "loss of interest", words { $0.chokesUninterested ? "choked at once" : "not choked" },
        "\(measured.lossesChoked) of \(measured.losses) choked within 1 s"
      ),
      (
        "unchoked without interest", words { $0.chokesUninterested ? "no" : "yes" },
        measured.uninterested.map { "\(Self.percent($0)) of unchoked time" } ?? "nobody was unchoked"
      ),
    ]
  }

  private var tenure: String {
    let lengths = measured.grants.lengths
    guard let least = lengths.first, let most = lengths.last else {
      return "\(Quantity.count(measured.grants.count, "grant")), none ended by a choke"
    }
    return
      "median \(Self.time(lengths[lengths.count / 2])) (\(Self.time(least)) to \(Self.time(most)); \(lengths.count) of "
      + "\(Quantity.count(measured.grants.count, "grant")) ended by a choke)"
  }

  private var leecherSlots: String {
    guard let most = measured.mostOfLeechers else { return "no leecher" }
    return measured.usual.map { "at most \(most), mostly \($0) while more want one" }
      ?? "at most \(most), never contested"
  }

  private var choice: String {
    let grants = measured.grants
    guard grants.count > 0, let waiting = grants.meanWaiting else { return "no grant seen" }
    return
      "\(grants.toLongestWaiting) of \(grants.count) to whoever waited longest (by lot \(grants.byLot.text(places: 1)); "
      + "\(waiting.text(places: 1)) others waited)"
  }

  private func words(_ say: (Profile) -> String) -> String { predicted.map(say) ?? "nothing" }

  private static func slots(_ profile: Profile) -> String {
    profile.slots.map { "\($0) + \(profile.optimisticSlots)" } ?? "its own"
  }

  private static func clock(_ clock: ChokingMeasure.Clock?) -> String {
    guard let clock else { return "none that chance would not show" }
    return "\(time(clock.period)) (\(clock.matched) of \(clock.decisions) decisions)"
  }

  private static func time(_ duration: SwarmDuration) -> String {
    Fixed(millionths: duration.nanoseconds / 1000).text(places: 2) + " s"
  }

  private static func percent(_ share: Fixed) -> String {
    Fixed(millionths: share.millionths * 100).text(places: 1) + " %"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
