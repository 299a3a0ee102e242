import Planning
import SwarmTime
import TopologyFile

/// Who gives more gets more (Legout 2006: "a faster uploader must not get lower download"): over the leechers of
/// different classes, what they received a second goes with what they sent a second.
///
/// Both are payload rates over each one's time as a leecher; the measure is Spearman's correlation. It passes where its
/// 95 % interval lies above the bound, and fails where it lies below, and honest swarms would have so little in one run
/// of a million. Tit-for-tat takes time to sort its peers: at first nobody has anything to repay. It can only be asked where what leechers give
/// decides what they get: where their uplinks are in use. Under a seed that is slower than they are, everybody waits
/// for the same pieces (Legout 2007 found no clustering there), and the check is undecided.
struct Fairness: Check {
  static let name = "fairness"
  static let kind = Verdict.Kind.statistic
  static let summary = "leechers of faster classes, which give more, get more"
  static let parameters = [
    ParameterSpec(
      "atLeast", .number(-1...1), default: "0.3", "Least Spearman correlation of what leechers give and get."),
    ParameterSpec("perClass", .integer(2...10_000), default: "4", "Leechers that a class must have to count."),
    ParameterSpec(
      "inUse", .number(0...1), default: "0.6", "Share of their uplinks that leechers must have had in use."),
    ParameterSpec(
      "rounds", .integer(1...1_000_000), default: "22",
      "Choke rounds for which the leechers of each class must have been there on average."),
    ParameterSpec(
      "evenWithinClass", .number(0...1),
      "Least Jain index of what the leechers of one class get; without it there is only the metric."),
    ParameterSpec(
      "evenFromSeed", .number(0...1),
      "Least Jain index of the time that each seed serves each leecher; without it there is only the metric."),
  ]
  static let failedBy = ["random-chooser", "slowest-first"]
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .noDrops, .whole, .plaintext, .readable] }

  /// Classes of uploads nearer to each other than this, in per cent, are one class.
  private static let apart: Int64 = 125
  private static let quoted = 4
  /// The correlation of honest swarms after `rounds`: 0.85 and 0.88 were measured on ideal links (24 leechers in classes of
  /// 16, 48 and 144 KiB/s, 24 MiB, 27 rounds); after 20 rounds it is still 0.4 to 0.5.
  private static let honest = Fixed(millionths: 800_000)

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let shares = scene.plan.peers.indices.compactMap { LeecherShare($0, scene) }
    return [correlation(shares, scene, parameters)] + evenness(shares, scene, parameters)
  }

  private func correlation(_ shares: [LeecherShare], _ scene: Scene, _ parameters: Parameters) -> Verdict {
    let atLeast = Fixed(nearest: parameters.number("atLeast") ?? 0.3)
    let perClass = Int(parameters.integer("perClass") ?? 4)
    let inUse = Fixed(nearest: parameters.number("inUse") ?? 0.6)
    let needed = 2 * perClass
    func say(
      _ status: Verdict.Status, _ observed: String, n: Int, _ evidence: [Evidence] = [], reason: String? = nil,
      effect: Verdict.Effect? = nil
    ) -> Verdict {
      verdict(
        status, scope: .swarm, subjects: [], parameters: parameters,
        expected: "a correlation of what leechers give and get of at least \(Wording.trimmed(atLeast, places: 6))",
        observed: observed, power: .init(n: n, needed: needed), evidence: evidence, reason: reason, effect: effect)
    }

    let classes = LeecherClass.classes(of: shares, scene).filter { $0.members.count >= perClass }
    let uploads = classes.compactMap(\.upload)
    guard classes.count >= 2, let slowest = uploads.min(), let fastest = uploads.max(), slowest > 0,
      fastest / Self.apart >= slowest / 100
    else {
      return say(
        .undecided, "\(Wording.count(classes.count, "class", "classes")) of at least \(perClass) leechers",
        n: classes.reduce(0) { $0 + $1.members.count },
        reason: "fairness between classes needs two of at least \(perClass) leechers with different uploads")
    }
    let members = classes.flatMap(\.members)
    let wanted = SwarmDuration.seconds(Self.period(scene).seconds * Double(parameters.integer("rounds") ?? 22))
    let stay = classes.map(\.meanStay).min() ?? .zero
    guard stay >= wanted else {
      return say(
        .undecided, "the leechers of one class were done after \(Wording.seconds(stay)) on average",
        n: members.count, reason: "tit-for-tat needs \(Wording.seconds(wanted)) to sort its peers")
    }
    let sent = members.reduce(0.0) { $0 + Double($1.sent) }
    let capacity = members.reduce(0.0) { sum, share in
      let span = share.span
      return sum + Double(scene.facts.uploadCapacity(of: share.peer, from: span.lowerBound, to: span.upperBound) ?? 0)
    }
    let use = Fixed(nearest: capacity > 0 ? sent / capacity : 0)
    guard use >= inUse else {
      return say(
        .undecided, "\(Wording.percent(use)) of the leechers' uplinks were in use", n: members.count,
        reason: "what leechers can give did not decide what they got: below \(Wording.percent(inUse)) of it was used")
    }
    guard let found = RankCorrelation(members.map(\.sentRate), members.map(\.receivedRate)) else {
      return say(.undecided, "no differences", n: members.count, reason: "all leechers gave, or got, the same")
    }
    let words = classes.sorted { ($0.upload ?? 0, $0.group) < ($1.upload ?? 0, $1.group) }.map(\.words)
      .joined(separator: "; ")
    let observed = "correlation \(found.rho), 95 % interval \(found.low) to \(found.high); \(words)"
    let effect = Verdict.Effect(value: found.rho, atLeast: atLeast)
    if found.low >= atLeast { return say(.pass, observed, n: members.count, effect: effect) }
    if found.high < atLeast, found.rho < RankCorrelation.least(ofHonest: Self.honest, n: found.n) {
      return say(.fail, observed, n: members.count, evidence(members, scene), effect: effect)
    }
    return say(
      .undecided, observed, n: members.count, reason: "the interval holds the bound \(atLeast)", effect: effect)
  }

  /// The longest choke round of any leecher.
  private static func period(_ scene: Scene) -> SwarmDuration {
    scene.plan.peers.filter { $0.role == .leecher }.compactMap { $0.profile?.period }.max() ?? .seconds(10)
  }

  /// Who gave most against what it got, at its completion.
  private func evidence(_ members: [LeecherShare], _ scene: Scene) -> [Evidence] {
    members.filter { $0.sentRate > $0.receivedRate }.sorted { a, b in
      let (x, y) = (a.sentRate - a.receivedRate, b.sentRate - b.receivedRate)
      return x != y ? x > y : a.peer < b.peer
    }.prefix(Self.quoted).map { share in
      let name = scene.cast.names[share.peer]
      return Evidence(
        t: share.span.upperBound, frame: scene.holdings.completions[share.peer]?.frame, peers: [name],
        text: "by here \(name) has given \(Wording.rate(share.sentRate)) and got \(Wording.rate(share.receivedRate))")
    }
  }

  // MARK: Evenness, where it was asked for

  private func evenness(_ shares: [LeecherShare], _ scene: Scene, _ parameters: Parameters) -> [Verdict] {
    func verdicts(_ key: String, _ found: [(subject: String, what: String, index: Fixed?, n: Int)]) -> [Verdict] {
      guard let bound = parameters.number(key).map({ Fixed(nearest: $0) }) else { return [] }
      return found.map { one in
        verdict(
          one.index.map { $0 >= bound ? .pass : .fail } ?? .undecided, scope: .peer, subjects: [one.subject],
          parameters: parameters,
          expected: "a Jain index of \(one.what) of at least \(Wording.trimmed(bound, places: 6))",
          observed: one.index.map { "an index of \($0) over \(Wording.count(one.n, "leecher"))" } ?? "not measured",
          power: .init(n: one.n, needed: 2), reason: one.index == nil ? "fewer than two leechers to compare" : nil,
          effect: one.index.map { .init(value: $0, atLeast: bound) })
      }
    }
    let classes = LeecherClass.classes(of: shares, scene).map {
      (subject: $0.group, what: "what the leechers of one class get", index: $0.evenness, n: $0.members.count)
    }
    let seeds = SeedService.all(scene).map {
      (
        subject: scene.cast.names[$0.seed], what: "the time it serves each leecher", index: $0.evenness,
        n: $0.times.count
      )
    }
    return verdicts("evenWithinClass", classes) + verdicts("evenFromSeed", seeds)
  }
}
