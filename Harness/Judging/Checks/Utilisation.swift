import Planning
import SwarmTime
import TopologyFile

/// While somebody waits for it, a peer uses its uplink.
///
/// Over all stretches of at least `window` in which some peer that it had unchoked waited for a block all the time, it
/// sends at least `atLeast` of its declared rate. Each stretch is granted what may be under way at its edges: two blocks
/// and a frame, and under a kernel limit a send buffer. A receiver that was at its own download limit, or of which
/// nothing at all was heard, waits for itself. While a fault has the sender keep another rate nothing is judged, and nothing
/// of a peer whose choking keeps blocks back by its rule.
struct Utilisation: Check {
  static let name = "utilisation"
  static let kind = Verdict.Kind.statistic
  static let summary = "while a peer that it has unchoked waits for a block, a peer sends at its declared rate"
  static let parameters = [
    ParameterSpec("atLeast", .number(0...1), default: "0.95", "Least share of the declared upload rate."),
    ParameterSpec("window", .duration, default: "10 s", "How long somebody must have waited without a gap."),
    ParameterSpec("patience", .duration, default: "250 ms", "How long a request may take to be read."),
  ]
  static let failedBy = ["lazy-upload", "idle-uplink"]
  static func needs(_ parameters: Parameters) -> Set<Need> {
    [.sidecar, .noDrops, .whole, .plaintext, .readable, .timing]
  }

  private static let block: Int64 = 16384
  /// A bare acknowledgement on the wire; a kernel limit counts them, and headers, beside the stream.
  private static let headerBytes: Int64 = 66

  func judge(_ scene: Scene, _ parameters: Parameters) throws -> [Verdict] {
    let window = parameters.duration("window") ?? .seconds(10)
    let patience = parameters.duration("patience") ?? .milliseconds(250)
    let conversations = scene.conversationsByPeer()
    let demand = DemandWalk(scene) { patience + scene.delay($0) + scene.delay($1) }
    let full = scene.cast.names.indices.map { FullDownlinks.spans(of: $0, scene, conversations: conversations[$0]) }
    let lives = scene.cast.names.indices.map { SignsOfLife($0, scene, conversations[$0]) }
    var found: [Found] = []
    var declared = 0
    var heldBack: [Int] = []
    for (peer, plan) in scene.plan.peers.enumerated() {
      guard let limit = plan.upload, limit.bytesPerSecond > 0, plan.limitedBy != .none else { continue }
      declared += 1
      if plan.profile?.holdsBack == true {
        heldBack.append(peer)
        continue
      }
      var spans: [Span] = []
      let otherwise = scene.facts.changedUploads(of: peer, until: scene.end)
      for wait in demand.waits[peer] {
        let known = Span.difference([wait.span], otherwise)
        spans += Span.difference(Span.difference(known, full[wait.receiver]), lives[wait.receiver].silences)
      }
      // Too short a stretch for what is granted to it says nothing.
      let granted = Self.granted(plan)
      let least = max(window, Self.time(for: 50 * granted, at: limit.bytesPerSecond))
      let stretches = Span.covered(spans).filter { $0.end - $0.start >= least }
      if !stretches.isEmpty {
        found.append(measure(peer, stretches, granted, limit, scene, conversations[peer]))
      }
    }
    if declared == 0 { throw CheckTrouble("no peer has a declared upload rate") }
    let undecided = heldBack.map { peer in
      verdict(
        .undecided, scope: .peer, subjects: [scene.plan.peers[peer].name], parameters: parameters,
        expected: Self.summary, observed: "not judged", power: .init(n: 0, needed: 1),
        reason: "it keeps blocks back by its rule: \(scene.plan.peers[peer].profile?.judged.reason ?? "")")
    }
    if found.isEmpty, undecided.isEmpty {
      throw CheckTrouble("nobody was waited for without a gap for \(Wording.seconds(window))")
    }
    // A machine that stalls keeps everybody from sending: what the median peer lacks is its fault, up to a bound.
    let shares = found.map(\.share).sorted()
    let median = shares.isEmpty ? Fixed(millionths: 1_000_000) : shares[shares.count / 2]
    let usual = max(Self.leastOfMachine, min(Fixed(millionths: 1_000_000), median))
    return found.map { verdict(on: $0, usual, scene, parameters) } + undecided
  }

  /// What the machine may take from all peers alike, at most 3 %.
  private static let leastOfMachine = Fixed(millionths: 970_000)

  /// What one peer sent while somebody waited for it.
  private struct Found {
    var peer: Int
    var rate: Int64
    /// Of its rate, with what is granted and without.
    var share: Fixed
    var bare: Fixed
    var nanoseconds: Int64
    var granted: Int64
    var stretches: Int
    var worst: (span: Span, bytes: Int64)?
  }

  /// Bytes that may be under way at the edges of a stretch.
  private static func granted(_ peer: PeerPlan) -> Int64 {
    3 * block + (peer.isLimitedByKernel ? Scene.socketBuffer : 0)
  }

  private static func time(for bytes: Int64, at rate: Int64) -> SwarmDuration {
    SwarmDuration(nanoseconds: Int64((Double(bytes) / Double(rate) * 1e9).rounded()))
  }

  private func measure(
    _ peer: Int, _ stretches: [Span], _ granted: Int64, _ limit: LimitPlan, _ scene: Scene, _ conversations: [Int]
  ) -> Found {
    var entries = Traffic(peer, .upload, scene, conversations: conversations).entries
    if scene.plan.peers[peer].isLimitedByKernel {
      entries =
        entries.map { $0.with(Self.headerBytes) }
        + Traffic(peer, .download, scene, conversations: conversations).entries.map { $0.only(Self.headerBytes) }
    }
    let flow = Flow(entries)
    var (sent, nanoseconds) = (Int64(0), Int64(0))
    var least: (share: Fixed, span: Span, bytes: Int64)?
    for stretch in stretches {
      let bytes = flow.bytes(in: stretch)
      let length = (stretch.end - stretch.start).nanoseconds
      sent += bytes
      nanoseconds += length
      let share = Self.share(bytes + granted, limit.bytesPerSecond, length)
      if share < least?.share ?? Fixed(millionths: .max) { least = (share, stretch, bytes) }
    }
    let all = granted * Int64(stretches.count)
    return Found(
      peer: peer, rate: limit.bytesPerSecond, share: Self.share(sent + all, limit.bytesPerSecond, nanoseconds),
      bare: Self.share(sent, limit.bytesPerSecond, nanoseconds), nanoseconds: nanoseconds, granted: all,
      stretches: stretches.count, worst: least.map { ($0.span, $0.bytes) })
  }

  private func verdict(on found: Found, _ usual: Fixed, _ scene: Scene, _ parameters: Parameters) -> Verdict {
    let name = scene.plan.peers[found.peer].name
    let asked = Fixed(nearest: parameters.number("atLeast") ?? 0.95)
    let atLeast = Fixed(nearest: asked.value * usual.value)
    let isFail = found.share < atLeast
    var evidence: [Evidence] = []
    if isFail, let (span, bytes) = found.worst {
      evidence.append(
        Evidence(
          t: span.start, frame: span.startFrame > 0 ? Int(span.startFrame) : nil, peers: [name],
          text: "from here somebody waits for \(name) without a gap for \(Wording.seconds(span.end - span.start)), and "
            + "gets \(Wording.bytes(bytes)) of \(Wording.bytes(Self.capacity(found.rate, span)))"))
      evidence.append(
        Evidence(
          t: span.end, frame: span.endFrame > 0 ? Int(span.endFrame) : nil, peers: [name], text: "here the wait ends"))
    }
    let machine = usual.millionths < 1_000_000 ? "; the median peer sent \(Wording.percent(usual))" : ""
    return verdict(
      isFail ? .fail : .pass, scope: .peer, subjects: [name], parameters: parameters,
      expected: "at least \(Wording.percent(asked)) of \(Wording.rate(found.rate)) while somebody waits",
      observed: "\(Wording.percent(found.bare)) in \(Wording.seconds(found.nanoseconds)), "
        + "\(Wording.count(found.stretches, "stretch", "stretches")), \(Wording.bytes(found.granted)) granted beside"
        + machine, power: .init(n: found.stretches, needed: 1), evidence: evidence,
      effect: .init(value: min(found.share, Fixed(millionths: 1_000_000)), atLeast: atLeast))
  }

  private static func share(_ bytes: Int64, _ rate: Int64, _ nanoseconds: Int64) -> Fixed {
    Fixed(nearest: Double(bytes) / (Double(rate) * Double(nanoseconds) / 1e9))
  }

  private static func capacity(_ rate: Int64, _ span: Span) -> Int64 {
    Int64((Double(rate) * (span.end - span.start).seconds).rounded())
  }
}

extension Traffic.Entry {
  fileprivate func with(_ more: Int64) -> Traffic.Entry {
    .init(time: time, frame: frame, bytes: bytes + Int32(more))
  }
  fileprivate func only(_ amount: Int64) -> Traffic.Entry { .init(time: time, frame: frame, bytes: Int32(amount)) }
}

/// Bytes up to each moment.
private struct Flow {
  private var times: [Int64] = []
  private var totals: [Int64] = []

  init(_ entries: [Traffic.Entry]) {
    var total: Int64 = 0
    for entry in entries.sorted(by: { ($0.time, $0.frame) < ($1.time, $1.frame) }) {
      total += Int64(entry.bytes)
      times.append(entry.time)
      totals.append(total)
    }
  }

  func bytes(in span: Span) -> Int64 { through(span.end.nanoseconds) - through(span.start.nanoseconds) }

  private func through(_ time: Int64) -> Int64 {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? totals[low - 1] : 0
  }
}

/// When a peer said nothing at all for long: it may have been stopped, and then its sockets fill up.
private struct SignsOfLife {
  private(set) var silences: [Span] = []
  private static let long = SwarmDuration.seconds(15)

  init(_ peer: Int, _ scene: Scene, _ conversations: [Int]) {
    var last: Int64?
    func silence(_ start: Int64, _ end: Int64) {
      guard end - start > Self.long.nanoseconds else { return }
      silences.append(
        Span(start: SwarmInstant(nanoseconds: start), end: SwarmInstant(nanoseconds: end), startFrame: 0))
    }
    for entry in Traffic(peer, .upload, scene, conversations: conversations).entries {
      if let last { silence(last, entry.time) }
      last = max(last ?? entry.time, entry.time)
    }
    if let last { silence(last, scene.end.nanoseconds) }
  }
}
