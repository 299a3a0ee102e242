import Testing
import TopologyFile

@Suite("Templates")
struct TemplateTests {
  @Test(
    "Only a word of letters in braces is a placeholder; doubled braces write it; all else stands for itself",
    arguments: [
      ("{port}", "7000"), ("a{port}b{port}", "a7000b7000"), ("{{port}}", "{port}"), ("{unknown}", "{unknown}"),
      (#"{"a": {"b": {port}}}"#, #"{"a": {"b": 7000}}"#), ("{", "{"), ("{}", "{}"), ("{port", "{port"),
      ("${HOME}", "${HOME}"), ("{port }", "{port }"), ("{option.slots}", "4"), ("{option.}", "{option.}"),
      ("{{{port}}}", "{{port}}"), ("", ""),
    ])
  func filling(_ text: String, _ filled: String) {
    let values = ["port": "7000", "option.slots": "4"]
    #expect(Template(text).filled { values[$0] } == filled)
  }

  @Test("What is filled in first cannot make placeholders for what is filled in later, and escapes survive")
  func twice() {
    let first = Template("{option.a} {port} {{port}}").substituting { $0 == "option.a" ? "{port}" : nil }
    #expect(Template(first).filled { $0 == "port" ? "7000" : nil } == "{port} 7000 {port}")
  }
}
