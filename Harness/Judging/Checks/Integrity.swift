import Planning
import TopologyFile

/// SHA-256 of every finished file, from the record, equals the payload's, or that of the part of it that the peer wants.
struct Integrity: Check {
  static let name = "integrity"
  static let kind = Verdict.Kind.invariant
  static let summary = "the SHA-256 of every finished file equals the payload's"
  static let parameters: [ParameterSpec] = []
  static let failedBy = ["skip-verification"]
  static let learnsFromPlan = "which bytes the payload holds"
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar] }

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    if scene.facts.payloadSHA256 == nil {
      throw CheckTrouble("the record holds no hash of the payload")
    }
    // A seed's file is the payload itself; it is judged only where the record holds a hash of it all the same.
    let finished = scene.plan.peers.indices.filter {
      scene.holdings.completions[$0] != nil && (scene.plan.peers[$0].role == .leecher || scene.facts.files[$0] != nil)
    }
    if finished.isEmpty { throw CheckTrouble("nobody finished a file") }
    return finished.map { peer in judge(peer, scene, parameters) }
  }

  private func judge(_ peer: Int, _ scene: Scene, _ parameters: Parameters) -> Verdict {
    let name = scene.plan.peers[peer].name
    let part = scene.wantedPart(of: peer)
    let size = part.sizeBytes
    func say(_ status: Verdict.Status, _ observed: String, reason: String? = nil) -> Verdict {
      let completed = scene.holdings.completions[peer]
      let evidence = completed.map {
        [Evidence(t: $0.at, frame: $0.frame, peers: [name], text: "\(name) \($0.sign.text)")]
      }
      return verdict(
        status, scope: .peer, subjects: [name], parameters: parameters,
        expected: "\(size) bytes with SHA-256 \(part.sha256 ?? "unknown")", observed: observed,
        power: .init(n: 1, needed: 1),
        evidence: status == .fail ? evidence ?? [] : [], reason: reason)
    }
    guard let file = scene.facts.files[peer] else {
      return say(.undecided, "no hash of its file", reason: "the record holds no hash of \(name)'s file")
    }
    if file.sha256.isEmpty { return say(.fail, "no file at peers/\(name)/data/\(scene.plan.payload.name)") }
    guard let payload = part.sha256 else {
      let lack = "the record holds no hash of the payload's first \(size) bytes"
      return say(.undecided, "nothing to hold its file against", reason: lack)
    }
    let observed = "\(file.sizeBytes) bytes with SHA-256 \(file.sha256)"
    return say(file.sha256 == payload && file.sizeBytes == size ? .pass : .fail, observed)
  }
}
