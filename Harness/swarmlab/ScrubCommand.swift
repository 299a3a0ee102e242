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

      With --remap-addresses every address becomes another, the same throughout the file, in headers, in messages between \
      peers, and in what trackers and the hash table say. IPv4 addresses become some of 10.0.0.0/8, IPv6 addresses of \
      fd00::/64, link-local ones of fe80::/64, Ethernet addresses begin with 02. Loopback, multicast and broadcast stay. What \
      could not be read is overwritten as with --redact, since it may hold addresses. Peer ids, info-hashes, ports and times \
      stay, and so do the passkeys in the paths of announces.

      The key by which pseudonyms are drawn is drawn anew each time, and forgotten. With --remap-key TEXT copies made with \
      the same text have the same pseudonyms: keep it to yourself, for who has it finds the addresses by trying them all.
      """)

  @Argument(help: "A capture (.pcap, .pcapng, gzipped or not).") var source: String
  @Argument(help: "Where the copy goes: a .pcap, or a .pcap.gz.") var destination: String
  @Flag(help: "Overwrite what could not be read, too.") var redact = false
  @Flag(help: "Give every address a pseudonym, and overwrite what could not be read.") var remapAddresses = false
  @Option(
    help: ArgumentHelp(
      "Secret to draw pseudonyms by, for copies that are to be compared; else one is drawn and forgotten.",
      valueName: "text"))
  var remapKey: String?

  func validate() throws {
    guard let remapKey else { return }
    if !remapAddresses { throw ValidationError("--remap-key is for --remap-addresses: give both, or neither") }
    if remapKey.isEmpty {
      throw ValidationError(
        "--remap-key is empty: expected a text that others do not guess, or no --remap-key, to have one drawn")
    }
  }

  func run() async throws {
    try await reporting {
      guard !Files.exists(destination) else {
        throw Failure(
          state: .usage, what: "is there already", place: destination, mend: "name another file, or move that one away")
      }
      let key = remapAddresses ? remapKey.map { RemapKey(text: $0) } ?? RemapKey() : nil
      let (before, payload) = try Dissection.traceAndPayload(ofCapture: source, redacting: redact, remapping: key)
      try CaptureScrubber.scrub(from: source, to: destination, payload: payload)
      let after = try Dissection.trace(ofCapture: destination)
      guard before.readsAs(after, remapped: remapAddresses) else {
        throw Failure(
          state: .fault, what: "the copy does not read as the original does", place: destination,
          mend: "do not use it; this is a fault of the harness: please report it")
      }
      let blocks = before.messages.reduce(Int64(0)) { $0 + ($1.kind == .piece ? Int64(max(0, $1.length)) : 0) }
      let frames = Quantity.count(before.coverage.frames, "frame")
      let messages = Quantity.count(before.messages.count, "message")
      Output.print(
        "\(destination): \(frames), \(messages), \(Quantity.bytes(blocks)) of blocks zeroed"
          + (remapAddresses ? ", addresses remapped; but for them" : ";") + " it reads as the original does")
      return .passed
    }
  }
}
