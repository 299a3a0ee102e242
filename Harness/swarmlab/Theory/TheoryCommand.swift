import ArgumentParser
import Reporting
import SwarmTime
import TopologyFile

struct TheoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "theory",
    abstract: "Computes what theory says: distribution times, steady state, exponential phase.",
    discussion: "Without a subcommand it is `bounds`: how long it takes at least, from a server and among peers.",
    subcommands: [BoundsCommand.self, SteadyStateCommand.self, ExponentialCommand.self],
    defaultSubcommand: BoundsCommand.self)

  /// Times are held in nanoseconds; what does not fit would come out as the longest that does.
  ///
  /// - Throws: for a time that is so long.
  static func refuseBeyondReckoning(_ times: [SwarmDuration]) throws {
    guard times.contains(where: { $0.nanoseconds == .max }) else { return }
    throw ValidationError(
      "with these it takes more than 292 years, the longest that is reckoned with; expected a smaller --size, fewer "
        + "--peers or higher rates")
  }
}

/// Where a picture goes, besides the terminal.
struct PictureOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the plot as a page that needs nothing else.", valueName: "file")) var html: String?
  @Option(help: ArgumentHelp("Write the plot as an SVG.", valueName: "file")) var svg: String?

  /// Shows the plot here, and writes it where that was asked for. Throws `FileFault`.
  func show(_ plot: Plot, text: String, table: [String] = [], note: String = "") throws {
    Output.print(TextPlot(plot).lines)
    if let svg { try Files.write(plot.svg(), to: svg) }
    guard let html else { return }
    let section = PlotPage.Section(head: plot.title, text: text, plot: plot, table: table, note: note)
    try Files.write(PlotPage(title: plot.title, lead: "As theory has it.", sections: [section]).html, to: html)
  }
}

/// An amount of bytes on the command line, as a topology has it: `360 MB`.
struct Amount: ExpressibleByArgument, Sendable {
  let bytes: Int64

  init?(argument: String) {
    guard case .integer(let bytes)? = try? ScalarReader.read(argument, as: .size, allowsZero: false) else { return nil }
    self.bytes = bytes
  }
}

/// A rate on the command line, as a topology has it: `512 KiB/s`, `8 Mbit/s`, `unlimited`.
struct Rate: ExpressibleByArgument, Sendable {
  /// Nil is unlimited.
  let bytesPerSecond: Int64?

  init?(argument: String) {
    switch try? ScalarReader.read(argument, as: .rate, allowsZero: false) {
    case .integer(let rate): bytesPerSecond = rate
    case .text: bytesPerSecond = nil
    default: return nil
    }
  }
}

/// A length of time on the command line, in seconds: `90 s`, `5 min`.
struct Period: ExpressibleByArgument, Sendable {
  let seconds: Double

  init?(argument: String) {
    guard case .integer(let nanoseconds)? = try? ScalarReader.read(argument, as: .duration, allowsZero: false) else {
      return nil
    }
    seconds = Double(nanoseconds) / 1e9
  }
}
