import ArgumentParser
import Foundation
import ProofMatrix

struct AddressesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "addresses",
    abstract: "Tells what changes of address came to in stored runs, for each kind of client.",
    discussion: """
      From each run's verdicts: how long until a connection from the new address is there on which both shook hands, and \
      until payload goes to or from it, how often others tried the dead one, what was fetched again, and how many of the tracker's answers \
      to others still named the dead address. And from its intervals: does who comes back from a new address wait for its first unchoke \
      shorter than who stayed and was choked at that moment? Each waits from its first interest after the change on; half a \
      minute at most is counted, and the difference is of means, paired by run, with its 95 % interval by Student's t. \
      `./Harness/bench addresses` makes the runs.
      """)

  @Argument(help: "Run folders, with the check address-change.") var runs: [String]

  func run() throws {
    let read = try runs.map { folder in (folder: folder, run: try AddressRun(folder: folder)) }
    for (folder, run) in read where run.changes.isEmpty {
      let why = run.troubles.isEmpty ? ["no address changed"] : run.troubles
      let line = "\(folder): left out: \(why.joined(separator: "; "))\n"
      FileHandle.standardError.write(Data(line.utf8))
    }
    print(AddressTable(read.map(\.run)).markdown)
  }
}
