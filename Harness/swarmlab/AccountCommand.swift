import ArgumentParser
import Dissection
import Judging
import Planning
import Reporting

struct AccountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Tells what is on a capture, without a verdict: peers, connections, who served whom, chokes, pieces.",
    discussion: """
      Without --of it prints how much was understood, the peers, and the connections that carried most. With a plan beside
      the capture, peers bear its names and slots are told apart; without one they are named by address.

      For scripts: --format csv writes one table, --format jsonl an object for each row, of all tables where --of names \
      none. Times are seconds since zero, or since the first frame where no record says when zero was.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, csv, jsonl }

  @Argument(help: "A capture (.pcap, .pcapng, gzipped or not), or a run folder.") var capture: String
  @Option(
    help: ArgumentHelp(
      "One table, whole: \(Account.Part.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "table"),
    transform: Self.part)
  var of: Account.Part?
  @Option(help: "table for people, csv or jsonl for scripts.") var format = Format.table
  @OptionGroup var stranger: StrangerOptions
  @Option(help: ArgumentHelp("Folder to write all tables to, as csv and jsonl.", valueName: "folder"))
  var output: String?

  private static func part(_ word: String) throws -> Account.Part {
    guard let part = Account.Part(rawValue: word) else {
      let all = Account.Part.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no table named \(word); expected one of \(all)")
    }
    return part
  }

  func validate() throws {
    if format == .csv, of == nil { throw ValidationError("--format csv writes one table: name it with --of") }
  }

  func run() async throws {
    try await reporting {
      let read = try ReadCapture(capture, stranger, checks: [])
      let account = Account(read.scene)
      if let output { try account.write(into: output) }
      switch format {
      case .csv: if let of { Output.write(account.table(of).csv) }
      case .jsonl: Output.write(of.map { account.table($0).jsonLines } ?? account.jsonLines)
      case .table: show(account, read)
      }
      return .passed
    }
  }

  /// What a person sees who brings a capture: what it is, who is on it, and where most went.
  private func show(_ account: Account, _ read: ReadCapture) {
    let width = Output.isTerminal ? TerminalScreen().size.width : 100
    Output.print("\(Output.style.bold(read.scene.plan.name)): \(read.path)")
    Output.print(CoverageLines(account).lines.map { "  " + $0 })
    if let of { return Output.print(account.table(of).lines(width: width, style: Output.style)) }
    Output.print(Sightings(account: account).lines.map { "  " + $0 })
    Output.print(account.table(.peers).lines(width: width, style: Output.style))
    Output.print(account.busiest(Self.shown).lines(width: width, style: Output.style))
    let others = Account.Part.allCases.filter { $0 != .peers }.map(\.rawValue)
    Output.print(Output.style.dim("more: --of " + others.joined(separator: ", --of ")))
  }

  /// Connections, where all is shown in short.
  private static let shown = 16
}

extension Account {
  /// A CSV file for each table, and all of them as `account.jsonl`.
  func write(into folder: String) throws {
    try Files.makeFolders(folder)
    for part in Part.allCases { try Files.write(table(part).csv, to: "\(folder)/\(part.rawValue).csv") }
    try Files.write(jsonLines, to: folder + "/account.jsonl")
  }
}
