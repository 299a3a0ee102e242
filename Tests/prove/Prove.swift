import ArgumentParser

@main
struct Prove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract:
      "Shows that every check can fail, that honest swarms fail none, how little is found, and what our peer withstands.",
    subcommands: [
      MatrixCommand.self, SwarmsCommand.self, LimitsCommand.self, PicturesCommand.self, ResumeCommand.self,
      ThinnedCommand.self, EqualsCommand.self, FaultsCommand.self, SchedulesCommand.self, HonestCommand.self,
      AddressesCommand.self,
    ])
}

/// What the subcommands that play swarms share.
struct PlayOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Swarms at once: two by default on ideal links, one with real processes.", valueName: "n"))
  var width: Int?
}
