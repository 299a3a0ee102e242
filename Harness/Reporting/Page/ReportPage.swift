import FoundationEssentials
public import Judging
public import Planning

/// The report as one HTML file that needs nothing else: no network, no other file.
public struct ReportPage: Sendable {
  /// A figure under the title.
  public struct Fact: Sendable, Hashable {
    public let label: String
    public let value: String

    public init(_ label: String, _ value: String) {
      self.label = label
      self.value = value
    }
  }

  private let plan: Plan
  private let picture: RunPicture
  private let verdicts: [Verdict]
  private let facts: [Fact]
  private let isPartial: Bool

  /// `facts` are shown under the title, in order; `isPartial` marks a run that was interrupted.
  public init(
    plan: Plan, picture: RunPicture, verdicts: [Verdict], facts: [Fact], isPartial: Bool
  ) {
    self.plan = plan
    self.picture = picture
    self.verdicts = verdicts
    self.facts = facts
    self.isPartial = isPartial
  }

  /// The whole page. Throws when the encoder refuses a value, which no finite number makes it do.
  public func html() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try encoder.encode(PageModel(picture, pieces: plan.payload.pieceCount))
    // Inside a script element only "<" could end it or begin a comment.
    let json = Self.json(String(decoding: data, as: UTF8.self))
    let status = Roll.worst(verdicts.map(\.status))
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(Self.text(plan.name)): \(status.rawValue)</title>
      <style>\(PageStyle.css)</style>
      </head>
      <body>
      <header>
      <h1>\(Self.text(plan.name)) \(Self.pill(status))\(isPartial ? " <span class=\"pill undecided\">interrupted</span>" : "")</h1>
      <p class="lead">\(Self.text(plan.description))</p>
      <dl class="facts">\(facts.map { "<div><dt>\(Self.text($0.label))</dt><dd>\(Self.text($0.value))</dd></div>" }.joined())</dl>
      </header>
      <main>
      <section><h2>Verdicts</h2>
      \(table)
      </section>
      <section><h2>Pieces held</h2><p class="note">Counted from HAVE and bitfield on the wire.</p>
      <div class="chart" id="held" role="img" aria-label="Pieces held by each peer over time"></div></section>
      <section><h2>Sent and received</h2><p class="note">Payload of piece messages, each peer.</p>
      <div class="chart" id="totals" role="img" aria-label="Payload sent and received by each peer"></div></section>
      <section><h2>One peer</h2>
      <label class="pick">Peer <select id="peer"></select></label>
      <div class="legend"><span><i class="up"></i>upload</span><span><i class="down"></i>download</span>
      <span><i class="limit"></i>declared limit</span></div>
      <div class="chart" id="rates" role="img" aria-label="Upload and download rate of the chosen peer over time"></div>
      <h3>Who unchokes whom</h3>
      <div class="legend"><span><i class="up"></i>it unchokes the other</span>
      <span><i class="down"></i>the other unchokes it</span><span><i class="want"></i>interested</span></div>
      <div class="chart" id="chokes" role="img" aria-label="Choke timeline of the chosen peer"></div></section>
      <section><h2>What the lab did</h2><div class="scroll"><table class="events" id="events"></table></div></section>
      </main>
      <div id="tip" hidden></div>
      <script type="application/json" id="data">\(json)</script>
      <script>\(PageScript.source)</script>
      </body>
      </html>

      """
  }

  private var table: String {
    let order: [Verdict.Status] = [.fail, .undecided, .pass]
    let sorted = order.flatMap { status in verdicts.filter { $0.status == status } }
    let rows = sorted.map { verdict in
      let who = verdict.subjects.isEmpty ? "swarm" : verdict.subjects.joined(separator: ", ")
      var observed = "<div>\(Self.text(verdict.observed))</div>"
      if let reason = verdict.reason { observed += "<div class=\"note\">\(Self.text(reason))</div>" }
      if !verdict.evidence.isEmpty {
        let moments = verdict.evidence.map { "<li>\(Self.text(VerdictLines.evidence($0)))</li>" }.joined()
        let open = verdict.status == .fail ? " open" : ""
        observed +=
          "<details\(open)><summary>\(verdict.evidence.count == 1 ? "1 moment" : "\(verdict.evidence.count) moments")"
          + "</summary><ul>\(moments)</ul></details>"
      }
      return """
        <tr class="\(verdict.status.rawValue)"><td>\(Self.pill(verdict.status))</td>\
        <td><b>\(Self.text(verdict.check))</b><div class="note">\(verdict.kind.rawValue)</div></td>\
        <td class="who">\(Self.text(who))</td><td>\(Self.text(verdict.expected))</td><td>\(observed)</td>\
        <td class="number">\(verdict.power.n)<span class="note"> / \(verdict.power.needed)</span></td></tr>
        """
    }
    return """
      <div class="scroll"><table class="verdicts"><thead><tr><th></th><th>Check</th><th>Who</th><th>Expected</th>\
      <th>Observed</th><th class="number" title="how much there was to judge by / how much is needed">Shown / needed</th>\
      </tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  private static func pill(_ status: Verdict.Status) -> String {
    let mark =
      switch status {
      case .pass: "✓"
      case .fail: "✗"
      case .undecided: "?"
      }
    return "<span class=\"pill \(status.rawValue)\">\(mark) \(status.rawValue)</span>"
  }

  private static func json(_ text: String) -> String {
    text.reduce(into: "") { out, character in if character == "<" { out += "\\u003c" } else { out.append(character) } }
  }

  static func text(_ text: String) -> String {
    text.reduce(into: "") { out, character in
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.append(character)
      }
    }
  }
}
