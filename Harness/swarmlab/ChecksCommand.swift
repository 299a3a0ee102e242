import ArgumentParser
import Judging
import Reporting
import TopologyFile

struct ChecksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checks",
    abstract: "Lists every check: what it judges, its parameters, what it needs, what must fail it.")

  @Argument(help: "Names of checks; all where none is given.") var names: [String] = []

  func run() async throws {
    try await reporting {
      let known = CheckCatalogue.all.map { $0.name }
      for name in names where !known.contains(name) {
        throw Failure(
          state: .usage, what: "there is no check named \(name)", expected: "one of \(known.joined(separator: ", "))")
      }
      let chosen = CheckCatalogue.all.filter { names.isEmpty || names.contains($0.name) }
      Output.print(chosen.map { Self.text($0) }.joined(separator: "\n\n"))
      return .passed
    }
  }

  private static func text(_ check: any Check.Type) -> String {
    let style = Output.style
    var lines = ["\(style.bold(check.name)) (\(check.kind.rawValue))", "  \(check.summary)"]
    for parameter in check.parameters {
      let value = parameter.defaultText.map { "default \($0)" } ?? (parameter.isRequired ? "must be given" : "optional")
      lines.append("  \(parameter.key): \(parameter.meaning) (\(parameter.expectation); \(value))")
    }
    let needs = check.needs(Parameters(specs: check.parameters)).map(\.meaning).sorted()
    if !needs.isEmpty { lines.append("  needs: \(needs.joined(separator: "; "))") }
    if !check.failedBy.isEmpty { lines.append("  failed by: \(check.failedBy.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }
}
