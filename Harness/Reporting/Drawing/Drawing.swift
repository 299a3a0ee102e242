public import Judging
import Planning
public import SwarmTime

/// A picture of one stretch of a run as an SVG file of its own, made of the same picture that the page shows.
public struct Drawing: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// The choke timeline of a peer.
    case chokes
    /// Upload and download rate of a peer, beside its declared limits.
    case rates
    /// Pieces held by all peers.
    case pieces
    /// Which piece a peer got when.
    case order
    /// Upload against download of all peers.
    case shares
  }

  let picture: RunPicture
  let moments: [Moment]
  /// Place in the picture's peers.
  let peer: Int
  let from: SwarmInstant
  let to: SwarmInstant
  let bound: SwarmDuration?
  /// What failed, and whom it was said of, by place in the picture's peers.
  private let failures: [(check: String, peers: [Int])]
  /// Partners that a choke timeline has room for: those that evidence names and those unchoked come first.
  public var mostPartners = Int.max
  /// The check whose moments are marked; all where it is nil.
  public var only: String?

  static let width = 760

  /// - Parameter peer: name; nil where the run has no such peer, or the stretch is empty.
  public init?(
    _ judgement: Judgement, picture: RunPicture, peer: String, from: SwarmInstant?, to: SwarmInstant?
  ) {
    guard let place = picture.peers.firstIndex(where: { $0.name == peer }) else { return nil }
    self.picture = picture
    self.peer = place
    self.from = max(.zero, from ?? .zero)
    self.to = min(picture.end, to ?? picture.end)
    guard self.from < self.to else { return nil }
    failures = judgement.verdicts.filter { $0.status == .fail }.map { verdict in
      (verdict.check, verdict.subjects.compactMap { name in picture.peers.firstIndex { $0.name == name } })
    }
    moments = Moment.all(in: judgement.verdicts, names: picture.peers.map(\.name)).filter {
      $0.outcome == .fail || $0.outcome == .deviates
    }
    bound = judgement.scene.plan.bound?.duration
  }

  public func svg(_ kind: Kind) -> String {
    switch kind {
    case .chokes: chokes()
    case .rates: rates()
    case .pieces: pieces()
    case .order: order()
    case .shares: shares()
    }
  }

  var name: String { picture.peers[peer].name }

  /// Those of the chosen peer in the stretch, or all of the swarm where `whole`.
  func marks(_ x: TimeScale, whole: Bool = false) -> [Moment] {
    moments.filter {
      x.holds($0.at) && (only ?? $0.check) == $0.check && (whole || $0.peer == peer || $0.peers.contains(peer))
    }
  }

  /// `leecher-2, 20 s to 80 s`.
  func title(_ what: String) -> String { "\(what), \(SVGSheet.seconds(from)) to \(SVGSheet.seconds(to))" }

  // MARK: Rates

  private func rates() -> String {
    var sheet = SVGSheet(width: Self.width)
    let shown = picture.peers[peer]
    let x = TimeScale(from: from, to: to, left: 90, right: 660)
    let (top, bottom) = (26.0, 190.0)
    let width = Double(picture.step.nanoseconds) / 1e9
    let slots = shown.sent.indices.filter { x.holds(middle($0)) }
    let rate = { (bytes: [Int64], slot: Int) in Double(bytes[slot]) / width }
    let limits = [(shown.uploadLimit, "upload limit"), (shown.downloadLimit, "download limit")]
    let seen = slots.flatMap { [rate(shown.sent, $0), rate(shown.received, $0)] }.max() ?? 1
    // A download limit is far beyond what most peers get; an upload limit is what they are measured by.
    let near =
      [(shown.uploadLimit, 8.0), (shown.downloadLimit, 2.0)].compactMap { limit, reach in
        limit.map(Double.init).flatMap { $0 <= reach * seen ? $0 : nil }
      }.max() ?? 0
    let most = 1.1 * max(seen, near, 1024)
    let y = { (value: Double) in bottom - (bottom - top) * min(value, most) / most }
    sheet.text(title("Rates of \(name)"), x: 8, y: 16, style: "title", room: 744)
    sheet.timeAxis(x, bottom: bottom, top: top)
    for part in 0...4 {
      let value = most / 1.1 * Double(part) / 4
      sheet.line("grid", x.left, y(value), x.right, y(value))
      sheet.text(Quantity.rate(Int64(value)), x: x.left - 6, y: y(value) + 4, .end)
    }
    for (limit, words) in limits {
      guard let limit, Double(limit) <= most else { continue }
      sheet.line("limit", x.left, y(Double(limit)), x.right, y(Double(limit)))
      sheet.text(words, x: x.right + 6, y: y(Double(limit)) + 4)
    }
    if !shown.isSeed { sheet.path("down", slots.map { (x(middle($0)), y(rate(shown.received, $0))) }) }
    sheet.path("up", slots.map { (x(middle($0)), y(rate(shown.sent, $0))) })
    for moment in marks(x) {
      sheet.line("mark", x(moment.at), top, x(moment.at), bottom)
      sheet.flag("mark", x: x(moment.at), y: top - 6)
    }
    var items: [(style: String, words: String, height: Double)] = [("up", "upload", 8)]
    if !shown.isSeed { items.append(("down", "download", 8)) }
    sheet.height = Int(sheet.legend(y: bottom + 36, items)) + 10
    return sheet.document(title: title("Upload and download rate of \(name)"))
  }

  private func middle(_ slot: Int) -> SwarmInstant {
    SwarmInstant(nanoseconds: Int64(slot) * picture.step.nanoseconds + picture.step.nanoseconds / 2)
  }

  // MARK: Pieces

  private func pieces() -> String {
    var sheet = SVGSheet(width: Self.width)
    let x = TimeScale(from: from, to: to, left: 60, right: 740)
    let (top, bottom) = (26.0, 190.0)
    let all = picture.peers.compactMap(\.held.last?.pieces).max() ?? 1
    let y = { (count: Int) in bottom - (bottom - top) * Double(count) / Double(max(1, all)) }
    sheet.text(title("Pieces held"), x: 8, y: 16, style: "title")
    sheet.timeAxis(x, bottom: bottom, top: top)
    for share in [0, 25, 50, 75, 100] {
      let height = bottom - (bottom - top) * Double(share) / 100
      sheet.line("grid", x.left, height, x.right, height)
      sheet.text("\(share) %", x: x.left - 6, y: height + 4, .end)
    }
    if let bound, x.holds(SwarmInstant(nanoseconds: bound.nanoseconds)) {
      let at = x(SwarmInstant(nanoseconds: bound.nanoseconds))
      sheet.line("limit", at, top, at, bottom)
      sheet.text("bound", x: at - 4, y: bottom - 6, .end)
    }
    let failing = Set(failures.filter { (only ?? $0.check) == $0.check }.flatMap(\.peers))
    let groups = picture.peers.reduce(into: [String]()) { if !$0.contains($1.group) { $0.append($1.group) } }
    for place in picture.peers.indices where !failing.contains(place) {
      let group = groups.firstIndex(of: picture.peers[place].group) ?? 0
      sheet.steps("held of-\(group % 6)", held(place, x, y), to: x.right)
    }
    for place in failing.sorted() { sheet.steps("held focus", held(place, x, y), to: x.right) }
    for moment in marks(x, whole: true) { sheet.flag("mark", x: x(moment.at), y: top - 6) }
    let end = sheet.legend(y: bottom + 36, groups.enumerated().map { ("class-\($0.offset % 6)", $0.element, 3.0) })
    sheet.height = Int(end) + 10
    return sheet.document(title: title("Pieces held by each peer"))
  }

  /// Several steps within a pixel, or among many peers within a few, are one.
  private func held(_ place: Int, _ x: TimeScale, _ y: (Int) -> Double) -> [(x: Double, y: Double)] {
    let steps = picture.peers[place].held
    let finest = Double(max(1, picture.peers.count / 10))
    var points: [(x: Double, y: Double)] = []
    for (place, step) in steps.enumerated() {
      if place > 0, place + 1 < steps.count, let last = points.last, x(step.at) - last.x < finest { continue }
      points.append((x(step.at), y(step.pieces)))
    }
    return points
  }
}
