import Judging
import Planning

/// The verdicts as the page shows them: a strip with one pill for each check, then a group for each check, in which what
/// failed comes first and alike passes share a row.
struct PageVerdicts {
  let rolls: [Roll]
  /// Number of each verdict's first piece of evidence in the page's list of moments, by place in all verdicts.
  private let firstMoments: [[Int]]
  private let places: [String: Int]

  init(_ verdicts: [Verdict], names: [String]) {
    rolls = Roll.up(verdicts)
    var next = 0
    // Moments are numbered in the order of the rolls.
    firstMoments = rolls.map { roll in
      roll.verdicts.map { verdict in
        defer { next += verdict.evidence.count }
        return next
      }
    }
    places = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
  }

  /// The verdicts in the order in which their moments are numbered.
  var ordered: [Verdict] { rolls.flatMap(\.verdicts) }

  var strip: String {
    let items = rolls.map { roll in
      "<li><a class=\"pill \(roll.outcome.rawValue)\" href=\"#check-\(Markup.text(roll.check))\">"
        + "\(Markup.mark(roll.outcome)) \(Markup.text(roll.check))</a></li>"
    }
    return "<nav aria-label=\"Checks\"><ul class=\"strip\">\(items.joined())</ul></nav>"
  }

  var groups: String { rolls.indices.map { group($0) }.joined(separator: "\n") }

  private func group(_ place: Int) -> String {
    let roll = rolls[place]
    let kind = roll.verdicts.first?.kind.rawValue ?? ""
    let must = CheckCatalogue.named(roll.check).map { "<p class=\"note\">\(Markup.text($0.summary)).</p>" } ?? ""
    let open = roll.outcome == .pass ? "" : " open"
    func those(_ outcome: Verdict.Outcome) -> [Int] {
      roll.verdicts.indices.filter { roll.verdicts[$0].outcome == outcome }
    }
    let telling = those(.fail) + those(.deviates)
    let (undecided, passed) = (those(.undecided), those(.pass))
    var body = must
    if !telling.isEmpty { body += table(rows(telling, place)) }
    if !undecided.isEmpty { body += table(alike(undecided, place)) }
    if !passed.isEmpty {
      let rows = table(alike(passed, place))
      let isAll = passed.count == roll.verdicts.count
      body += isAll ? rows : "<details class=\"rest\"><summary>\(passed.count) passed</summary>\(rows)</details>"
    }
    return """
      <details class="check" id="check-\(Markup.text(roll.check))"\(open)><summary>\(Markup.pill(roll.outcome)) \
      <b>\(Markup.text(roll.check))</b> <span class="note">\(kind)</span> \
      <span class="sum">\(Markup.text(roll.summary))</span></summary>\(body)</details>
      """
  }

  private func table(_ rows: [String]) -> String {
    """
    <div class="scroll"><table class="verdicts"><thead><tr><th></th><th>Who</th><th>Expected</th><th>Observed</th>\
    <th class="number" title="how much there was to judge by / how much is needed">Shown / needed</th></tr></thead>\
    <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
    """
  }

  private func rows(_ indices: [Int], _ place: Int) -> [String] { indices.map { row([$0], place) } }

  /// A row for each set of verdicts that say the same of different subjects.
  private func alike(_ indices: [Int], _ place: Int) -> [String] {
    struct Words: Hashable {
      var expected: String
      var observed: String
      var reason: String?
      var power: Verdict.Power
    }
    let verdicts = rolls[place].verdicts
    var order: [Words] = []
    var members: [Words: [Int]] = [:]
    var out: [[Int]] = []
    for index in indices {
      let verdict = verdicts[index]
      guard verdict.evidence.isEmpty else {
        out.append([index])
        continue
      }
      let words = Words(
        expected: verdict.expected, observed: verdict.observed, reason: verdict.reason, power: verdict.power)
      if members[words] == nil { order.append(words) }
      members[words, default: []].append(index)
    }
    out += order.map { members[$0] ?? [] }
    return out.sorted { ($0.first ?? 0) < ($1.first ?? 0) }.map { row($0, place) }
  }

  private func row(_ indices: [Int], _ place: Int) -> String {
    let verdict = rolls[place].verdicts[indices[0]]
    let subjects = indices.flatMap { rolls[place].verdicts[$0].subjects }
    let who = subjects.isEmpty ? "the swarm" : subjects.map { subject($0) }.joined(separator: ", ")
    var observed = "<div>\(Markup.text(verdict.observed))</div>"
    if let known = verdict.knownDeviation {
      let words =
        verdict.outcome == .deviates
        ? "as known: \(known.reason) (\(known.source))"
        : verdict.status == .pass ? VerdictLines.unexpected(known) : ""
      if !words.isEmpty { observed += "<div class=\"note\">\(Markup.text(words))</div>" }
    }
    if let reason = verdict.reason { observed += "<div class=\"note\">\(Markup.text(reason))</div>" }
    if !verdict.evidence.isEmpty {
      let first = firstMoments[place][indices[0]]
      let items = verdict.evidence.indices.map { moment(verdict.evidence[$0], number: first + $0) }
      observed += "<ul class=\"moments\">\(items.joined())</ul>"
    }
    return """
      <tr class="\(verdict.outcome.rawValue)"><td>\(Markup.pill(verdict.outcome))</td><td class="who">\(who)</td>\
      <td>\(Markup.text(verdict.expected))</td><td>\(observed)</td>\
      <td class="number">\(verdict.power.n)<span class="note"> / \(verdict.power.needed)</span></td></tr>
      """
  }

  private func subject(_ name: String) -> String {
    guard let place = places[name] else { return Markup.text(name) }
    return "<button class=\"peer\" data-peer=\"\(place)\">\(Markup.text(name))</button>"
  }

  private func moment(_ evidence: Evidence, number: Int) -> String {
    """
    <li><button class="moment" data-moment="\(number)" title="Show this moment on the timeline">\
    \(VerdictLines.moment(evidence))</button>\(Markup.text(VerdictLines.names(evidence))): \
    \(Markup.text(evidence.text))</li>
    """
  }
}
