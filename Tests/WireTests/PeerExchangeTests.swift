import Testing
import Wire

@Suite("Peer exchange on the wire")
struct PeerExchangeTests {
  @Test("A message has the bytes of BEP 11")
  func bytes() throws {
    let exchange = PeerExchange(
      added: [
        .init(ipv4: 0x7F40_0001, port: 7000, flags: [.isSeed, .isReachable]), .init(ipv4: 0x7F40_0101, port: 7001),
      ],
      dropped: [.init(ipv4: 0x7F40_0201, port: 7002)])
    let expected =
      Array("d5:added12:".utf8) + [127, 64, 0, 1, 0x1B, 0x58, 127, 64, 1, 1, 0x1B, 0x59] + Array("7:added.f2:".utf8)
      + [0x12, 0] + Array("7:dropped6:".utf8) + [127, 64, 2, 1, 0x1B, 0x5A] + Array("e".utf8)
    #expect(exchange.encoded == expected)
    #expect(PeerExchange(parsing: expected) == exchange)
    let message = PeerMessage.extended(id: 3, expected)
    #expect(message.encoded == [0, 0, 0, UInt8(expected.count + 2), 20, 3] + expected)
    #expect(try PeerMessageTests.decode(message.encoded) == message)
    #expect(message.wireSize == Int64(message.encoded.count))
  }

  @Test("Other keys are stepped over, lacking ones are empty")
  func otherKeys() throws {
    let bare = try #require(PeerExchange(parsing: Array("de".utf8)))
    #expect(bare == PeerExchange())
    let more = try #require(
      PeerExchange(parsing: Array("d5:added6:abcdef6:added60:8:added6.f0:7:dropped0:8:dropped60:e".utf8)))
    #expect(more.added == [.init(ipv4: 0x6162_6364, port: 0x6566)])
    #expect(more.dropped.isEmpty)
  }

  @Test("Half a contact and flags that do not fit count as nothing")
  func misfits() throws {
    let half = try #require(PeerExchange(parsing: Array("d5:added8:abcdefgh7:added.f1:\u{2}e".utf8)))
    #expect(half.added == [.init(ipv4: 0x6162_6364, port: 0x6566, flags: .isSeed)])
    let short = try #require(PeerExchange(parsing: Array("d5:added12:abcdefabcdef7:added.f1:\u{2}e".utf8)))
    #expect(short.added.allSatisfy { $0.flags.isEmpty })
  }

  @Test("A long list is cut, and what is no dictionary is nothing")
  func bounds() throws {
    let many = PeerExchange(added: (0..<500).map { .init(ipv4: $0, port: 1) })
    #expect(try #require(PeerExchange(parsing: many.encoded)).added.count == PeerExchange.mostAccepted)
    for broken in ["", "le", "i1e", "d5:added", "d5:addedi1ee7"] {
      #expect(PeerExchange(parsing: Array(broken.utf8)) == nil)
    }
    #expect(try #require(PeerExchange(parsing: Array("d5:addedi1ee".utf8))) == PeerExchange())
  }
}
