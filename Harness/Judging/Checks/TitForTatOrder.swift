import Planning
import SwarmTime
import TopologyFile

/// Whoever sends more is served before whoever sends less.
///
/// At each round of a leecher's grid, a peer X that is interested and stays choked is held against the unchoked. Only a
/// round's regular slots go by rates; nobody outside sees which unchoked peer holds the optimistic slot. But never more
/// than `optimisticSlots` at once do: of the unchoked peers that X surely beats, so many are excused (the best case for
/// the peer), and each further one is an **inversion**. X surely beats Y if it sent more than 1.1 times Y's payload plus 64 KiB
/// over every rate window that the decision may have looked at. A pair in which the unchoked peer surely beats the
/// choked one is in order; the two kinds together are the decisive pairs.
///
/// Most decisive pairs have a choked peer that sent nothing, which no rule of choosing could put out of order: they show
/// that there was something to see, but would thin out whatever is seen. So the share that decides is that of the **contested**
/// pairs: those whose choked peer sent enough to be told from a silent one.
struct TitForTatOrder: Check {
  static let name = "tit-for-tat"
  static let kind = Verdict.Kind.statistic
  static let summary = "regular slots go to those who send most"
  static let parameters = [
    ParameterSpec(
      "tolerate", .number(0...1), default: "0.05", "Share of the contested pairs that may be out of order."),
    ParameterSpec("pairs", .integer(1...1_000_000), default: "20", "Fewest decisive pairs to judge by."),
  ]
  static let failedBy = ["random-chooser", "slowest-first", "stale-rates", "favouritism", "colluders"]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.profile, .noDrops, .whole, .plaintext, .readable, .timing]
  }

  /// Fewer inversions than this are no habit, and neither are many at one round.
  private static let leastInversions = 3
  private static let leastRounds = 2
  private static let mostQuoted = 5

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let leechers = scene.plan.peers.indices.filter { scene.plan.peers[$0].role == .leecher }
    if leechers.isEmpty { throw CheckTrouble("the plan names no leechers") }
    return leechers.map { judge($0, scene, parameters) }
  }

  private func judge(_ peer: Int, _ scene: Scene, _ parameters: Parameters) -> Verdict {
    let needed = Int(parameters.integer("pairs") ?? 20)
    let tolerated = Fixed(nearest: parameters.number("tolerate") ?? 0.05)
    func say(
      _ status: Verdict.Status, _ observed: String, n: Int, _ evidence: [Evidence] = [], reason: String? = nil,
      effect: Verdict.Effect? = nil
    ) -> Verdict {
      verdict(
        status, scope: .peer, subjects: [scene.plan.peers[peer].name], parameters: parameters,
        expected: "at most \(Wording.percent(tolerated)) of contested pairs out of order", observed: observed,
        power: .init(n: n, needed: needed), evidence: evidence, reason: reason, effect: effect)
    }
    let rechokes: Rechokes
    do {
      rechokes = try scene.rechokes(of: peer)
    } catch {
      return say(.undecided, "not judged", n: 0, reason: "\(error)")
    }
    let order = ServingOrder(rechokes)
    let observed =
      "\(order.inversions) of \(Wording.count(order.contested, "contested pair")) out of order, "
      + "\(order.decisive) decisive ones, over \(Wording.count(rechokes.rounds.count, "round"))"
    let share = Fixed(Int64(order.inversions), over: Int64(max(1, order.contested))) ?? Fixed(millionths: 0)
    guard order.decisive >= needed else {
      return say(
        .undecided, observed, n: order.decisive,
        reason:
          "rates that tell the choked from the unchoked were seen in \(order.decisive) pairs, \(needed) are needed")
    }
    let one: Int64 = 1_000_000
    let effect = Verdict.Effect(
      value: Fixed(millionths: one - share.millionths), atLeast: Fixed(millionths: one - tolerated.millionths))
    let isHabit = order.inversions >= Self.leastInversions && order.reversedRounds >= Self.leastRounds
    let evidence = order.examples.prefix(Self.mostQuoted).map { $0.evidence(rechokes.view, scene) }
    guard share > tolerated else { return say(.pass, observed, n: order.decisive, effect: effect) }
    guard isHabit else {
      return say(
        .undecided, observed, n: order.decisive, evidence,
        reason: "\(Wording.count(order.inversions, "inversion")) at \(Wording.count(order.reversedRounds, "round"))",
        effect: effect)
    }
    guard !scene.isLossy else {
      return say(
        .undecided, observed, n: order.decisive, evidence,
        reason: "a choke or a block may be among the frames that the capture dropped", effect: effect)
    }
    return say(.fail, observed, n: order.decisive, evidence, effect: effect)
  }
}

/// Decisive pairs of all rounds, in and out of order.
struct ServingOrder {
  private(set) var inversions = 0
  private(set) var decisive = 0
  /// Decisive pairs whose choked peer sent enough to be told from a silent one.
  private(set) var contested = 0
  /// Rounds with an inversion.
  private(set) var reversedRounds = 0
  /// The plainest of each such round, by time.
  private(set) var examples: [Inversion] = []

  /// One choked peer that had surely sent more than an unchoked one.
  struct Inversion {
    var round: Rechoke
    var choked: Int
    var unchoked: Int
    /// Unchoked peers that it surely beats.
    var beaten: [Int]
  }

  init(_ rechokes: Rechokes) {
    let excused = rechokes.view.profile.optimisticSlots
    for round in rechokes.rounds {
      var plainest: Inversion?
      for choked in round.choked {
        let beaten = round.unchoked.filter { round.surelyBeats(choked, $0) }
        let inOrder = round.unchoked.reduce(0) { $0 + (round.surelyBeats($1, choked) ? 1 : 0) }
        let known = beaten.filter { !round.doubtful.contains($0) }
        let reversed = max(0, known.count - excused)
        inversions += reversed
        decisive += reversed + inOrder
        if round.surelySent(choked) { contested += reversed + inOrder }
        guard reversed > 0, round.least(choked) > plainest.map({ round.least($0.choked) }) ?? -1 else { continue }
        // Whoever sent least is taken for the optimistic one; the plainest of the rest is the one that sent least of them.
        let byBytes = known.sorted { (round.most($0), $0) < (round.most($1), $1) }
        plainest = Inversion(round: round, choked: choked, unchoked: byBytes[excused], beaten: byBytes)
      }
      guard let plainest else { continue }
      reversedRounds += 1
      examples.append(plainest)
    }
  }
}

extension ServingOrder.Inversion {
  func evidence(_ view: ChokingView, _ scene: Scene) -> Evidence {
    let window = view.profile.rateWindow
    let seconds = max(1, window.nanoseconds / 1_000_000_000)
    func rate(_ bytes: Int64) -> String { Wording.rate(bytes / seconds) }
    let names = scene.cast.names
    let span = view.unchoked(unchoked).last { $0.start <= round.settled }
    let excused = view.profile.optimisticSlots
    return Evidence(
      t: round.at, frame: span.flatMap { $0.startFrame > 0 ? Int($0.startFrame) : nil },
      peers: [names[view.peer], names[choked], names[unchoked]],
      text:
        "\(names[choked]), which had sent at least \(rate(round.least(choked))) over \(Wording.seconds(window)), stayed "
        + "choked; \(names[unchoked]), which had sent at most \(rate(round.most(unchoked))), was unchoked. Of "
        + "\(Wording.count(beaten.count, "unchoked peer")) that had sent so much less at most \(excused) can be optimistic"
    )
  }
}
