import Planning
import SwarmTime
import TopologyFile

/// Who gives next to nothing lives on optimistic unchokes, and on seeds.
///
/// A **free rider** is a leecher that sent less than `gives` of what it received while it was one, by its packets,
/// whatever its limits and its program; the others are contributors. Under tit-for-tat with k regular and o optimistic
/// slots, all of them full, free riders hold optimistic slots alone: together they get no more than o / (k + o) of what
/// a contributor sends, and of that no more than draws give them (mu / (k + 1) * N_c / (N_c + N_f) for
/// each, of equal uplinks mu; Qiu and Srikant, SIGCOMM 2004). Payload from seeds is not counted: a seed serves whoever asks.
///
/// It is held against each contributor, not against the rider: the rider's rate is what others make of it, and a reader
/// who wants to mend something must know who gave. So a verdict of a peer is about one contributor, and the last is
/// about all of them together, which a little from each can fail.
///
/// Counted is for how long a contributor served whom, from one of its rounds to the next, while a free rider wanted
/// something of it and its regular slots were claimed by those who had sent more (`RiderStretch`). The bound is one of
/// slots, and so is what is held against it: what goes over a slot depends on what its holder asks for, and is told beside.
struct FreeRiderPenalty: Check {
  static let name = "free-rider-penalty"
  static let kind = Verdict.Kind.statistic
  static let summary = "who gives next to nothing gets no more of those that give than optimistic unchokes bring"
  static let parameters = [
    ParameterSpec(
      "gives", .number(0...1), default: "0.05",
      "Share of what it received below which a leecher that sent no more is a free rider."),
    ParameterSpec(
      "turns", .integer(1...1_000_000), default: "10",
      "Fewest tenures of an optimistic slot for which free riders must have competed with others."),
  ]
  static let failedBy = ["random-chooser", "slowest-first"]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.profile, .noDrops, .whole, .plaintext, .readable, .timing]
  }

  /// Of all verdicts of a run together (DEFINITIONS, Verdict).
  private static let familyError = 1e-6
  private static let mostQuoted = 4

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let gives = Fixed(nearest: parameters.number("gives") ?? 0.05)
    let needed = Int(parameters.integer("turns") ?? 10)
    let shares = scene.plan.peers.indices.compactMap { LeecherShare($0, scene) }
    if shares.isEmpty { throw CheckTrouble("the plan names no leechers") }
    let free = FreeRiders(shares, below: gives, scene)
    if free.riding.isEmpty {
      throw CheckTrouble("nobody rode free: no leecher sent less than \(Wording.percent(gives)) of what it received")
    }
    let riders = Set(free.riding.map(\.peer))
    if free.contributors.isEmpty { throw CheckTrouble("every leecher rode free: nobody was there to give") }

    var services: [(peer: Int, service: RiderService)] = []
    var trouble: CheckTrouble?
    for peer in free.contributors {
      do throws(CheckTrouble) {
        let rechokes = try scene.rechokes(of: peer)
        services.append((peer, RiderService(rechokes, riders: riders, scene)))
      } catch {
        trouble = trouble ?? error
      }
    }
    if services.isEmpty, let trouble { throw trouble }

    let income = free.words(scene)
    let judged = services.filter { $0.service.turns >= needed }
    let error = Self.familyError / Double(judged.count + 1)
    var whole = RiderService()
    for one in services { whole.add(one.service) }
    // A contributor that can be judged alone is named; all are judged together.
    return judged.map { judge($0.service, $0.peer, riders.count, nil, error, scene, parameters) }
      + [judge(whole, nil, riders.count, income, error, scene, parameters)]
  }

  private func judge(
    _ service: RiderService, _ peer: Int?, _ riders: Int, _ income: String?, _ error: Double, _ scene: Scene,
    _ parameters: Parameters
  ) -> Verdict {
    let needed = Int(parameters.integer("turns") ?? 10)
    let allowed = service.allowed(error: error)
    func say(
      _ status: Verdict.Status, _ observed: String, _ evidence: [Evidence] = [], reason: String? = nil,
      effect: Verdict.Effect? = nil
    ) -> Verdict {
      let whose = peer == nil ? "the slots of those that give" : "its slots"
      return verdict(
        status, scope: peer == nil ? .swarm : .peer, subjects: peer.map { [scene.plan.peers[$0].name] } ?? [],
        parameters: parameters, expected: "at most \(Wording.percent(allowed)) of \(whose) are held by free riders",
        observed: observed, power: .init(n: service.turns, needed: needed), evidence: evidence, reason: reason,
        effect: effect)
    }
    let besides = income.map { "; \($0)" } ?? ""
    let crowd = Wording.count(riders, "free rider")
    guard service.turns >= needed, let held = service.shareOfSlots else {
      return say(
        .undecided, "\(crowd), \(Wording.count(service.turns, "tenure")) to judge by" + besides,
        reason: "while those that had sent more wanted all regular slots free riders competed for "
          + "\(Wording.count(service.turns, "tenure")), \(needed) are needed")
    }
    let observed =
      "\(crowd) held \(Wording.percent(held)) of the slots, and got \(Wording.bytes(service.toRiders)) of "
      + "\(Wording.bytes(service.toAll)), over \(Wording.count(service.turns, "tenure"))" + besides
    let one: Int64 = 1_000_000
    let effect = Verdict.Effect(
      value: Fixed(millionths: one - held.millionths), atLeast: Fixed(millionths: one - allowed.millionths))
    guard held > allowed else { return say(.pass, observed, effect: effect) }
    let evidence = service.plainest(Self.mostQuoted).map { $0.evidence(scene.choking(of: $0.contributor), scene) }
    guard !scene.isLossy else {
      return say(
        .undecided, observed, evidence, reason: "a choke or a block may be among the frames that the capture dropped",
        effect: effect)
    }
    return say(.fail, observed, evidence, effect: effect)
  }
}
