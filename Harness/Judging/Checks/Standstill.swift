import Planning
import SwarmTime

/// How far peers came that are expected not to complete, since what they need was taken away.
struct Standstill {
  let scene: Scene

  /// What a peer had in the end, and since when.
  private struct Stand {
    var peer: Int
    /// Share of the payload.
    var share: Fixed
    var words: String
    /// Nil for one that got nothing.
    var last: (at: SwarmInstant, frame: Int)?
  }

  func verdict(by deadline: SwarmInstant, _ parameters: Parameters) -> Verdict {
    let expected = scene.plan.peers.indices.filter { scene.plan.peers[$0].expectedToComplete }
    let complete = expected.filter { scene.holdings.completions[$0] != nil }
    let stands = expected.filter { scene.holdings.completions[$0] == nil }.map(stand)
    var (status, reason): (Verdict.Status, String?) = (complete.isEmpty ? .pass : .fail, nil)
    if expected.isEmpty { (status, reason) = (.undecided, "nobody should complete anyway") }
    if status == .pass, let lack = scene.gaps ?? scene.lack(of: .plaintext) ?? scene.facts.cut(before: deadline) {
      (status, reason) = (.undecided, lack)
    }
    return Completion().verdict(
      status, scope: .swarm, subjects: complete.map { scene.cast.names[$0] }, parameters: parameters,
      expected: "nobody completes", observed: words(stands, of: expected.count),
      power: .init(n: expected.count, needed: 1), evidence: complete.compactMap(completion) + stands.map(evidence),
      reason: reason)
  }

  private func words(_ stands: [Stand], of count: Int) -> String {
    guard let least = stands.map(\.share).min(), let most = stands.map(\.share).max() else {
      return "0 of \(count) stopped: all are complete"
    }
    let last = stands.compactMap(\.last?.at).max().map { ", the last delivery at \(Wording.seconds($0))" } ?? ""
    let range = least == most ? Wording.percent(most) : "\(Wording.percent(least)) to \(Wording.percent(most))"
    return "\(stands.count) of \(count) stopped, with \(range) of the payload\(last)"
  }

  private func stand(_ peer: Int) -> Stand {
    let size = scene.plan.payload.sizeBytes
    let pieces = "\(scene.holdings.count(peer)) of \(scene.holdings.wanted[peer]) pieces"
    if let got = scene.downloads.received(peer, of: scene.plan.payload) {
      return Stand(
        peer: peer, share: Fixed(got.bytes, over: size) ?? Fixed(millionths: 0),
        words: "\(got.bytes) of \(size) bytes, \(pieces)", last: (got.last, got.frame))
    }
    return Stand(
      peer: peer,
      share: Fixed(Int64(scene.holdings.count(peer)), over: Int64(max(1, scene.holdings.wanted[peer])))
        ?? Fixed(millionths: 0), words: pieces, last: scene.holdings.last(peer).map { ($0.at, $0.frame) })
  }

  private func evidence(_ stand: Stand) -> Evidence {
    let name = scene.cast.names[stand.peer]
    return Evidence(
      t: stand.last?.at ?? scene.arrivals[stand.peer], frame: stand.last?.frame, peers: [name],
      text: "\(name) has \(stand.words), and gets nothing after this")
  }

  private func completion(_ peer: Int) -> Evidence? {
    let name = scene.cast.names[peer]
    return scene.holdings.completions[peer].map {
      Evidence(t: $0.at, frame: $0.frame, peers: [name], text: "\(name) \($0.sign.text)")
    }
  }
}
