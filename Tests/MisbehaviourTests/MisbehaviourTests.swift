import Choking
import Misbehaviour
import Oracle
import PeerCore
import SwarmTime
import Testing
import TopologyFile
import Wire

/// Each misbehaviour does just what it says, seen on the wire of an ideal swarm and nowhere else.
@Suite struct MisbehaviourTests {
  /// The member that misbehaves: a leecher, like all but the first.
  static let liar = 3

  struct Seen {
    var outcome: IdealSwarm.Outcome
    var watch: WireWatch
    /// Payload bytes that the liar sent and received, by swarm second.
    var sentBySecond: [Int64]
    var receivedBySecond: [Int64]
    var liar: WireWatch.Faults { watch.faults[MisbehaviourTests.liar] }
    var completed: SwarmInstant? { outcome.completed[MisbehaviourTests.liar] }
  }

  /// A seed at four times the rate of eight leechers, and one of these misbehaves.
  static func run(
    _ name: String, _ dose: Double, pieceCount: Int = 48, upload: Int64 = 256 << 10, download: Int64? = 1 << 20,
    liarsDownload: Int64? = nil, horizon: Double = 150
  ) throws -> Seen {
    let leecher = IdealSwarm.Member(upload: upload, download: download)
    var swarm = IdealSwarm(
      pieceLength: 128 << 10, pieceCount: pieceCount,
      members: [.init(upload: 4 * upload, isSeed: true)] + Array(repeating: leecher, count: 8))
    if let liarsDownload { swarm.members[liar].download = liarsDownload }
    swarm.members[liar].make = { try MisbehaviourCatalogue.peer($0, misbehaving: (name, dose)) }
    swarm.horizon = .seconds(horizon)
    let watch = WireWatch(memberCount: swarm.members.count)
    var sent = Array(repeating: Int64(0), count: Int(horizon) + 1)
    var received = sent
    swarm.watch = { crossing in
      watch.see(crossing)
      guard case .block(let block) = crossing.content else { return }
      if crossing.from == liar { sent[Int(crossing.at.seconds)] += Int64(block.length) }
      if crossing.to == liar { received[Int(crossing.at.seconds)] += Int64(block.length) }
    }
    let outcome = try swarm.run()
    return Seen(outcome: outcome, watch: watch, sentBySecond: sent, receivedBySecond: received)
  }

  @Test func theTopologyFormatKnowsTheSameMisbehaviours() {
    let ours = MisbehaviourCatalogue.all
    let theirs = NativeClient.misbehaviours
    #expect(ours.map(\.name) == theirs.map(\.name))
    for (a, b) in zip(ours, theirs) {
      #expect(a.unit == b.unit)
      #expect(a.doses == b.doses)
      #expect(a.allowed == b.range)
      #expect(a.isWhole == b.isWhole)
      #expect(a.needsAccomplices == b.isOfGroup)
      #expect(a.summary == b.summary)
    }
  }

  @Test func theTopologyFormatKnowsWhichMisbehavioursAreTitForTats() {
    let ours = MisbehaviourCatalogue.all.filter(\.needsTitForTat).map(\.name)
    #expect(NativeClient.misbehavioursOfTitForTat == Set(ours))
  }

  @Test func theTopologyFormatKnowsTheSameChoicesOfWhomToServe() {
    #expect(NativeClient.chokingNames == ChokingCatalogue.names)
    for (a, b) in zip(ChokingCatalogue.all, NativeClient.chokingAlgorithms) {
      #expect(a.summary == b.summary)
      #expect(Set(a.parameters.map(\.rawValue)) == b.parameters)
    }
    #expect(NativeClient.seedRules == SeedRule.allCases.map(\.rawValue))
    #expect(NativeClient.optimisticChoices == OptimisticChoice.allCases.map(\.rawValue))
  }

  @Test func everyMisbehaviourHasThreeDosesThatItAllows() {
    for spec in MisbehaviourCatalogue.all {
      #expect(spec.doses.count == 3)
      #expect(Set(spec.doses).count == 3)
      for dose in spec.doses { #expect(spec.allowed.contains(dose) && (!spec.isWhole || dose == dose.rounded())) }
    }
  }

  @Test func aPeerThatIsNotToldToMisbehaveBreaksNoRule() throws {
    let leecher = IdealSwarm.Member(upload: 256 << 10, download: 1 << 20)
    var swarm = IdealSwarm(
      pieceLength: 128 << 10, pieceCount: 48,
      members: [.init(upload: 1 << 20, isSeed: true)] + Array(repeating: leecher, count: 8))
    for index in swarm.members.indices {
      swarm.members[index].make = { try MisbehaviourCatalogue.peer($0, misbehaving: nil) }
    }
    let watch = WireWatch(memberCount: swarm.members.count)
    swarm.watch = { watch.see($0) }
    let outcome = try swarm.run()
    #expect(outcome.completed.dropFirst().allSatisfy { $0 != nil })
    #expect(watch.offenders.isEmpty)
    #expect(watch.mostUnchoked.allSatisfy { $0 <= 5 })
  }

  @Test(arguments: [1.0, 2]) func overSlotsUnchokesSoManyMore(dose: Double) throws {
    let seen = try Self.run("over-slots", dose)
    #expect(seen.watch.mostUnchoked[Self.liar] == 5 + Int(dose))
    #expect(seen.watch.mostUnchoked.enumerated().allSatisfy { $0.offset == Self.liar || $0.element <= 5 })
    #expect(seen.watch.offenders.isEmpty)
  }

  @Test(arguments: [0.01, 0.1]) func stopShortNeverCompletes(dose: Double) throws {
    let seen = try Self.run("stop-short", dose, horizon: 80)
    #expect(seen.completed == nil)
    #expect(seen.outcome.completed.enumerated().allSatisfy { [0, Self.liar].contains($0.offset) || $0.element != nil })
    let received = seen.outcome.sent.reduce(0) { $0 + $1[Self.liar] }
    let missing = Int64((48 * dose).rounded(.up)) * (128 << 10)
    #expect(received >= 48 * (128 << 10) - missing)
    #expect(received <= 48 * (128 << 10) - missing + (1 << 20))
    #expect(seen.watch.offenders.isEmpty)
  }

  @Test(arguments: [1.0, 16]) func skipVerificationKeepsZerosAndCompletes(dose: Double) throws {
    let seen = try Self.run("skip-verification", dose)
    #expect(seen.completed != nil)
    #expect(seen.outcome.damagedPieces[Self.liar] >= 1)
    // Whoever checks hashes ends with the whole payload, also what the liar spoilt on the way.
    for (member, damaged) in seen.outcome.damagedPieces.enumerated() where member != Self.liar {
      #expect(damaged == 0)
      #expect(member == 0 || seen.outcome.completed[member] != nil)
    }
    #expect(seen.watch.offenders.isEmpty)
  }

  @Test(arguments: [1.05, 1.2, 2]) func overdriveUploadSendsFasterThanDeclared(dose: Double) throws {
    let seen = try Self.run("overdrive-upload", dose, pieceCount: 256, upload: 128 << 10, horizon: 100)
    let rate = Double(seen.sentBySecond[40..<80].reduce(0, +)) / 40
    #expect(abs(rate / Double(128 << 10) - dose) < 0.03 * dose)
    #expect(seen.watch.offenders.isEmpty)
  }

  @Test(arguments: [1.05, 1.2, 2]) func overdriveDownloadReceivesFasterThanDeclared(dose: Double) throws {
    let seen = try Self.run("overdrive-download", dose, pieceCount: 256, liarsDownload: 64 << 10, horizon: 60)
    let rate = Double(seen.receivedBySecond[20..<60].reduce(0, +)) / 40
    // At twice the rate it asks for no more at once than its declared burst allows, and so falls a little short.
    #expect(rate / Double(64 << 10) > min(dose, 1.5) * 0.97)
    #expect(rate / Double(64 << 10) < dose * 1.03)
    #expect(seen.watch.offenders.isEmpty)
  }

  @Test(arguments: [0.5, 0.25]) func lazyUploadSendsMoreSlowlyThanDeclared(dose: Double) throws {
    let seen = try Self.run("lazy-upload", dose, pieceCount: 256, upload: 128 << 10, horizon: 100)
    let rate = Double(seen.sentBySecond[40..<80].reduce(0, +)) / 40
    #expect(abs(rate / Double(128 << 10) - dose) < 0.05 * dose)
    #expect(seen.watch.offenders.isEmpty)
  }

  @Test(arguments: [8.0, 1]) func requestWhileChokedAsksPeersThatChokeIt(dose: Double) throws {
    // Long enough for eight occasions.
    let seen = try Self.run("request-while-choked", dose, pieceCount: 256)
    #expect(seen.liar.requestsWhileChoked > 0)
    #expect(seen.watch.offenders == [Self.liar])
    #expect(seen.completed != nil)
  }

  @Test(arguments: [100.0, 2]) func unaskedBlockSendsWhatNobodyAskedFor(dose: Double) throws {
    let seen = try Self.run("unasked-block", dose, pieceCount: 128)
    #expect(seen.liar.unaskedBlocks > 0)
    #expect(seen.watch.offenders == [Self.liar])
    #expect(seen.completed != nil)
  }

  @Test(arguments: [4.0, 1]) func lateBitfieldSpeaksBeforeItSaysWhatItHas(dose: Double) throws {
    let seen = try Self.run("late-bitfield", dose, horizon: 60)
    #expect(seen.liar.lateBitfields > 0)
    #expect(seen.watch.offenders == [Self.liar])
  }

  @Test(arguments: [8.0, 1]) func noRejectKeepsSilentAboutRequestsItDrops(dose: Double) throws {
    let seen = try Self.run("no-reject", dose, pieceCount: 128)
    #expect(seen.liar.missingRejects > 0)
    #expect(seen.watch.offenders == [Self.liar])
    #expect(seen.outcome.completed.dropFirst().allSatisfy { $0 != nil })
  }

  @Test(arguments: [100.0, 2]) func requestHeldPieceAsksForWhatItHasAnnounced(dose: Double) throws {
    let seen = try Self.run("request-held-piece", dose, pieceCount: 128)
    #expect(seen.liar.requestsForHeld > 0)
    #expect(seen.watch.offenders == [Self.liar])
    #expect(seen.completed != nil)
  }

  @Test func wrongNamesAndDosesAreRefusedWithWhatWouldBeRight() throws {
    let configuration = PeerConfiguration(
      totalLength: 1, pieceLength: 1, havePieces: [false], upload: nil, download: nil, randomSeed: 1,
      peerID: Array(repeating: 0, count: 20), ownAddress: PeerAddress(ipv4: 1, port: 1))
    let unknown = #expect(throws: MisbehaviourError.self) {
      try MisbehaviourCatalogue.peer(configuration, misbehaving: ("over-slot", 1))
    }
    #expect(unknown?.description.hasPrefix("no misbehaviour is called \"over-slot\"; there are over-slots, ") == true)
    let half = #expect(throws: MisbehaviourError.self) {
      try MisbehaviourCatalogue.peer(configuration, misbehaving: ("over-slots", 1.5))
    }
    #expect(half?.description == "over-slots takes a whole dose from 1.0 to 1000.0 (slots), not 1.5")
  }
}
