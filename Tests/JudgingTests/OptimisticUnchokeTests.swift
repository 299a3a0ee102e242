import Choking
import Dissection
import Judging
import Planning
import Staging
import SwarmTime
import Testing

@Suite struct OptimisticUnchokeTests {
  /// Five that send, at 12 KiB/s each, and `crowd` that only want.
  private func lives(crowd: Int, seconds: Double) -> [OneChoker.Life] {
    (0..<5 + crowd).map { index in
      var life = OneChoker.Life(here: [0..<seconds], interested: [1 + Double(index) / 10..<seconds])
      if index < 5 { life.serving = [(1..<seconds, 12_000)] }
      return life
    }
  }

  private func judge(
    _ choker: any ChokingAlgorithm, crowd: Int = 16, minutes: Double = 60, randomSeed: UInt64 = 1,
    profile: Profile = .titForTat()
  ) -> [String: Verdict] {
    let seconds = minutes * 60
    let stage = OneChoker.play(
      choker, lives(crowd: crowd, seconds: seconds), seconds: seconds, randomSeed: randomSeed, profile: profile)
    return parts(stage)
  }

  private func parts(_ stage: Stage) -> [String: Verdict] {
    var parts: [String: Verdict] = [:]
    for verdict in stage.judge("optimistic-unchoke") {
      parts[String(verdict.expected.prefix { $0 != ":" })] = verdict
    }
    return parts
  }

  private static let seeds: ClosedRange<UInt64> = 1...10

  @Test func whereWhatIsDecidedTakesHalfARoundToTheWireNothingIsJudged() {
    var profile = Profile.titForTat()
    profile.outputBuffer = .seconds(15)
    let verdicts = judge(TitForTat(), minutes: 5, profile: profile)
    #expect(verdicts.count == 4)
    for (part, verdict) in verdicts {
      #expect(verdict.status == .undecided, "\(part)")
      #expect(verdict.reason?.hasPrefix("what is decided may take 15") == true, "\(verdict.reason ?? "")")
    }
  }

  @Test func honestDrawsFailNothingAndAreDecidedInTime() {
    for randomSeed in Self.seeds {
      let verdicts = judge(TitForTat(), minutes: 40, randomSeed: randomSeed)
      #expect(verdicts["presence"]?.status == .pass)
      #expect(verdicts["tenure"]?.status == .pass, "\(verdicts["tenure"]?.observed ?? "")")
      #expect(verdicts["reach"]?.status != .fail, "\(verdicts["reach"]?.observed ?? "")")
      #expect(verdicts["choice"]?.status == .undecided, "\(verdicts["choice"]?.observed ?? "")")
      #expect(verdicts["choice"]?.power.needed == 288)
    }
  }

  @Test func fourHoursDecideAllParts() {
    let verdicts = judge(TitForTat(), minutes: 240)
    #expect(verdicts.count == 4)
    for (part, verdict) in verdicts {
      #expect(verdict.status == .pass, "\(part): \(verdict.reason ?? verdict.observed)")
    }
  }

  /// Partners that come and go, want and do not, send much, little and nothing, and snub.
  private func wildLives(_ random: inout RandomSource, seconds: Double) -> [OneChoker.Life] {
    func span(_ from: Double, _ mean: Double) -> Range<Double> {
      from..<min(seconds, from + mean * (0.05 + 2 * random.unit()))
    }
    let count = 1 + random.below(30)
    let (calm, generosity, churn) = (random.unit(), random.unit(), random.unit())
    return (0..<count).map { _ in
      var life = OneChoker.Life()
      var at = random.unit() * (random.below(3) == 0 ? seconds : 30)
      while at < seconds {
        let here = span(at, churn < 0.5 ? 4 * seconds : 300)
        life.here.append(here)
        var wish = here.lowerBound + 0.1 + random.unit()
        while wish < here.upperBound {
          let wanting = span(wish, calm < 0.3 ? 40 : calm < 0.6 ? 400 : 4 * seconds)
          life.interested.append(wanting.clamped(to: here))
          wish = wanting.upperBound + 20 * random.unit()
        }
        var gift = here.lowerBound + 0.1 + 60 * random.unit()
        while gift < here.upperBound, random.unit() < 0.3 + 0.7 * generosity {
          let giving = span(gift, 120)
          let rate = [0, 1_000, 4_000, 8_000, 16_000, 16_000, 40_000][random.below(7)]
          life.serving.append((giving.clamped(to: here), Double(rate)))
          gift = giving.upperBound + 0.5 + 200 * random.unit()
        }
        at = here.upperBound + 40 * random.unit()
      }
      return life
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>) func honestDrawsFailNothingAmongWildPartners(block: UInt64) {
    for randomSeed in block * 10..<block * 10 + 10 {
      var random = RandomSource(seed: 1000 + randomSeed)
      let lives = wildLives(&random, seconds: 900)
      let stage = OneChoker.play(TitForTat(), lives, seconds: 900, randomSeed: randomSeed)
      for (part, verdict) in parts(stage) {
        #expect(verdict.status != .fail, "\(randomSeed), \(part): \(verdict.observed) \(verdict.evidence)")
        #expect(verdict.reason?.contains("explains") != true, "\(randomSeed): \(verdict.evidence)")
      }
    }
  }

  /// Whole swarms of cores on ideal links: small and large, equal and in classes, at once and late, staying and leaving.
  private func swarm(_ shape: Int, randomSeed: UInt64) -> Plan {
    let sizes = [3, 8, 12, 24, 24, 32]
    let leechers = sizes[shape % sizes.count]
    var plan = Stage(leechers: leechers, checks: [CheckPlan(name: "optimistic-unchoke", parameters: [:])]).plan
    plan.randomSeed = randomSeed
    plan.payload.pieceLengthBytes = 256 << 10
    plan.payload.sizeBytes = Int64(shape % 2 == 0 ? 96 : 192) * plan.payload.pieceLengthBytes
    plan.until.within = .seconds(1200)
    var random = RandomSource(seed: randomSeed)
    for index in plan.peers.indices {
      let rate = index == 0 ? 512 << 10 : shape == 4 ? [32, 64, 192][index % 3] << 10 : 96 << 10
      plan.peers[index].upload = LimitPlan(bytesPerSecond: Int64(rate))
      plan.peers[index].download = nil
      if shape == 3 || shape == 5, index > 0 { plan.peers[index].arrivesAt = .zero + .seconds(300 * random.unit()) }
      if shape == 2 || shape == 4 { plan.peers[index].onComplete = OnComplete(action: .leave) }
    }
    plan.peers[0].onComplete = OnComplete(action: .seed)
    return plan
  }

  @Test(arguments: 0..<6) func honestSwarmsFailNothing(shape: Int) throws {
    let stage = try IdealCapture.run(plan: swarm(shape, randomSeed: 1))
    for verdict in stage.judge("optimistic-unchoke") {
      #expect(verdict.status != .fail, "\(verdict.expected): \(verdict.observed) \(verdict.evidence)")
      #expect(verdict.reason?.contains("explains") != true, "\(verdict.evidence)")
    }
    // Eight for five minutes: enough to tell that there is an optimistic unchoke and how long it lasts.
    guard shape == 1 else { return }
    let verdicts = stage.judge(
      "optimistic-unchoke", ["parts": .text("presence, tenure"), "groups": .text("leecher")])
    #expect(verdicts.count == 16)
    #expect(verdicts.allSatisfy { $0.status == .pass })
  }

  @Test(arguments: [20.0, 40, 60, 1e6]) func wrongTenuresFail(seconds: Double) throws {
    var choker = SkewedDraw()
    choker.tenure = .seconds(seconds)
    let verdict = try #require(judge(choker, minutes: 30)["tenure"])
    #expect(verdict.status == .fail)
    #expect(verdict.evidence.first?.peers.first == "leecher-1")
    #expect(verdict.evidence.first?.text.contains(seconds == 20 ? "(unchoked 20 s before)" : "") == true)
  }

  @Test(arguments: [6, 12, 1_000_000]) func anEmptyOptimisticSlotFailsPresence(idleRounds: Int) throws {
    var choker = SkewedDraw()
    choker.idleRounds = idleRounds
    let verdict = try #require(judge(choker, minutes: 30)["presence"])
    #expect(verdict.status == .fail)
    #expect(verdict.evidence.first?.text.contains("at most 4 served of 5; waiting: leecher-7") == true)
  }

  @Test func whoWaitedForAPartOfAnEmptyStretchIsNotSaidToWaitAllTheWhile() throws {
    var choker = SkewedDraw()
    choker.idleRounds = 1_000_000
    var partners = lives(crowd: 16, seconds: 1800)
    partners[5].interested = [1.5..<900]
    let verdict = try #require(parts(OneChoker.play(choker, partners, seconds: 1800))["presence"])
    #expect(verdict.evidence.contains { $0.t < .seconds(890) && $0.text.contains("waiting: leecher-8") })
  }

  @Test(arguments: [1, 2, 4]) func theShunnedFailReach(shunned: Int) throws {
    var choker = SkewedDraw()
    choker.weight = { $0 >= 5 && $0 < 5 + shunned ? 0 : 1 }
    let verdict = try #require(judge(choker, crowd: 8, minutes: 60 + 15 * Double(shunned))["reach"])
    #expect(verdict.status == .fail, "\(verdict.reason ?? verdict.observed)")
    #expect(verdict.evidence.count == shunned)
    #expect(Set(verdict.evidence.flatMap(\.peers)) == Set(["leecher-1"] + (0..<shunned).map { "leecher-\($0 + 7)" }))
  }

  @Test func aWaitIsQuotedAtTheFrameInWhichItBegins() throws {
    var choker = SkewedDraw()
    choker.weight = { $0 == 5 ? 0 : 1 }
    let stage = OneChoker.play(choker, lives(crowd: 8, seconds: 4500), seconds: 4500)
    let evidence = try #require(parts(stage)["reach"]?.evidence.first)
    let quoted = try #require(stage.trace.messages.first { Int($0.frame) == evidence.frame })
    #expect(abs(quoted.time - Stage.realtime(evidence.t.seconds)) < 5_000_000_000)
  }

  @Test(arguments: [3.0, 6, 20]) func favourFailsChoice(factor: Double) throws {
    var choker = SkewedDraw()
    choker.weight = { $0 % 2 == 0 ? factor : 1 }
    let minutes: Double = factor == 3 ? 180 : factor == 6 ? 90 : 40
    let verdict = try #require(judge(choker, minutes: minutes)["choice"])
    #expect(verdict.status == .fail, "\(verdict.reason ?? verdict.observed)")
    #expect(verdict.kind == .statistic)
  }

  @Test func whomNoClassTellsApartCanBeFavouredToo() throws {
    var choker = SkewedDraw()
    choker.weight = { [5, 8, 9, 14].contains($0) ? 12 : 1 }
    let verdict = try #require(judge(choker, minutes: 240)["choice"])
    #expect(verdict.status == .fail, "\(verdict.reason ?? verdict.observed)")
    #expect(verdict.observed.contains("some are chosen more often than others"))
  }

  // MARK: In turn

  private let inTurn = Profile.titForTat(optimisticChoice: .longestWaiting)

  @Test func whoGoesInTurnReachesEverybodyInBoundedTime() throws {
    var choker = SkewedDraw()
    choker.isInTurn = true
    for randomSeed in 1...3 as ClosedRange<UInt64> {
      let verdicts = judge(choker, minutes: 30, randomSeed: randomSeed, profile: inTurn)
      #expect(verdicts.keys.sorted() == ["presence", "reach", "tenure"])
      for (part, verdict) in verdicts {
        #expect(verdict.status == .pass, "\(part): \(verdict.reason ?? verdict.observed) \(verdict.evidence)")
      }
    }
  }

  @Test func aDrawIsNoTurn() {
    // By lot somebody among sixteen waits far longer than sixteen tenures, and somebody is drawn twice running.
    let verdicts = judge(TitForTat(), minutes: 60, profile: inTurn)
    #expect(verdicts["reach"]?.status == .fail)
  }

  // MARK: What cannot be told

  @Test func whereNobodyWaitsNothingIsKnown() {
    let verdicts = judge(TitForTat(), crowd: 0, minutes: 10)
    #expect(verdicts["choice"]?.status == .undecided)
    #expect(verdicts["reach"]?.status == .undecided)
    #expect(verdicts.values.allSatisfy { $0.status != .fail })
  }

  @Test func partsThatThereAreNotLeaveItUndecided() {
    let stage = OneChoker.play(TitForTat(), lives(crowd: 2, seconds: 60), seconds: 60)
    let verdict = stage.verdict("optimistic-unchoke", ["parts": .text("presence, choise")])
    #expect(verdict?.status == .undecided)
    #expect(verdict?.reason?.contains("there are presence, tenure, reach, choice") == true)
    #expect(stage.verdict("optimistic-unchoke", ["groups": .text("none")])?.status == .undecided)
  }
}
