import Planning
import SwarmTime
import TopologyFile

/// Nobody interested waits for its first unchoke by a peer beyond the bound of that peer's profile.
///
/// - While a slot is free: tenure + period.
/// - While all are taken, and the profile has a rotation, or serves whoever waits longest: tenure * (candidates + 2) + period.
/// - While all are taken, and the profile draws: until draws that pass over all who wait have a chance below 1e-6, with
///   the number of peers taken into account.
struct Starvation: Check {
  static let name = "starvation"
  static let kind = Verdict.Kind.invariant
  static let summary = "nobody interested waits for its first unchoke by a peer longer than that peer's rules explain"
  static let parameters = [
    ParameterSpec(
      "freeSlotWithin", .duration,
      "How long one may wait beside a free slot; if not given, the profile's tenure and a round.")
  ]
  static let failedBy = ["free-rider", "large-view", "sybil"]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.profile, .noDrops, .whole, .plaintext, .readable, .timing]
  }

  /// For each run, over all its peers.
  private static let errors = 1e-6
  private static let quoted = 5

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    if scene.plan.peers.isEmpty { throw CheckTrouble("the plan names no peers") }
    return scene.plan.peers.indices.map { peer in
      guard let first = FirstUnchokes(scene, peer) else {
        let name = scene.plan.peers[peer].name
        let lack = scene.plan.peers[peer].profile?.judged.lackOfRules
        return verdict(
          .undecided, scope: .peer, subjects: [name], parameters: parameters, expected: Self.summary,
          observed: "not judged", power: .init(n: 0, needed: 1),
          reason: lack ?? "no profile says how many slots \(name) has")
      }
      return judge(first, scene, parameters)
    }
  }

  private func judge(_ first: FirstUnchokes, _ scene: Scene, _ parameters: Parameters) -> Verdict {
    let name = scene.cast.names[first.view.peer]
    let profile = first.view.profile
    let patience = (parameters.duration("freeSlotWithin") ?? profile.tenure + profile.period)
    func say(_ observed: String, _ evidence: [Evidence]?) -> Verdict {
      // A frame that the capture dropped may have been the unchoke.
      let lost = scene.isLossy ? "an unchoke may be among the frames that the capture dropped" : nil
      let doubt = evidence == nil ? first.unseen(beyond: patience) : lost
      return verdict(
        doubt != nil ? .undecided : evidence == nil ? .pass : .fail, scope: .peer, subjects: [name],
        parameters: parameters,
        expected: "a first unchoke by \(name) within \(Wording.seconds(patience)) beside a free slot, "
          + Self.words(profile),
        observed: observed, power: .init(n: first.waiters.count, needed: 1), evidence: evidence ?? [], reason: doubt)
    }

    let besideFree = first.waitsBesideFreeSlot(beyond: patience)
    if !besideFree.isEmpty {
      let evidence = besideFree.prefix(Self.quoted).map { waiter, span in
        Evidence(
          t: span.start, frame: span.startFrame > 0 ? Int(span.startFrame) : nil,
          peers: [name, scene.cast.names[waiter.partner]],
          text: "from here \(scene.cast.names[waiter.partner]) waits for its first unchoke by \(name) for "
            + "\(Wording.seconds(span.end - span.start)), with a slot free all the while")
      }
      let longest = besideFree.map { $0.longest.end - $0.longest.start }.max() ?? .zero
      return say(
        "\(Wording.count(besideFree.count, "peer")) waited beside a free slot, for up to \(Wording.seconds(longest))",
        evidence)
    }
    if let (observed, evidence) = profile.optimisticChoice == .draw
      ? passedOver(first, profile, scene) : outOfTurn(first, profile, scene)
    {
      return say(observed, evidence)
    }
    let longest = first.waiters.flatMap(\.waits).map { $0.end - $0.start }.max()
    let words = longest.map { ", none for longer than \(Wording.seconds($0))" } ?? ""
    return say("\(Wording.count(first.waiters.count, "peer")) waited for a first unchoke\(words)", nil)
  }

  private static func words(_ profile: Profile) -> String {
    switch profile.optimisticChoice {
    case .draw: "else when drawn"
    case .rotation, .longestWaiting: "else when its turn comes"
    }
  }

  /// Draws that passed over all who waited more often than chance allows.
  private func passedOver(_ first: FirstUnchokes, _ profile: Profile, _ scene: Scene) -> (String, [Evidence])? {
    guard Draws.happen(profile) else { return nil }
    let enough = Double(max(1, scene.plan.peers.count)) / Self.errors
    var missing = MissingHits()
    var hits = 0
    for (count, draw) in Draws(first).stretches().enumerated() {
      missing.see(draw.chance, hit: draw.hit)
      hits += draw.hit ? 1 : 0
      guard missing.against >= enough else { continue }
      let name = scene.cast.names[first.view.peer]
      let waiting = first.waiters.filter { waiter in
        waiter.waits.contains { $0.start <= draw.start && $0.end >= draw.end }
      }
      let evidence = waiting.prefix(Self.quoted).compactMap { waiter -> Evidence? in
        guard let span = waiter.waits.first(where: { $0.start <= draw.start && $0.end >= draw.end }) else { return nil }
        return Evidence(
          t: span.start, frame: span.startFrame > 0 ? Int(span.startFrame) : nil,
          peers: [name, scene.cast.names[waiter.partner]],
          text: "\(scene.cast.names[waiter.partner]) is interested from here, and \(name) has not unchoked it by "
            + Wording.seconds(span.end))
      }
      return (
        "of \(count + 1) draws by \(Wording.seconds(draw.end)) only \(hits) fell on one who had never been unchoked, "
          + "of whom \(waiting.count) wait; the chance of so few is below \(Fixed(nearest: 1e6 / missing.against)) in a million",
        evidence
      )
    }
    return nil
  }

  /// Who was not served when its turn must have come.
  private func outOfTurn(_ first: FirstUnchokes, _ profile: Profile, _ scene: Scene) -> (String, [Evidence])? {
    guard profile.optimisticSlots > 0 else { return nil }
    let name = scene.cast.names[first.view.peer]
    let late = first.waiters.compactMap { waiter -> (FirstUnchokes.Waiter, Span, SwarmDuration)? in
      for span in waiter.waits {
        let candidates = first.view.partners.filter { partner in
          first.view.interested(partner).contains { $0.start < span.end && $0.end > span.start }
        }.count
        let turn = profile.tenure * (candidates + 2) + profile.period
        guard first.isTooLong(span, of: waiter.partner, beyond: turn) else { continue }
        return (waiter, span, turn + first.allowance(for: waiter.partner))
      }
      return nil
    }
    guard !late.isEmpty else { return nil }
    return (
      "\(Wording.count(late.count, "peer")) waited beyond their turn",
      late.prefix(Self.quoted).map { waiter, span, bound in
        Evidence(
          t: span.start, frame: span.startFrame > 0 ? Int(span.startFrame) : nil,
          peers: [name, scene.cast.names[waiter.partner]],
          text: "\(scene.cast.names[waiter.partner]) waits for its first unchoke by \(name) from here for "
            + "\(Wording.seconds(span.end - span.start)); its turn comes within \(Wording.seconds(bound))")
      }
    )
  }
}
