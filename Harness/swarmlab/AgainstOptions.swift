import ArgumentParser
import Dissection
import Replaying
import Reporting
import SwarmTime
import Wire

/// `replay --against`: one side of a recorded conversation, played to a live client.
struct AgainstOptions: ParsableArguments {
  enum Role: String, ExpressibleByArgument, CaseIterable { case initiator, responder }

  @Option(
    name: .customLong("against"),
    help: ArgumentHelp(
      "Play one side of a recorded conversation to a live client: the client's HOST:PORT as initiator, where to listen for "
        + "it as responder.", valueName: "host:port"))
  var address: String?

  @Option(
    help: ArgumentHelp(
      "With --against: the conversation, as Wireshark numbers tcp.stream; without it they are listed.", valueName: "n"))
  var stream: Int?

  @Option(name: .customLong("as"), help: "With --against: the side to play, initiator or responder.")
  var role: Role?

  @Option(
    help: ArgumentHelp(
      "With --against: the payload of --torrent, a file or a folder, which the client's requests are answered from.",
      valueName: "path"))
  var payload: String?

  @Option(
    help: ArgumentHelp(
      "With --as responder: answer announces at this HOST:PORT, with the listening address alone, so that the client comes.",
      valueName: "host:port"))
  var tracker: String?

  @Option(
    help: ArgumentHelp(
      "With --against: how long one recorded message, or the connection, is waited for in real time; 30 s if not given.",
      valueName: "time"),
    transform: RealDuration.init(text:))
  var patience: RealDuration?

  private static let usualPatience: Int64 = 30_000

  func validate() throws {
    let others: [(String, Bool)] = [
      ("--stream", stream != nil), ("--as", role != nil), ("--payload", payload != nil), ("--tracker", tracker != nil),
      ("--patience", patience != nil),
    ]
    if address == nil, let lonely = others.first(where: \.1) { throw ValidationError("\(lonely.0) is for --against") }
    if tracker != nil && role == .initiator { throw ValidationError("--tracker is for --as responder") }
  }

  private func parsed(_ text: String, of option: String) throws -> LiveAddress {
    guard let address = LiveAddress(text) else {
      throw Failure(
        state: .usage, what: "is no host and port", place: "\(option) \(text)",
        expected: "HOST:PORT, such as 127.0.0.1:7000 or [::1]:7000")
    }
    return address
  }

  /// Plays, and says how it went.
  func play(_ capture: String, metainfo: Metainfo?, address: String) throws -> ExitState {
    let place = try parsed(address, of: "--against")
    guard let stream, let role else { throw try missing(capture) }
    guard let metainfo else {
      throw Failure(
        state: .usage, what: "--against needs --torrent", place: capture,
        expected: "the torrent that the live client has been given, whatever was recorded")
    }
    let conversation: RecordedConversation
    let player: ConversationPlayer
    var random = RandomSource(seed: UInt64(bitPattern: SwarmClock.realtimeNanoseconds()))
    let patience = (patience?.milliseconds ?? Self.usualPatience) * 1_000_000
    do {
      conversation = try RecordedConversation(ofCapture: capture, stream: stream)
      player = try ConversationPlayer(
        conversation, metainfo: metainfo,
        settings: .init(
          role: role == .initiator ? .initiator : .responder, patience: patience,
          listenPort: role == .responder && place.port > 0 ? place.port : nil, hasPayload: payload != nil,
          peerIDTail: random.letters(12)))
    } catch let refusal as ConversationRefusal {
      throw Failure(
        state: .usage, what: refusal.what, place: "\(capture), stream \(stream)", expected: refusal.expected)
    }
    let files = try live { try payload.map { try PayloadFiles(metainfo, at: $0) } }
    let report = AgainstReport(conversation, role, metainfo)
    Output.print(report.opening)
    let play = LiveConversation(player, payload: files, address: place, patience: patience)
    let outcome = try live {
      if role == .initiator { return try play.initiate() }
      return try play.respond(metainfo.infoHash, tracker: try tracker.map { try parsed($0, of: "--tracker") }) { port in
        var line = "  listening at \(LiveAddress(host: place.host, port: port))"
        if let tracker { line += "; announces are answered at http://\(tracker)/announce" }
        Output.print(line)
      }
    }
    Output.print(report.lines(outcome))
    return outcome.outcome == .played ? .passed : .failed
  }

  private func live<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as LiveFailure {
      throw Failure(state: .environment, what: failure.what, place: failure.place, expected: failure.expected)
    }
  }

  /// What is missing, after the list of what there is to choose from.
  private func missing(_ capture: String) throws -> Failure {
    if stream == nil { Output.print(try StreamList(capture).lines) }
    return Failure(
      state: .usage, what: stream == nil ? "--against needs --stream" : "--against needs --as", place: capture,
      expected: stream == nil
        ? "the number of a conversation that can be played" : "the side to play: initiator or responder")
  }
}
