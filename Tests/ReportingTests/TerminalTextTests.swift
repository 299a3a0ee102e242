import Judging
import Reporting
import Testing

@Suite struct TerminalTextTests {
  @Test func `What moves a cursor, clears a window or rings a bell is spelled out`() {
    #expect(TerminalText.harmless("a\u{1B}[2Jb") == "a\\u{1B}[2Jb")
    #expect(TerminalText.harmless("a\rb\u{7}\u{7F}\u{9B}2J\u{0}") == "a\\u{D}b\\u{7}\\u{7F}\\u{9B}2J\\u{0}")
    // Hidden text is no colour of ours.
    #expect(TerminalText.harmless("\u{1B}[8mpassed") == "\\u{1B}[8mpassed")
  }

  @Test func `All else stays as it is`() {
    for text in ["", "one\ttwo\nthree", "naïve – 5 MiB/s ≥ 3 \u{A0}e\u{301}"] {
      #expect(TerminalText.harmless(text) == text)
    }
    let style = TerminalStyle(coloured: true)
    var lines = [style.bold("a"), style.dim("a"), style.red("a"), style.green("a"), style.yellow("a"), style.blue("a")]
    lines += VerdictLines.lines([Sample.verdict("completion", .fail)], mustDecide: [], style: style)
    for line in lines { #expect(TerminalText.harmless(line) == line) }
  }
}
