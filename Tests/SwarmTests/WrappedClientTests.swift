import Foundation
import Hostility
import Testing
import Wire

/// A client of other people's behind a wrapper that makes it break a rule: the report names where in the recording it first did
/// so, and what came. Each has an address of its own, so that they do not wait for each other.
@Suite struct WrappedClientTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    let rule: String
    let address: String
    /// The client has the payload, and the recorded leecher is played to it; else it is played the recorded seed.
    var clientSeeds = true
    /// Of the recording, from 1.
    let message: Int
    let expected: String
    /// Parts of what came. A client that reads its disk by several threads need not answer in order.
    let came: [String]
    let lie: LyingWrapper.Lie

    var testDescription: String { rule }
  }

  static let faults: [Fault] = [
    Fault(
      rule: "a block comes again, unasked", address: "127.77.6.1", message: 16,
      expected: "piece 0, 16384 bytes from 16384", came: ["piece 0, 16384 bytes from ", ", which nobody asked for"]
    ) { said in id(of: said) == .piece ? said + said : nil },
    Fault(
      rule: "a block bears the number of another piece", address: "127.77.6.2", message: 14,
      expected: "piece 0, 16384 bytes from 0", came: ["piece 1, 16384 bytes from ", ", which nobody asked for"]
    ) { said in
      guard id(of: said) == .piece else { return nil }
      var changed = said
      changed[8] += 1
      return changed
    },
    Fault(
      rule: "a piece is announced that there is none of", address: "127.77.6.3", message: 9, expected: "unchoke",
      came: ["have 4, of 4 pieces"]
    ) { said in id(of: said) == .unchoke ? PeerMessage.have(4).encoded + said : nil },
    Fault(
      rule: "an unchoke is too long", address: "127.77.6.4", message: 9, expected: "unchoke",
      came: ["unchoke: the length is 2, expected 1"]
    ) { said in id(of: said) == .unchoke ? [0, 0, 0, 2, MessageID.unchoke.rawValue, 0] : nil },
    Fault(
      rule: "more is asked for than a piece has", address: "127.77.6.5", clientSeeds: false, message: 14,
      expected: "a request, to be answered as the one for a block of piece 0 was",
      came: ["request of piece ", ", 262144 bytes from ", ", which is no block of a piece of 65536 bytes"]
    ) { said in
      guard id(of: said) == .request else { return nil }
      var changed = said
      changed.replaceSubrange(13..., with: [0, 4, 0, 0])
      return changed
    },
  ]

  @Test(
    "What a libtorrent that was made to break a rule says is the first departure",
    .installed("libtorrent"), arguments: faults)
  func departure(_ fault: Fault) async throws {
    let said = try await play(fault.clientSeeds, at: fault.address, fault.lie)
    // Three frames open the recorded connection; then each message is one, and its acknowledgement another.
    let place = "frame \(2 * fault.message + 2) of the recording\n    expected: \(fault.expected)\n"
    #expect(said.code == 1, "\(said.all)")
    #expect(said.output.contains("  first departure at message \(fault.message) of "), "\(said.all)")
    #expect(said.output.contains(place), "\(said.all)")
    #expect(said.output.contains("    came:     \(fault.came[0])"), "\(said.all)")
    for part in fault.came { #expect(said.output.contains(part), "\(said.all)") }
  }

  @Test(
    "A libtorrent behind a wrapper that changes nothing departs nowhere, seeding or not",
    .installed("libtorrent"), arguments: [true, false])
  func control(_ clientSeeds: Bool) async throws {
    let said = try await play(clientSeeds, at: clientSeeds ? "127.77.6.6" : "127.77.6.7") { _ in nil }
    #expect(said.code == 0 && said.output.contains("  played: "), "\(said.all)")
    #expect(said.output.contains(clientSeeds ? "got 256 KiB (4 pieces whole" : "gave 256 KiB"), "\(said.all)")
    #expect(!said.output.contains("departure"), "\(said.all)")
  }

  private func play(
    _ clientSeeds: Bool, at address: String, _ lie: @escaping LyingWrapper.Lie
  ) async throws -> Swarmlab.Said {
    let place = try Place(at: address)
    // The player opens the connection in either case.
    try place.record(seedOpens: !clientSeeds)
    if clientSeeds { try place.give() }
    let wrapper = try LyingWrapper(at: address, before: Place.clientPort, lie)
    defer { wrapper.close() }
    let client = try Process.start(place.libtorrent + (clientSeeds ? ["--seed"] : []))
    defer { client.end() }
    return try await place.play(
      as: "initiator", at: wrapper.port, clientSeeds ? [] : ["--payload", place.folder + "/payload"])
  }
}

/// Of a message with its length prefix; nil for a keep-alive, and for an id that nobody knows.
private func id(of message: [UInt8]) -> MessageID? { message.count > 4 ? MessageID(rawValue: message[4]) : nil }
