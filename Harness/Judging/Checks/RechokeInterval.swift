import Planning
import SwarmTime
import TopologyFile

/// Choke changes of a peer lie on its grid, but for those that interest, departure, completion or a freed slot explains.
///
/// Unexplained changes that are sent together are one decision. The phase of the grid is fitted to the decisions; a grid
/// that is faster, or slower by no whole factor, leaves at least half of them off it, and a twice slower one shows as
/// decisions in every second round only (`SlowGrid`). Three decisions in a hundred may be late for reasons of the machine's;
/// against that, a peer fails where the count off its grid is so high that an honest run shows it with a chance of
/// 1e-6 at most, over all peers and both questions together. Whoever does not fail is judged together with all others,
/// since few peers decide often enough in one run to show anything alone; so the run is the unit.
struct RechokeInterval: Check {
  static let name = "rechoke-interval"
  static let kind = Verdict.Kind.statistic
  static let summary = "choke changes lie on the grid of the profile's period, but for those that an event explains"
  static let parameters = [
    ParameterSpec("atLeast", .number(0.5...0.99), default: "0.97", "Least share of decisions that lie on the grid."),
    ParameterSpec("decisions", .integer(2...100_000), default: "20", "Decisions that a pass needs, over all peers."),
  ]
  static let failedBy = ["fast-rechoke", "slow-rechoke"]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.profile, .noDrops, .whole, .plaintext, .readable, .timing]
  }

  /// Of any fail in an honest run.
  private static let familyError = 1e-6

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let share = Fixed(nearest: parameters.number("atLeast") ?? 0.97)
    let needed = Int(parameters.integer("decisions") ?? 20)
    var peers = scene.plan.peers.indices.compactMap { scene.choking(of: $0) }.map { JudgedPeer($0, share) }
    let lack = peers.lazy.compactMap { $0.view.profile.judged.lackOfRounds }.first
    peers.removeAll { $0.view.profile.judged.lackOfRounds != nil }
    if peers.isEmpty { throw CheckTrouble(lack ?? "no profile says what period the peers have") }
    let without = scene.plan.peers.count - peers.count
    let blur = peers.filter(\.rhythm.isBlurred).map(\.rhythm.tolerance).max()
    peers.removeAll { $0.rhythm.grid == nil }
    // Three questions of each peer, and two of all together.
    let error = Self.familyError / Double(3 * peers.count + 2)
    var verdicts: [Verdict] = []
    for peer in peers where peer.breaks(error) {
      verdicts.append(verdict(of: peer, share, needed, scene, parameters))
    }
    peers.removeAll { $0.breaks(error) }
    if let all = verdict(ofAll: peers, share, needed, error, scene, parameters, without: without, blur: blur) {
      verdicts.append(all)
    }
    return verdicts
  }

  /// Of a peer that breaks the rule.
  private func verdict(
    of peer: JudgedPeer, _ share: Fixed, _ needed: Int, _ scene: Scene, _ parameters: Parameters
  ) -> Verdict {
    let words = RhythmWords(view: peer.view, rhythm: peer.rhythm, scene: scene)
    let period = Wording.seconds(peer.view.profile.period)
    let isSlow = peer.slow.chance < min(peer.offGridChance, peer.otherChance)
    let observed: String
    if isSlow {
      let multiple = peer.slow.multiple
      observed =
        "all \(Wording.count(peer.slow.rounds.count, "changed round")) lie a multiple of \(multiple) rounds apart: it "
        + "re-evaluates every \(Wording.seconds(peer.view.profile.period * Int(multiple))), or more seldom"
    } else {
      observed =
        "\(peer.rhythm.offGrid.count) of \(peer.rhythm.count) decisions lie off every grid of \(period)"
        + (peer.truth.map { "; \($0)" } ?? "")
    }
    let doubt = doubt(scene)
    return verdict(
      doubt == nil ? .fail : .undecided, scope: .peer, subjects: [peer.name(scene)], parameters: parameters,
      expected: "\(expectation(share)) of \(period), to \(Wording.seconds(peer.rhythm.tolerance))", observed: observed,
      power: .init(n: peer.rhythm.count, needed: needed),
      evidence: isSlow ? words.series : words.offGrid, reason: doubt,
      effect: .init(value: peer.share(isSlow: isSlow), atLeast: share))
  }

  private func expectation(_ share: Fixed) -> String {
    "at least \(Wording.percent(share)) of the decisions that nothing else explains on a grid"
  }

  /// An event that would explain a change may not have been seen.
  private func doubt(_ scene: Scene) -> String? {
    if scene.isLossy { return "what explains a change may be among the frames that the capture dropped" }
    if scene.undecodable > 0 { return "what explains a change may be in a connection that could not be read" }
    return nil
  }

  /// Of all peers that do not break the rule by themselves; nil where there are none.
  private func verdict(
    ofAll peers: [JudgedPeer], _ share: Fixed, _ needed: Int, _ error: Double, _ scene: Scene,
    _ parameters: Parameters, without: Int, blur: SwarmDuration?
  ) -> Verdict? {
    let on = peers.reduce(0) { $0 + $1.rhythm.onGrid.count }
    let off = peers.reduce(0) { $0 + $1.rhythm.offGrid.count }
    let told = peers.filter { $0.slow.rounds.count >= Self.roundsToTell }
    let refuted = told.count { $0.slow.isRefuted }
    var observed =
      "\(on) of \(Wording.count(on + off, "decision")) on the grids of \(Wording.count(peers.count, "peer"))"
    if !told.isEmpty { observed += "; \(refuted) of \(told.count) with enough changed rounds use odd and even ones" }
    if without > 0 { observed += "; \(Wording.count(without, "peer")) without a profile of their rounds not judged" }
    func say(_ status: Verdict.Status, _ evidence: [Evidence] = [], value: Fixed?, reason: String? = nil) -> Verdict {
      verdict(
        status, scope: .swarm, subjects: [], parameters: parameters,
        expected: "\(expectation(share)) of each peer's period", observed: observed,
        power: .init(n: on + off, needed: needed), evidence: evidence, reason: reason,
        effect: value.map { .init(value: $0, atLeast: share) })
    }
    guard let value = Fixed(Int64(on), over: Int64(on + off)) else {
      let reason = blur.map {
        "what is decided may take \(Wording.seconds($0)) to the wire, a quarter of a round or more"
      }
      return say(.undecided, value: nil, reason: reason ?? "nothing that only a round explains was seen")
    }
    let evidence = Array(
      peers.flatMap { RhythmWords(view: $0.view, rhythm: $0.rhythm, scene: scene).offGrid }.prefix(5))
    let isOff = value < share && BinomialTail.chance(of: off, in: on + off, each: 1 - share.value) <= error
    let isSlow = !peers.contains { $0.slow.isRefuted } && peers.reduce(1) { $0 * $1.slow.chance } <= error
    if isOff || isSlow {
      let doubt = doubt(scene)
      let series = peers.flatMap { RhythmWords(view: $0.view, rhythm: $0.rhythm, scene: scene).series.prefix(1) }
      let half = Fixed(millionths: value.millionths / 2)
      return say(
        doubt == nil ? .fail : .undecided, isOff ? evidence : Array(series.prefix(5)), value: isOff ? value : half,
        reason: doubt)
    }
    if on + off < needed {
      return say(.undecided, evidence, value: value, reason: "too few decisions that only a round explains")
    }
    if value < share {
      return say(
        .undecided, evidence, value: value, reason: "more lie off the grid than may, too few to say so for sure")
    }
    if told.isEmpty || 2 * refuted < told.count {
      return say(
        .undecided, evidence, value: value, reason: "a period of a multiple of the declared one is not ruled out")
    }
    return say(.pass, evidence, value: value)
  }

  /// Changed rounds after which one may expect to have seen odd and even ones.
  private static let roundsToTell = 4
}

/// What can be said of one peer.
private struct JudgedPeer {
  let view: ChokingView
  let rhythm: ChokeRhythm
  let slow: SlowGrid
  let other: OtherPeriod?
  /// Of an honest peer to have as many decisions off its grid; 1 where its share is as it should be.
  let offGridChance: Double
  /// Of an honest peer to seem to keep another period; 1 where its share on its own grid is as it should be.
  let otherChance: Double

  init(_ view: ChokingView, _ share: Fixed) {
    self.view = view
    rhythm = ChokeRhythm(view)
    slow = SlowGrid(view, rhythm)
    let (on, count) = (Int64(rhythm.onGrid.count), Int64(rhythm.count))
    let isOff = Fixed(on, over: count).map { $0 < share } ?? false
    offGridChance =
      isOff ? BinomialTail.chance(of: rhythm.offGrid.count, in: rhythm.count, each: 1 - share.value) : 1
    other = OtherPeriod(rhythm, strays: 1 - share.value)
    otherChance = isOff ? other?.chance ?? 1 : 1
  }

  /// `25 of 25 keep a period of 8 s`; nil where chance may have it so.
  var truth: String? {
    guard let other, other.chance <= Self.plausible else { return nil }
    return "\(other.matched) of \(rhythm.count) keep a period of \(Wording.seconds(other.period))"
  }

  /// A period that fits with a greater chance than this is not worth a word.
  private static let plausible = 0.001

  func name(_ scene: Scene) -> String { scene.cast.names[view.peer] }

  func breaks(_ error: Double) -> Bool { min(slow.chance, offGridChance, otherChance) <= error }

  /// Share of what it should be: of a slow grid, that of the points which it uses at all.
  func share(isSlow: Bool) -> Fixed {
    let kept = Int64(rhythm.onGrid.count)
    return Fixed(kept, over: Int64(max(1, rhythm.count)) * (isSlow ? slow.multiple : 1)) ?? Fixed(millionths: 0)
  }
}
