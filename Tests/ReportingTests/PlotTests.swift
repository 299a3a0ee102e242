import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct PlotTests {
  private static let plot = Plot(
    title: "T & x", across: "N", up: "seconds",
    series: [
      Plot.Series(name: "line", kind: 0, line: [Plot.Point(0, 0), Plot.Point(10, 100)]),
      Plot.Series(
        name: "marks", kind: 1, marks: [Plot.Mark(5, 20, interval: 10...30), Plot.Mark(10, 90), Plot.Mark(99, 1)]),
    ], xRange: 0...10, yRange: 0...100)

  @Test("A plot is one well-formed file that needs no other, narrow or wide", arguments: [330, 760])
  func standsAlone(width: Int) throws {
    let svg = Self.plot.svg(width: width)
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    for loader in ["href", "url(", "@import", "<script"] { #expect(!svg.contains(loader)) }
    #expect(svg.contains("T &amp; x") && svg.contains("viewBox=\"0 0 \(width) "))
    // Two marks are within, one with a whisker of three strokes beside the line's legend.
    #expect(svg.components(separatedBy: "class=\"class-1\"").count - 1 == 3)
    #expect(svg.components(separatedBy: "<line class=\"held of-1\"").count - 1 == 3)
  }

  @Test("A legend has as many lines as it needs; a name longer than a line is cut, and told whole")
  func longNames() {
    let names = (1...9).map { "a group of leechers with a name of its own, \($0)" }
    var sheet = SVGSheet(width: 760)
    let items: [(style: String, words: String, height: Double)] = names.map { ("class-0", $0, 3) }
    // Two in a line.
    let end = sheet.legend(y: 36, items)
    #expect(end == 108)
    let long = String(repeating: "long & ", count: 40)
    let last = sheet.legend(y: 200, [("class-0", long, 3)])
    #expect(last == 200)
    let svg = sheet.fragment(title: "legend")
    let escaped = String(repeating: "long &amp; ", count: 40)
    #expect(svg.contains("<title>\(escaped)</title>long &amp; ") && svg.contains("…</text>"))
    #expect(!svg.contains("\(escaped)</text>") && svg.contains("\(names[8])</text>"))
    var plot = Self.plot
    plot.series[0].name = long
    #expect(plot.svg(width: 330).contains("<title>\(escaped)</title>"))
  }

  @Test("In a terminal a line rises from corner to corner, and a mark stands where it belongs")
  func text() throws {
    let lines = TextPlot(Self.plot, columns: 21, rows: 11).lines
    #expect(lines.first == "seconds")
    #expect(lines[1].hasSuffix("."), "\(lines)")
    #expect(lines[1].hasPrefix(" 100 |"))
    #expect(lines[11] == "   0 |.", "\(lines)")
    #expect(lines[9] == "  20 |   ..     x", "\(lines)")
    #expect(lines[12] == "     +" + String(repeating: "-", count: 21))
    #expect(lines.contains("  ...  line") && lines.contains("  x  marks"))
  }

  @Test("A mark that is a bound is hollow, with an arrow to where the truth lies, as the legend says")
  func bounds() {
    var plot = Self.plot
    #expect(!plot.svg().contains("a bound:"))
    plot.series[1].marks = [Plot.Mark(5, 20), Plot.Mark(10, 90, truth: .above)]
    let svg = plot.svg()
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(svg.contains("a bound: the truth lies above</text>"))
    // One in the plot and one in the legend; the other mark and the series' own are filled.
    #expect(svg.components(separatedBy: "<polygon class=\"held line of-1\"").count - 1 == 2)
    #expect(svg.components(separatedBy: "<line class=\"held line of-1\"").count - 1 == 6)
    #expect(svg.components(separatedBy: "<polygon class=\"class-1\"").count - 1 == 2)
    let lines = TextPlot(plot, columns: 21, rows: 11).lines
    #expect(lines[1].hasSuffix("^") && lines[2].hasSuffix("x"), "\(lines)")
    #expect(lines.contains("  ^  a bound: the truth lies above"))
    plot.series[1].marks[0].truth = .below
    #expect(plot.svg().contains("a bound: the truth lies where it points"))
    #expect(TextPlot(plot, columns: 21, rows: 11).lines.last == "  ^v  a bound: the truth lies where it points")
  }

  @Test("Classes are named in as many lines as they need, a long name cut and told whole")
  func classes() {
    var sheet = SVGSheet(width: 420)
    let names = (1...5).map { "leechers behind a slow line, \($0)" }
    // One in a line: 26 and 30 letters are more than half of it.
    let end = sheet.classes(y: 370, names)
    #expect(end == 370 + 4 * 18)
    let long = String(repeating: "long & ", count: 40)
    let last = sheet.classes(y: 500, [long])
    #expect(last == 500)
    let svg = sheet.fragment(title: "classes")
    let escaped = String(repeating: "long &amp; ", count: 40)
    #expect(svg.contains("\(names[4])</text>") && svg.contains("<title>\(escaped)</title>"))
    #expect(!svg.contains("\(escaped)</text>"))
  }

  @Test("In a terminal a name is no longer than the frame is wide")
  func longNamesInText() {
    var plot = Self.plot
    plot.series[0].name = "abcdefghijklmnopqrstuvwxyz"
    let lines = TextPlot(plot, columns: 21, rows: 11).lines
    #expect(lines.contains("  ...  abcdefghijklmnopqrst…") && lines.contains("  x  marks"))
  }

  @Test("A page holds both drawings, and its table; text is escaped")
  func page() {
    let html = PlotPage(
      title: "a < b", lead: "lead",
      sections: [
        PlotPage.Section(head: "h", text: "t", plot: Self.plot, table: ["| N | s |", "|--:|--:|", "| 1 | 2.5 |"])
      ]
    ).html
    #expect(html.contains("<title>a &lt; b</title>"))
    #expect(html.contains("<td class=\"number\">1</td><td class=\"number\">2.5</td>"))
    #expect(html.components(separatedBy: "<svg").count - 1 == 2)
    // A phone of 375 pixels, less the margins of page and section: letters keep their size.
    #expect(html.contains("viewBox=\"0 0 760 ") && html.contains("viewBox=\"0 0 330 "))
  }
}
