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
    let names = picture.peers.map(\.name)
    let shown = PageVerdicts(verdicts, names: names)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let model = PageModel(
      picture, pieces: plan.payload.pieceCount, bound: plan.bound?.duration,
      moments: Moment.all(in: shown.ordered, names: names))
    let json = Markup.json(String(decoding: try encoder.encode(model), as: UTF8.self))
    let outcome = Roll.worst(verdicts.map(\.outcome))
    let cut = isPartial ? " <span class=\"pill undecided\">interrupted</span>" : ""
    let figures = facts.map { "<div><dt>\(Markup.text($0.label))</dt><dd>\(Markup.text($0.value))</dd></div>" }
    return PageFrame.html(
      title: "\(plan.name): \(outcome.rawValue)",
      body: """
        <header>
        <h1>\(Markup.text(plan.name)) \(Markup.pill(outcome))\(cut)</h1>
        <p class="lead">\(Markup.text(plan.description))</p>
        <dl class="facts">\(figures.joined())</dl>
        \(shown.strip)
        </header>
        <main>
        <section id="verdicts"><h2>Verdicts</h2>
        \(shown.groups)
        </section>
        \(PageSections.html)
        </main>
        <div id="tip" hidden></div>
        <script type="application/json" id="data">\(json)</script>
        <script>\(PageScript.source)</script>
        """)
  }
}
