import PacketCapture
import StagedFrames

/// A capture of a swarm that goes on until it has the size that is asked for: eight leechers ask one another for blocks of
/// 16 KiB, in turn, and get them in segments of a given size, every other of which is acknowledged.
enum MadeCapture {
  private static let blockLength: UInt32 = 16_384
  /// Requests under way on each connection.
  private static let asked = 16

  static func write(to path: String, bytes: Int, segment: Int) throws {
    let writer = try CaptureWriter(path: path, linkType: .ethernet)
    var wire = TestWire()
    var random = SeededGenerator(state: 1)
    var connections = (0..<28).map { index in
      TestConnection(initial: [UInt32(index) * 7919, UInt32(index) * 104_729], ports: [UInt16(40_000 + index), 7000])
    }
    for index in connections.indices {
      connections[index].openPeerWire(&wire)
      connections[index].send(.client, Message.interested, &wire)
      connections[index].send(.server, Message.unchoke, &wire)
    }
    let filling = (0..<Int(blockLength)).map { _ in UInt8.random(in: 0...255, using: &random) }
    var piece: UInt32 = 0
    var frames = 0
    while writer.size < bytes {
      let index = Int.random(in: 0..<connections.count, using: &random)
      let blocks = (0..<asked).map { UInt32($0) * blockLength }
      connections[index].send(.client, blocks.flatMap { Message.request(piece, $0) }, &wire)
      var answer: [UInt8] = []
      for begin in blocks { answer += Message.piece(piece, begin, 0) + filling }
      // The length in front of an empty block is that of a whole one.
      for place in stride(from: 0, to: answer.count, by: 13 + filling.count) {
        answer.replaceSubrange(place..<place + 4, with: TestWire.big(9 + blockLength))
      }
      for (count, start) in stride(from: 0, to: answer.count, by: segment).enumerated() {
        connections[index].send(.server, Array(answer[start..<min(start + segment, answer.count)]), &wire)
        if count % 2 == 1 { connections[index].acknowledge(.client, &wire) }
      }
      connections[index].send(.client, Message.have(piece), &wire)
      piece = (piece + 1) % 100_000
      for frame in wire.drain() {
        frames += 1
        try frame.bytes.withUnsafeBytes {
          try writer.write(
            Frame(
              index: frames, timeNanoseconds: frame.time, originalLength: frame.originalLength,
              linkType: frame.linkType, bytes: $0))
        }
      }
    }
    try writer.close()
  }
}
