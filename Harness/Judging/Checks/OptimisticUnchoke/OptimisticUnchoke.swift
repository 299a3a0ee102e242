import Planning
import SwarmTime
import TopologyFile

/// Optimistic unchokes of leechers, in four parts with a verdict each: there is one (presence), it lasts as long as it
/// should (tenure), everybody is reached (reach), and nobody is favoured (choice).
///
/// Which of the unchoked holds the optimistic slot is the peer's secret. What the rates leave open is never held against
/// it: presence counts, tenure looks for any assignment that explains what was seen, and reach and choice use only those
/// draws that nothing but a draw can explain.
struct OptimisticUnchoke: Check {
  static let name = "optimistic-unchoke"
  static let kind = Verdict.Kind.invariant
  static let summary =
    "while more want slots than there are, optimistic unchokes are there, last their tenure, reach everybody and favour "
    + "nobody"
  static let parameters = [
    ParameterSpec(
      "parts", .text, default: Part.allCases.map(\.rawValue).joined(separator: ", "),
      "Which parts to judge; those that a run is too short for may be left out."),
    ParameterSpec(
      "groups", .text, "Groups of the topology whose leechers are judged, with commas between; all if not given."),
    ParameterSpec(
      "lapses", .integer(1...1000), default: "3",
      "How many whole rounds with a slot empty, in all, fail presence; so does one stretch above tenure + period."),
    ParameterSpec(
      "unexplained", .integer(1...1000), default: "2", "How many rounds that no assignment explains fail tenure."),
    ParameterSpec(
      "weight", .number(1.1...1000), default: "3",
      "The favour, of one half of the candidates over the other, that choice must be able to find in order to pass."),
  ]
  static let failedBy = [
    "no-optimistic", "sticky-optimistic", "shunned", "biased-choice", "defect-optimistic-counter", "defect-pool-head",
    "defect-unordered-prefix", "defect-refilled-from-top", "defect-no-review",
  ]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.profile, .noDrops, .whole, .plaintext, .readable, .timing]
  }

  /// Chance of a false fail in a whole run, over all peers and parts (DEFINITIONS: a family error of 1e-6).
  static let familyError = 1e-6

  enum Part: String, CaseIterable {
    case presence, tenure, reach, choice
  }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let parts = try Self.parts(parameters)
    let groups = Self.words(parameters.values["groups"])
    let leechers = scene.plan.peers.indices.filter { index in
      scene.plan.peers[index].role != .seed && (groups.isEmpty || groups.contains(scene.plan.peers[index].group))
    }
    if let unknown = groups.first(where: { name in !scene.plan.peers.contains { $0.group == name } }) {
      throw CheckTrouble("there is no group \(unknown); groups are names of `peers`")
    }
    guard !leechers.isEmpty else { throw CheckTrouble("the plan has no leechers to be judged") }
    let statistics = Double(max(1, parts.count - (parts.contains(.presence) ? 1 : 0)))
    let bound = Likelihood.ln(statistics * Double(leechers.count) / Self.familyError)
    return leechers.flatMap { peer -> [Verdict] in
      let say = Saying(check: self, parameters: parameters, peer: scene.plan.peers[peer].name)
      func undecided(_ reason: String) -> [Verdict] {
        parts.map { say($0, .undecided, "optimistic unchokes as its profile says", "not judged", 0, 1, reason: reason) }
      }
      if let reason = scene.plan.peers[peer].profile?.judged.lackOfRules { return undecided(reason) }
      guard let view = scene.choking(of: peer), let slots = view.profile.slots else {
        return undecided("no profile says how \(scene.plan.peers[peer].name) chokes")
      }
      guard view.profile.optimisticSlots > 0 else { return undecided("its profile has no optimistic slot") }
      guard let span = view.leecherSpan else { return undecided("it was never a leecher") }
      if let blur = view.blur { return undecided(blur) }
      let sight = RoundSight(view, scene, slots: slots, span: span)
      let judging = OptimisticJudging(
        sight: sight, scene: scene, span: span, parameters: parameters, say: say, bound: bound)
      // A rotating list's order is not known from packets: `reach` bounds what comes of it.
      return parts.filter { $0 != .choice || view.profile.optimisticChoice == .draw }.map(judging.verdict)
    }
  }

  private static func words(_ value: PlannedValue?) -> [String] {
    guard case .text(let text) = value else { return [] }
    return text.split { $0 == "," || $0 == " " }.map(String.init)
  }

  private static func parts(_ parameters: Parameters) throws -> [Part] {
    let names = words(parameters.values["parts"])
    guard !names.isEmpty else { return Part.allCases }
    let parts = Part.allCases.filter { names.contains($0.rawValue) }
    guard parts.count == Set(names).count, !parts.isEmpty else {
      let known = Part.allCases.map(\.rawValue).joined(separator: ", ")
      throw CheckTrouble("parts: \(names.joined(separator: ", ")): there are \(known)")
    }
    return parts
  }
}

/// Makes verdicts of one peer.
struct Saying {
  let check: OptimisticUnchoke
  let parameters: Parameters
  let peer: String

  func callAsFunction(
    _ part: OptimisticUnchoke.Part, _ status: Verdict.Status, _ expected: String, _ observed: String, _ n: Int,
    _ needed: Int, _ evidence: [Evidence] = [], reason: String? = nil
  ) -> Verdict {
    var verdict = check.verdict(
      status, scope: .peer, subjects: [peer], parameters: parameters, expected: "\(part.rawValue): \(expected)",
      observed: observed, power: .init(n: n, needed: needed), evidence: evidence, reason: reason)
    if part == .choice { verdict.kind = .statistic }
    return verdict
  }
}
