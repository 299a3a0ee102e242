import Dissection
import StagedFrames
import Testing

/// Captures that lost frames at random.
struct LossTests {
  private struct Told: Hashable {
    var from: UInt8
    var id: UInt8
    var piece: Int32
    var begin: Int32

    init(_ message: TracedMessage) {
      from = message.from
      id = message.id
      piece = message.piece
      begin = message.begin
    }
  }

  /// Half a download: requests one way, pieces and what else there is the other way, in frames of random size.
  private func download(_ random: inout SeededGenerator, zeros: Bool) -> TestWire {
    var wire = TestWire()
    var tcp = TestConnection(initial: [UInt32.random(in: 0 ... .max, using: &random), 1])
    tcp.openPeerWire(&wire)
    tcp.send(.server, [0, 0, 0, 9, 5] + [UInt8](repeating: 255, count: 8) + Message.unchoke, &wire)
    tcp.send(.client, Message.interested, &wire)
    var stream: [UInt8] = []
    for index in 0..<60 {
      let (piece, begin) = (UInt32(index / 4), UInt32(index % 4) * 16384)
      tcp.send(.client, Message.request(piece, begin), &wire)
      var message = Message.piece(piece, begin, fill: 0)
      if !zeros { for byte in 13..<message.count { message[byte] = .random(in: .min ... .max, using: &random) } }
      stream += message
      if Int.random(in: 0..<6, using: &random) == 0 { stream += Message.have(UInt32(index)) }
      if Int.random(in: 0..<20, using: &random) == 0 { stream += Message.choke + Message.unchoke }
    }
    var start = 0
    while start < stream.count {
      let count = min(Int.random(in: 1..<40_000, using: &random), stream.count - start)
      tcp.send(.server, Array(stream[start..<start + count]), &wire)
      start += count
      if Bool.random(using: &random) { tcp.acknowledge(.client, &wire) }
    }
    tcp.acknowledge(.client, &wire)
    tcp.acknowledge(.server, &wire)
    return wire
  }

  @Test(
    "Nothing is made up, every lost byte is in a hole, and reading goes on after it",
    arguments: Array(0..<20) + [37, 140, 202, 297])
  func frameLoss(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let whole = download(&random, zeros: seed % 2 == 0)
    let truth = whole.trace()
    var budget: [Told: Int] = [:]
    for message in truth.messages { budget[Told(message), default: 0] += 1 }
    let lost = Set((0..<4).map { _ in Int.random(in: 6..<(whole.frames.count - 2), using: &random) })
    let trace = whole.without(lost).trace()
    for message in trace.messages {
      budget[Told(message), default: 0] -= 1
      #expect(budget[Told(message), default: 0] >= 0, "made up: \(message)")
    }
    #expect(trace.coverage.streamBytes + trace.coverage.holeBytes == truth.coverage.streamBytes)
    #expect(trace.coverage.holeBytes == trace.holes.reduce(0) { $0 + $1.bytes })
    // Payload holes leave every message accounted for.
    if trace.holes.allSatisfy({ $0.loses == .payload }) { #expect(trace.messages.count == truth.messages.count) }
    #expect(trace.messages.count > truth.messages.count / 2)
  }
}
