import ArgumentParser

/// The command line.
struct Swarmlab: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "swarmlab",
    abstract: "Runs BitTorrent swarms of real processes on this machine and judges them from what was on the wire.",
    discussion: """
      Exit status: 0 no check failed and every `mustDecide` check passed · 1 a check failed · 2 a `mustDecide` check is \
      undecided · 64 usage, an invalid topology, or a client that cannot be executed · 70 fault of the harness · \
      75 the environment lacks something · 124 timed out · 129, 130, 143 interrupted. Over several runs that of an \
      interrupt, else the first of 70, 64, 75, 1, 2, 124, 0 that occurs.
      """,
    version: version,
    subcommands: [
      RunCommand.self, TryCommand.self, ValidateCommand.self, ExplainCommand.self, CompareCommand.self,
      StudyCommand.self,
      ReplayCommand.self, AccountCommand.self, ScrubCommand.self, ReportCommand.self, TheoryCommand.self,
      LectureCommand.self, ProfileCommand.self, ClientsCommand.self, ChecksCommand.self, SchemaCommand.self,
    ])
}
