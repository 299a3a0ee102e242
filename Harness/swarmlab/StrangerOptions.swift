import ArgumentParser
import Dissection
import Judging
import Planning
import Recording
import Reporting
import Wire

/// What may be said of a capture without a plan.
struct StrangerOptions: ParsableArguments {
  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp(
      "What is known of the clients on a capture without a plan: a shipped profile or a file, with settings after commas "
        + "(libtorrent,allSlots=4); with an address before it (10.0.0.7=aria2) of that peer alone. May be given often.",
      valueName: "profile"))
  var profiles: [String] = []
  @Option(
    help: ArgumentHelp(
      "The .torrent file of a capture without a plan; its measure is learned from the wire else.", valueName: "file"))
  var torrent: String?

  /// A run is judged by its own plan, or it would not be a replay.
  func refuse(for capture: String) throws {
    guard !profiles.isEmpty || torrent != nil else { return }
    throw Failure(
      state: .usage, what: "\(profiles.isEmpty ? "--torrent" : "--profile") is for captures without a plan",
      place: capture,
      expected: "a capture without plan.yaml beside it", mend: "the plan says what its peers are held against")
  }

  func metainfo() throws -> Metainfo? {
    guard let torrent else { return nil }
    let bytes: [UInt8]
    do {
      bytes = try Files.bytes(of: torrent)
    } catch {
      throw Failure(
        state: .usage, what: error.description, place: "--torrent", expected: "a metainfo file (BEP 3)",
        mend: error.mend)
    }
    do {
      return try Metainfo(parsing: bytes)
    } catch {
      throw Failure(
        state: .usage, what: "is no .torrent file: \(error)", place: torrent, expected: "a metainfo file (BEP 3)")
    }
  }
}

/// A capture, read with what lies beside it.
struct ReadCapture {
  let path: String
  let sidecar: Sidecar
  let plan: Plan
  let scene: Scene

  /// - Parameters:
  ///   - given: a capture, or a run folder with one.
  ///   - checks: what a capture without a plan is asked.
  /// - Throws: `Failure`, `CaptureError`.
  init(_ given: String, _ stranger: StrangerOptions, checks: [CheckPlan]) throws {
    path = try Self.file(given)
    sidecar = try Sidecar(besides: path)
    let trace = try Dissection.trace(ofCapture: path)
    if let plan = sidecar.plan {
      try stranger.refuse(for: path)
      self.plan = plan
      scene = Scene(plan: plan, record: sidecar.record, trace: trace)
    } else {
      let strangers = Strangers(trace, metainfo: try stranger.metainfo())
      let book = try ProfileBook(stranger.profiles)
      plan = strangers.plan(name: sidecar.file, checks: checks) { book.known(of: $0) }
      scene = Scene(strangers, plan: plan, trace: trace)
    }
  }

  /// The capture of a run folder, or what was given.
  static func file(_ given: String) throws -> String {
    let inside = ["/capture.pcap", "/capture.pcap.gz"].map { given + $0 }
    guard let found = inside.first(where: Files.exists) else {
      guard Files.exists(given + "/plan.yaml") else { return given }
      throw Failure(
        state: .usage, what: "holds no capture", place: given, mend: "run it again with capture: {keep: scrubbed}")
    }
    return found
  }
}
