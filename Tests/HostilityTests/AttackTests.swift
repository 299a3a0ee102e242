import Foundation
import Hostility
import Testing

/// A swarm of processes, a seed and two leechers, each of which is attacked from outside.
@Suite("Hostile remotes among honest peers")
struct AttackTests {
  /// Swarm seconds in each real one: what takes minutes of patience is over in seconds.
  static let speed = 80.0
  /// What the honest need at least, so that no attack outlasts them: 6 MiB at 16 KiB/s of swarm time.
  static let seedUpload = "16KiB/s"
  static let size = 6 << 20

  struct Outcome {
    /// Most RssAnon of seed and leechers, in bytes.
    var memory: [Int] = []
    var completed = 0
    var dropped: [Bool?] = []
    var said: [[String]] = []
  }

  static func swarm(attackedBy attack: Attack?, net: Int) async throws -> Outcome {
    let payload = try Payload(size: size)
    try payload.give(to: "seed")
    var peers: [PeerProcess] = []
    var attackers: [Attacker] = []
    defer {
      for attacker in attackers { attacker.stop() }
      for peer in peers { peer.end() }
    }
    // The seed is under attack before the leechers come.
    var more = ["--speed", "\(speed)", "--upload", seedUpload]
    for number in 1...3 {
      let ip = "127.78.\(net).\(number)"
      let peer = try payload.start(number == 1 ? "seed" : "leecher-\(number)", at: ip, more)
      peers.append(peer)
      let port = try await peer.port()
      if let attack {
        let own = "127.79.\(net).\(number)"
        attackers.append(Attacker(attack, on: (ip, port), from: own, metainfo: payload.metainfo, speed: speed))
        if attack.comesFirst && number == 1 { await attackers[0].hasBegun(within: 30) }
      }
      if number == 1 { more = ["--speed", "\(speed)", "--peer", "\(ip):\(port)"] }
    }
    var outcome = Outcome()
    for leecher in peers.dropFirst() {
      if await leecher.line(from: "complete", within: 120) != nil { outcome.completed += 1 }
    }
    if let attack, attack.mustBeDropped {
      for attacker in attackers {
        if attack == .crowd { attacker.stop() }
        outcome.dropped.append(await attacker.wasDropped(within: 60))
      }
    }
    for number in 2...3 { #expect(payload.isWhole(at: "leecher-\(number)")) }
    outcome.memory = peers.map(\.mostAnonymous)
    outcome.said = peers.map(\.lines)
    return outcome
  }

  /// The same swarm left alone, for comparison; made once.
  static let peace = Task { try await swarm(attackedBy: nil, net: 0) }

  /// Three at a time: they wait more than they work, and all fifteen at once would be late for each other.
  static let berths = Berths(3)

  @Test("The honest finish, nobody's memory grows, and who attacked is dropped", arguments: Attack.allCases)
  func attacked(_ attack: Attack) async throws {
    let peace = try await Self.peace.value
    #expect(peace.completed == 2)
    let net = 1 + (Attack.allCases.firstIndex(of: attack) ?? 0)
    let outcome = try await Self.berths.use { try await Self.swarm(attackedBy: attack, net: net) }
    #expect(outcome.completed == 2, "\(outcome.said)")
    for (place, most) in outcome.memory.enumerated() {
      // Half as much again, or 8 MiB where that is more: sockets and buffers of a full peer set take some.
      let bound = max(peace.memory[place] * 3 / 2, peace.memory[place] + 8 << 20)
      #expect(most <= bound, "peer \(place): \(most) bytes, alone \(peace.memory[place])")
    }
    if attack.mustBeDropped { #expect(outcome.dropped == [true, true, true]) }
  }
}
