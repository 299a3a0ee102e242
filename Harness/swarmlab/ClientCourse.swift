import Dissection
import Judging
import Lab
import Planning
import Recording
import Reporting
import SwarmTime
import TopologyFile

/// One half of a client's course: a swarm of two, the client and a native peer.
struct ClientCourse {
  enum Role: String, CaseIterable {
    case leecher, seed

    var title: String {
      switch self {
      case .leecher: "as a leecher, from a native seed"
      case .seed: "as a seed, to a native leecher"
      }
    }
  }

  let client: ForeignClient
  /// As topologies call it.
  let name: String
  let role: Role

  /// Name of the client's peer.
  static let subject = "client"

  private var text: String {
    let other = role == .leecher ? "seed: {role: seed}" : "leecher: {}"
    let transport = client.trackers == [.udp] ? ", protocol: udp" : ""
    // A leecher is started at zero, and has its own time to be ready.
    let seconds = 60 + Int(client.ready.within.seconds.rounded(.up))
    let path = name.contains("/") ? name : name.hasSuffix(ClientFolder.suffix) ? "./\(name)" : name
    return """
      name: check-\(role.rawValue)
      description: \(JSONString.quoted(role.title))
      payload: {size: 4 MiB, pieceLength: 64 KiB}
      tracker: {announceInterval: 10 s\(transport)}
      peers:
        \(other)
        client: {role: \(role.rawValue), client: \(JSONString.quoted(path))}
      until: {complete: all, within: \(seconds) s}
      checks: [completion, integrity]

      """
  }

  /// Runs it and looks at what came of it.
  func items(output: String?, interrupts: Interrupts) async throws -> [CourseItem] {
    guard let loaded = try TopologyOptions.read(Array(text.utf8), file: "check-\(role.rawValue).swarm.yaml"),
      let plan = try loaded.plan(randomSeed: nil)
    else {
      throw Failure(
        state: .usage, what: "the client cannot take its course", place: name,
        expected: "a client that a swarm of two can hold", mend: "correct what is said above")
    }
    let folder = try makeFolder(output)
    defer { if output == nil { try? Files.remove(folder) } }
    try Files.write(plan.yaml, to: folder + "/plan.yaml")
    let lab = try await LabProcess.launch(
      plan: plan, folder: try Programs.absolute(folder), executable: try Programs.ownPath())
    let stop: @Sendable () -> Void = { Task { await lab.stop(.interrupted) } }
    let work = interrupts.work()
    interrupts.on(work, .init(stop: stop, kill: { lab.kill() }))
    defer { interrupts.on(work, nil) }
    for await event in lab.events {
      // Nothing that follows would show more.
      if case .notReady(Self.subject) = event { await lab.stop() }
    }
    let outcome = await lab.outcome
    // Before the capture is read, of which such an error may have left half a frame.
    if let error = outcome.error, error.place != Self.subject { throw error }
    let record = (try? RunRecord.salvage(path: folder + "/record.jsonl")) ?? []
    let capture = folder + "/capture.pcap"
    let trace = Files.exists(capture) ? try Dissection.trace(ofCapture: capture) : Trace()
    return CourseFindings(
      client: client, role: role, plan: plan, outcome: outcome, record: record, trace: trace, folder: folder
    ).items
  }

  private func makeFolder(_ output: String?) throws -> String {
    if let output {
      let folder = "\(output)/\(name.split(separator: "/").last ?? "client")-\(role.rawValue)"
      try Files.remove(folder)
      try Files.makeFolders(folder)
      return folder
    }
    return try TemporaryFolder.make()
  }
}

/// Something that a client must do, and whether it did.
struct CourseItem: Sendable, Hashable {
  var what: String
  /// Nil where all is well; else what was seen instead.
  var trouble: String?
  /// What its author can do.
  var mend = ""
  /// The last of its log.
  var log: [String] = []
  /// Whether it could not be tried, since something before it failed.
  var isOpen = false

  var isWell: Bool { trouble == nil }

  func lines(_ style: TerminalStyle) -> [String] {
    guard let trouble else { return ["  \(style.green("ok"))    \(what)"] }
    var lines = ["  \(isOpen ? style.yellow("open") : style.red("FAIL"))  \(what): \(trouble)"]
    if !mend.isEmpty { lines.append("        to mend it: \(mend)") }
    return lines + log.map { "        | \($0)" }
  }
}
