import Planning
import SwarmTime
import TopologyFile

/// While somebody waits for it, a peer uses its uplink.
///
/// Over all stretches of at least `window` in which some peer that it had unchoked waited for a block all the time, it
/// sends at least `atLeast` of its declared rate. Each stretch is granted what may be under way at its edges: two blocks
/// and a frame, and under a kernel limit a send buffer. A receiver that was at its own download limit, or of which
/// nothing at all was heard, waits for itself.
struct Utilisation: Check {
  static let name = "utilisation"
  static let kind = Verdict.Kind.statistic
  static let summary = "while a peer that it has unchoked waits for a block, a peer sends at its declared rate"
  static let parameters = [
    ParameterSpec("atLeast", .number(0...1), default: "0.95", "Least share of the declared upload rate."),
    ParameterSpec("window", .duration, default: "10 s", "How long somebody must have waited without a gap."),
    ParameterSpec("patience", .duration, default: "250 ms", "How long a request may take to be read."),
  ]
  static let failedBy = ["lazy-upload"]
  static func needs(_ parameters: Parameters) -> Set<Need> { [.sidecar, .noDrops, .plaintext, .timing] }

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
    var verdicts: [Verdict] = []
    var declared = 0
    for (peer, plan) in scene.plan.peers.enumerated() {
      guard let limit = plan.upload, limit.bytesPerSecond > 0, plan.limitedBy != .none else { continue }
      declared += 1
      var spans: [Span] = []
      for wait in demand.waits[peer] {
        spans += Span.difference(Span.difference([wait.span], full[wait.receiver]), lives[wait.receiver].silences)
      }
      // Too short a stretch for what is granted to it says nothing.
      let granted = Self.granted(plan)
      let least = max(window, Self.time(for: 50 * granted, at: limit.bytesPerSecond))
      let stretches = Span.covered(spans).filter { $0.end - $0.start >= least }
      if !stretches.isEmpty {
        verdicts.append(judge(peer, stretches, granted, limit, scene, conversations[peer], parameters))
      }
    }
    if declared == 0 { throw CheckTrouble("no peer has a declared upload rate") }
    if verdicts.isEmpty {
      throw CheckTrouble("nobody was waited for without a gap for \(Wording.seconds(window))")
    }
    return verdicts
  }

  /// Bytes that may be under way at the edges of a stretch.
  private static func granted(_ peer: PeerPlan) -> Int64 {
    3 * block + (peer.limitedBy == .kernel ? Scene.socketBuffer : 0)
  }

  private static func time(for bytes: Int64, at rate: Int64) -> SwarmDuration {
    SwarmDuration(nanoseconds: Int64((Double(bytes) / Double(rate) * 1e9).rounded()))
  }

  private func judge(
    _ peer: Int, _ stretches: [Span], _ granted: Int64, _ limit: LimitPlan, _ scene: Scene, _ conversations: [Int],
    _ parameters: Parameters
  ) -> Verdict {
    let plan = scene.plan.peers[peer]
    let atLeast = Fixed(nearest: parameters.number("atLeast") ?? 0.95)
    var flow = Flow(Traffic(peer, .upload, scene, conversations: conversations).entries)
    if plan.limitedBy == .kernel {
      flow = Flow(
        Traffic(peer, .upload, scene, conversations: conversations).entries.map { $0.with(Self.headerBytes) }
          + Traffic(peer, .download, scene, conversations: conversations).entries.map { $0.only(Self.headerBytes) })
    }
    var (sent, nanoseconds) = (Int64(0), Int64(0))
    var worst: (share: Fixed, span: Span, bytes: Int64)?
    for stretch in stretches {
      let bytes = flow.bytes(in: stretch)
      let length = (stretch.end - stretch.start).nanoseconds
      sent += bytes + granted
      nanoseconds += length
      let share = Self.share(bytes + granted, limit.bytesPerSecond, length)
      if share < worst?.share ?? Fixed(millionths: .max) { worst = (share, stretch, bytes) }
    }
    let granting = Wording.bytes(granted * Int64(stretches.count))
    let bare = Self.share(sent - granted * Int64(stretches.count), limit.bytesPerSecond, nanoseconds)
    let share = Self.share(sent, limit.bytesPerSecond, nanoseconds)
    let isFail = share < atLeast
    var evidence: [Evidence] = []
    if isFail, let worst {
      let waiting = Wording.seconds(worst.span.end - worst.span.start)
      evidence.append(
        Evidence(
          t: worst.span.start, frame: worst.span.startFrame > 0 ? Int(worst.span.startFrame) : nil, peers: [plan.name],
          text: "from here somebody waits for \(plan.name) without a gap for \(waiting), and gets "
            + "\(Wording.bytes(worst.bytes)) of \(Wording.bytes(Self.capacity(limit.bytesPerSecond, worst.span)))"))
      evidence.append(
        Evidence(
          t: worst.span.end, frame: worst.span.endFrame > 0 ? Int(worst.span.endFrame) : nil, peers: [plan.name],
          text: "here the wait ends"))
    }
    return verdict(
      isFail ? .fail : .pass, scope: .peer, subjects: [plan.name], parameters: parameters,
      expected: "at least \(Wording.percent(atLeast)) of \(Wording.rate(limit.bytesPerSecond)) while somebody waits",
      observed: "\(Wording.percent(bare)) in \(Wording.seconds(nanoseconds)), "
        + "\(Wording.count(stretches.count, "stretch", "stretches")), \(granting) granted beside",
      power: .init(n: stretches.count, needed: 1), evidence: evidence,
      effect: .init(value: min(share, Fixed(millionths: 1_000_000)), atLeast: atLeast))
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
