import ArgumentParser
import Dissection
import Judging
import Planning
import Reporting

struct ProfileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Measures how the clients on a capture choke, and sets it beside what a profile predicts.",
    discussion: """
      Give a capture whose peers run the same client: periods are told from all of them together. What is measured comes
      from packets alone; the profile is only printed beside it.
      """)

  @Argument(help: "A capture (.pcap or .pcap.gz), or a run folder.") var capture: String
  @Option(
    name: .customLong("profile"),
    help: "What to set beside it: a shipped profile or a file, with settings after commas (libtorrent,allSlots=4).")
  var profile: String?
  @Option(help: "Measure only these groups of the run's topology; may be given often.") var group: [String] = []

  func run() async throws {
    try await reporting {
      let path = try ReadCapture.file(capture)
      let sidecar = try Sidecar(besides: path)
      let trace = try Dissection.trace(ofCapture: path)
      let book = try ProfileBook(profile.map { [$0] } ?? [])
      let scene: Scene
      if let plan = sidecar.plan {
        scene = Scene(plan: plan, record: sidecar.record, trace: trace)
      } else {
        let strangers = Strangers(trace)
        let plan = strangers.plan(name: sidecar.file, checks: []) { _ in Strangers.Known() }
        scene = Scene(strangers, plan: plan, trace: trace)
      }
      if let trouble = scene.timingTrouble ?? scene.encryption.trouble {
        throw Failure(state: .undecided, what: trouble, place: path)
      }
      let peers = scene.plan.peers.indices.filter { group.isEmpty || group.contains(scene.plan.peers[$0].group) }
      guard !peers.isEmpty else {
        throw Failure(
          state: .usage, what: "no peer to measure", place: path,
          expected: group.isEmpty ? "connections that carry peer wire" : "one of the topology's groups")
      }
      let predicted = book.general ?? peers.compactMap { scene.plan.peers[$0].profile }.first
      let table = ProfileTable(predicted: predicted, measured: ChokingMeasure(scene, peers: peers))
      Output.print("\(Output.style.bold(profile ?? scene.plan.name)): \(path)")
      Output.print(table.lines.map { "  " + $0 })
      return .passed
    }
  }
}
