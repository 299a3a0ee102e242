import ArgumentParser
import Comparing
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
      from packets alone; the profile is only printed beside it. Given two, both are measured and set side by side, with
      what came of the choking in each: the second is held against the first.
      """)

  @Argument(help: "A capture (.pcap or .pcap.gz), or a run folder.") var capture: String
  @Argument(help: "Another one, to be held against the first.") var other: String?
  @Option(
    name: .customLong("profile"),
    help: "What to set beside it: a shipped profile or a file, with settings after commas (libtorrent,allSlots=4).")
  var profile: String?
  @Option(help: "Measure only this group of the run's topology; may be given often.") var group: [String] = []

  func validate() throws {
    if other != nil, profile != nil {
      throw ValidationError("--profile is set beside one capture: give one, or two without --profile")
    }
  }

  func run() async throws {
    try await reporting {
      let first = try Sight(capture, groups: group)
      if let other {
        show(first, beside: try Sight(other, groups: group))
        return .passed
      }
      let book = try ProfileBook(profile.map { [$0] } ?? [])
      let predicted = book.general ?? first.peers.compactMap { first.scene.plan.peers[$0].profile }.first
      let table = ProfileTable(predicted: predicted, measured: first.measure)
      Output.print("\(Output.style.bold(profile ?? first.name)): \(first.path)")
      Output.print(table.lines.map { "  " + $0 })
      return .passed
    }
  }

  private func show(_ first: Sight, beside second: Sight) {
    // Two runs of one topology differ by their folders alone.
    let isNamed = first.name != second.name
    let contrast = ChokingContrast(
      first.figures, second.figures,
      names: (first: isNamed ? first.name : first.path, second: isNamed ? second.name : second.path))
    let title = Output.style.bold("\(second.name) against \(first.name)")
    Output.print("\(title): \(second.path), \(first.path)")
    Output.print(contrast.lines.map { "  " + $0 })
  }
}

/// A capture, and those of its peers that are to be measured.
private struct Sight {
  let path: String
  let scene: Scene
  /// By place in the plan.
  let peers: [Int]

  var name: String { scene.plan.name }
  var measure: ChokingMeasure { ChokingMeasure(scene, peers: peers) }
  var figures: ChokingFigures { ChokingFigures(measure, RunFigures(Judge.judge(scene))) }

  /// - Throws: `Failure` for what cannot be measured, `CaptureError`.
  init(_ given: String, groups: [String]) throws {
    path = try ReadCapture.file(given)
    let sidecar = try Sidecar(besides: path)
    let trace = try Dissection.trace(ofCapture: path)
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
    let plan = scene.plan
    peers = plan.peers.indices.filter { groups.isEmpty || groups.contains(plan.peers[$0].group) }
    guard !peers.isEmpty else {
      throw Failure(
        state: .usage, what: "no peer to measure", place: path,
        expected: groups.isEmpty ? "connections that carry peer wire" : "one of the topology's groups")
    }
  }
}
