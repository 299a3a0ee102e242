/// Plots with their words as one HTML file that needs nothing else, wide enough for a desk and narrow enough for a phone.
public struct PlotPage: Sendable {
  public struct Section: Sendable {
    public var head: String
    /// Above the plot.
    public var text: String
    public var plot: Plot?
    /// Lines of a Markdown table; its first two are head and rule.
    public var table: [String]
    /// Below.
    public var note: String

    public init(head: String, text: String, plot: Plot? = nil, table: [String] = [], note: String = "") {
      self.head = head
      self.text = text
      self.plot = plot
      self.table = table
      self.note = note
    }
  }

  private let title: String
  private let lead: String
  private let sections: [Section]

  public init(title: String, lead: String, sections: [Section]) {
    self.title = title
    self.lead = lead
    self.sections = sections
  }

  public var html: String {
    PageFrame.html(
      title: title, style: Self.css,
      body: """
        <header><h1>\(Markup.text(title))</h1><p class="lead">\(Markup.text(lead))</p></header>
        <main>
        \(sections.map(Self.html).joined(separator: "\n"))
        </main>
        """)
  }

  private static func html(_ section: Section) -> String {
    var parts = ["<section><h2>\(Markup.text(section.head))</h2>"]
    if !section.text.isEmpty { parts.append("<p class=\"note\">\(Markup.text(section.text))</p>") }
    if let plot = section.plot {
      // Two drawings, since letters that shrink with the page cannot be read: the narrow one is as wide as a phone of 375
      // pixels leaves it.
      parts.append("<figure class=\"plot wide\">\(plot.svg())</figure>")
      parts.append("<figure class=\"plot narrow\">\(plot.svg(width: 330, height: 240))</figure>")
    }
    if section.table.count > 2 { parts.append(table(section.table)) }
    if !section.note.isEmpty { parts.append("<p class=\"note\">\(Markup.text(section.note))</p>") }
    return (parts + ["</section>"]).joined(separator: "\n")
  }

  private static func table(_ lines: [String]) -> String {
    func cells(_ line: String) -> [String] {
      line.split(separator: "|").map { String($0).filter { $0 != "\n" } }.map { cell in
        String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
    }
    let head = cells(lines[0]).map { "<th class=\"number\">\(Markup.text($0))</th>" }.joined()
    let rows = lines.dropFirst(2).map { line in
      "<tr>" + cells(line).map { "<td class=\"number\">\(Markup.text($0))</td>" }.joined() + "</tr>"
    }
    return """
      <div class="scroll"><table class="figures values"><thead><tr>\(head)</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  private static let css = """
    .plot { margin: 0; } .plot svg { display: block; width: 100%; max-width: 900px; height: auto; }
    .plot.narrow { display: none; } .values th.number { white-space: normal; min-width: 64px; }
    @media screen and (max-width: 600px) { .plot.wide { display: none; } .plot.narrow { display: block; } }
    """
}
