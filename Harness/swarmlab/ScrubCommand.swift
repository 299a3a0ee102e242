import ArgumentParser
import Dissection
import Reporting
import Wire

struct ScrubCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scrub",
    abstract: "Makes a small capture of a large one: the payload of piece messages zeroed in place.",
    discussion: """
      Every offset, length and time stays, and so do verdicts and metrics. Kept are all messages but their blocks, and what \
      could not be read: encrypted streams, stretches after holes, other protocols, and all addresses. With --redact what \
      could not be read is overwritten, so that the copy holds no byte that is not told of in `account` or `replay`, but \
      headers and addresses: encrypted streams with noise, all else with ff. Frames are those of the original; a name that \
      ends in .gz is gzipped.
      """)

  @Argument(help: "A capture (.pcap, .pcapng, gzipped or not).") var source: String
  @Argument(help: "Where the copy goes: a .pcap, or a .pcap.gz.") var destination: String
  @Flag(help: "Overwrite what could not be read, too.") var redact = false

  func run() async throws {
    try await reporting {
      guard !Files.exists(destination) else {
        throw Failure(
          state: .usage, what: "is there already", place: destination, mend: "name another file, or move that one away")
      }
      let (before, payload) = try Dissection.traceAndPayload(ofCapture: source, redacting: redact)
      try CaptureScrubber.scrub(from: source, to: destination, payload: payload)
      let after = try Dissection.trace(ofCapture: destination)
      guard after.messages == before.messages, after.segments == before.segments, after.responses == before.responses,
        after.holes == before.holes, after.connections == before.connections
      else {
        throw Failure(
          state: .fault, what: "the copy does not read as the original does", place: destination,
          mend: "do not use it; this is a fault of the harness: please report it")
      }
      let blocks = before.messages.reduce(Int64(0)) { $0 + ($1.kind == .piece ? Int64(max(0, $1.length)) : 0) }
      Output.print(
        "\(destination): \(before.coverage.frames) frames, \(before.messages.count) messages, "
          + "\(Quantity.bytes(blocks)) of blocks zeroed; it reads as the original does")
      return .passed
    }
  }
}
