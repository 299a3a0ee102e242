import Dissection
import PacketCapture
import Planning
import SwarmTime
import Wire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The inner half of a run: what the hidden subcommand `lab` does.
public enum LabMain {
  /// `FOLDER --socket PATH --rung RUNG [--programs FOLDER]` runs the plan in FOLDER; `--probe --socket PATH --rung RUNG`
  /// tries what the rung can do. Returns the exit status.
  public static func main(arguments: [String]) async -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let options: Options
    let outer: LineSender
    let reading: Int32
    do throws(LabError) {
      options = try Options(arguments)
      reading = try OrderSocket.makeConnection(to: options.socket)
      outer = LineSender(fcntl(reading, F_DUPFD_CLOEXEC, 0))
    } catch {
      Descriptor.write("\(error)\n".utf8, to: 2)
      return error.exitStatus
    }
    let status = await options.isProbe ? probe(options, outer) : run(options, outer, reading)
    outer.drain(milliseconds: 5000)
    return status
  }

  struct Options {
    var folder = ""
    var socket = ""
    var rung = Sandbox.Rung.hostLoopback
    var programs = ProgramPath.ownFolder ?? "."
    var isProbe = false

    init(_ arguments: [String]) throws(LabError) {
      var rest = arguments[...]
      while let argument = rest.popFirst() {
        switch argument {
        case "--probe": isProbe = true
        case "--socket": socket = rest.popFirst() ?? ""
        case "--programs": programs = rest.popFirst() ?? programs
        case "--rung": rung = rest.popFirst().flatMap(Sandbox.Rung.init(rawValue:)) ?? rung
        default: folder = argument
        }
      }
      guard !socket.isEmpty, isProbe || !folder.isEmpty else {
        throw LabError(
          .usage, what: "this is the inner half of a run", place: "swarmlab lab", expected: "to be started by swarmlab",
          mend: "use `swarmlab run FILE`")
      }
    }
  }

  private static func run(_ options: Options, _ outer: LineSender, _ reading: Int32) async -> Int32 {
    do throws(LabError) {
      let bench = try await prepare(options, outer)
      let end = try await conduct(bench, options, outer, reading)
      giveBack(options)
      outer.queue(MessageLine.encode(LabMessage.done(reason: end.reason, capture: end.capture)))
      return 0
    } catch {
      // Before it is told, upon which the lab may be killed.
      giveBack(options)
      outer.queue(MessageLine.encode(LabMessage.failed(error)))
      return error.exitStatus
    }
  }

  /// However far the run came: what root has made in the folder its user could not remove.
  private static func giveBack(_ options: Options) {
    guard options.rung == .bubblewrapRoot, let user = getenv("SUDO_UID").flatMap({ uid_t(String(cString: $0)) })
    else { return }
    let group = getenv("SUDO_GID").flatMap { gid_t(String(cString: $0)) } ?? gid_t(user)
    Leftovers.give(options.folder, user: user, group: group)
  }

  /// What is ready before the first process starts.
  private struct Bench: Sendable {
    var plan: Plan
    var lines: CommandLines
    var place: WorkPlace
    var watch: WireWatch
    var capture: LiveCapture
    var payload: Payload
    var notes: [String]
  }

  /// Sets the network, opens the capture and writes the payload. A rung that cannot do the first two is refused, and the
  /// next may stand.
  private static func prepare(_ options: Options, _ outer: LineSender) async throws(LabError) -> Bench {
    let folder = RunFolder(path: options.folder)
    let plan: Plan
    do {
      plan = try Plan(yaml: String(decoding: RunFolder.read(folder.plan), as: UTF8.self))
    } catch {
      throw LabError(.harness, what: "\(error)", place: folder.plan, expected: "a plan that this version wrote")
    }
    outer.queue(MessageLine.encode(LabMessage.event(.phase(.preparing))))
    try WorkPlace.raiseOpenFiles(for: plan.peers.count + 1)
    try WorkPlace.checkPrograms(plan, programs: options.programs)
    var place = WorkPlace(rung: options.rung)
    if !place.isPrivate { try TakenPorts.check(plan, among: .now()) }
    try RunFolder.make(folder.payloadFolder)
    if plan.tracker != nil { try RunFolder.make(folder.trackerFolder) }
    let writing = Task.detached {
      try Payload.write(plan.payload, trackers: plan.tracker?.announceURLs ?? [], in: folder.payloadFolder)
    }
    let watch = WireWatch(plan: plan)
    let notes: [String]
    let capture: LiveCapture
    do {
      let settings = NetworkSettings(
        speed: plan.speed, limits: KernelLimits(plan), usesPrivateRange: plan.usesPrivateRange)
      notes = try await place.prepare(settings)
      try await FaultGround.lay(for: Sandbox.needs(of: plan), with: place.launcher)
      try await place.attach(PeerNetworks(plan), settings)
      capture = try LiveCapture(
        device: "lo", file: folder.capture, atMostBytes: plan.capture.atMostBytes,
        bufferBytes: WorkPlace.ringBytes(for: plan), filter: place.captureFilter, follower: watch)
    } catch {
      outer.queue(MessageLine.encode(LabMessage.refused(reason: "\(error)")))
      throw LabError(.environment, what: "\(error)", place: options.rung.rawValue)
    }
    capture.start()
    // A large payload on a slow disk takes longer than anybody waits to hear whether the rung stands.
    outer.queue(MessageLine.encode(LabMessage.standing))
    let payload: Payload
    do { payload = try await writing.value } catch {
      throw error as? LabError ?? LabError(.harness, what: "\(error)", place: folder.payloadFolder)
    }
    if let tracker = plan.tracker, tracker.program == .opentracker {
      try Opentracker.prepare(tracker, infoHash: payload.infoHash, in: folder.trackerFolder)
    }
    let lines = CommandLines(
      plan: plan, folder: folder.path, torrentPath: payload.torrentPath, programs: options.programs)
    try Seats.prepare(plan, lines, payload)
    return Bench(
      plan: plan, lines: lines, place: place, watch: watch, capture: capture, payload: payload, notes: notes)
  }

  private static func conduct(
    _ bench: Bench, _ options: Options, _ outer: LineSender, _ reading: Int32
  ) async throws(LabError) -> (reason: EndReason, capture: CaptureSummary) {
    for note in bench.notes { outer.queue(MessageLine.encode(LabMessage.event(.note(note)))) }
    let payloadPath = bench.payload.path
    let sha256 = Task.detached { await GivingWay.run { FinishedFile(payloadPath)?.sha256() ?? "" } }
    let laboratory = try Laboratory(
      plan: bench.plan, lines: bench.lines, place: bench.place, outer: outer, watch: bench.watch,
      capture: bench.capture, payload: bench.payload)
    let orders = OrderReader(reading) { laboratory.take($0) }
    defer { orders.cancel() }
    return try await laboratory.run(sha256: sha256)
  }
}
