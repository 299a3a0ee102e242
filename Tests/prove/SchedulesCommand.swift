import ArgumentParser
import Foundation
import ProofMatrix

struct SchedulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedules",
    abstract: "Runs swarms of honest peers with faults drawn by lot: nobody may be blamed, and nothing be left over.",
    discussion: """
      Each schedule has a random seed, which its line names: `prove schedules --from SEED --count 1` runs it again, and \
      --show prints its topology.
      """)

  @Option(help: ArgumentHelp("How many.", valueName: "n")) var count = 50
  @Option(help: ArgumentHelp("The first random seed.", valueName: "n")) var from: UInt64 = 1
  @Option(help: ArgumentHelp("The built swarmlab.", valueName: "path"))
  var swarmlab: String
  @Flag(help: "Print the topologies, and run nothing.") var show = false

  func run() async throws {
    let schedules = (from..<from + UInt64(max(1, count))).map(FaultSchedule.init)
    if show { return schedules.forEach { print($0.topology + "\n") } }
    let folder = FileManager.default.temporaryDirectory.appending(path: "schedules-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var wrong = 0
    for schedule in schedules {
      let trouble = try await ScheduledSwarm(schedule, program: swarmlab, folder: folder).trouble()
      if trouble != nil { wrong += 1 }
      say("\(schedule.randomSeed): \(trouble ?? "nobody blamed, nothing left over"); \(schedule.faults.count) faults")
    }
    say("\(schedules.count) schedules, \(wrong) of them wrong" + (wrong > 0 ? "; their runs lie in \(folder)" : ""))
    if wrong > 0 { throw ExitCode(1) }
    try FileManager.default.removeItem(atPath: folder)
  }
}
