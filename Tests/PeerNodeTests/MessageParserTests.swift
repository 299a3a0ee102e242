import NIOCore
import PeerNode
import SwarmTime
import Testing
import Wire

@Suite("Cutting a stream into messages")
struct MessageParserTests {
  private let messages: [PeerMessage] = [
    .keepAlive, .bitfield([0xA0]), .unchoke, .interested, .request(Block(piece: 1, begin: 16384, length: 16384)),
    .have(2),
    .extendedHandshake(ExtendedHandshake(listenPort: 7000, requestQueue: 500)), .extended(id: 1, [7, 7]),
    .reject(Block(piece: 0, begin: 0, length: 5)), .choke,
  ]
  private let block = Block(piece: 2, begin: 32768, length: 40_000)

  private var stream: [UInt8] {
    var bytes = messages.flatMap(\.encoded)
    bytes += PeerMessage.pieceHeader(block) + (0..<block.length).map { UInt8(truncatingIfNeeded: $0 * 7) }
    bytes += [0, 0, 0, 3, 77, 1, 2]  // an unknown kind
    return bytes + PeerMessage.haveAll.encoded
  }

  private func parse(_ portions: [[UInt8]]) throws -> (messages: [PeerMessage], blocks: [Block], bytes: [[UInt8]]) {
    var parser = MessageParser(pieceCount: 3)
    var result = (messages: [PeerMessage](), blocks: [Block](), bytes: [[UInt8]]())
    for portion in portions {
      let buffer = ByteBuffer(bytes: portion)
      try buffer.withUnsafeReadableBytes { bytes in
        var cursor = 0
        while let event = try parser.next(bytes, of: buffer, &cursor) {
          switch event {
          case .message(let message): result.messages.append(message)
          case .block(let block, let payload):
            result.blocks.append(block)
            result.bytes.append(Array(payload.readableBytesView))
          }
        }
        #expect(cursor == bytes.count)
      }
    }
    return result
  }

  @Test("However a stream is cut, the same messages come out", arguments: 0..<50)
  func anyCut(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    var rest = stream[...]
    var portions: [[UInt8]] = []
    while !rest.isEmpty {
      let size = random.below(2) == 0 ? 1 + random.below(4) : 1 + random.below(30_000)
      portions.append(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    let result = try parse(portions)
    #expect(result.messages == messages + [.haveAll])
    #expect(result.blocks == [block])
    #expect(result.bytes == [(0..<block.length).map { UInt8(truncatingIfNeeded: $0 * 7) }])
  }

  @Test("A body that cannot be is refused at its header")
  func refused() {
    #expect(throws: PeerMessageError.self) { try parse([[0, 0, 0, 3, 5]]) }
    #expect(throws: PeerMessageError.self) { try parse([[0, 3, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0]]) }
  }
}
