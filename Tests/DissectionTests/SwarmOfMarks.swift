import StagedFrames

/// Frames that tell addresses in every place that we know of, with right checksums.
struct SwarmOfMarks {
  static let alice: [UInt8] = [198, 51, 100, 23]
  static let bob: [UInt8] = [203, 0, 113, 177]
  static let carol: [UInt8] = [192, 0, 2, 199]
  static let tracker: [UInt8] = [198, 18, 77, 99]
  static let six: [UInt8] = [0x20, 0x01, 0x0d, 0xb8, 0x5e, 0xed, 0, 0, 0, 0, 0, 0, 0xbe, 0xef, 0, 0x99]
  static let sixText = "2001:db8:5eed::beef:99"
  static let local: [UInt8] = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0x1b, 0x21, 0xff, 0xfe, 0x5a, 0x4c, 0x31]
  static let aliceCard: [UInt8] = [0x00, 0x1b, 0x21, 0x5a, 0x4c, 0x31]
  static let bobCard: [UInt8] = [0x3c, 0x97, 0x0e, 0x11, 0x72, 0x55]

  /// As bytes, and as text where it has a form.
  static let marks: [(bytes: [UInt8], text: String)] = [
    (alice, text(alice)), (bob, text(bob)), (carol, text(carol)), (tracker, text(tracker)), (six, sixText),
    (Array(six.suffix(8)), "5eed"), (Array(local.suffix(8)), "fe5a:4c31"), (aliceCard, "tracker.example"),
    (bobCard, "%c0%00%02%c7"),
  ]

  static func text(_ address: [UInt8]) -> String { address.map { "\($0)" }.joined(separator: ".") }

  private(set) var wire = TestWire()

  init() {
    talk()
    announce()
    askOverUDP()
    discover()
    carryOthers()
    var filled = TestWire()
    for frame in wire.frames { filled.add(Checksum.filled(Self.withCards(frame.bytes)), linkType: frame.linkType) }
    wire = filled
  }

  /// Extended messages (BEP 10, 11, 55), in pieces, one of them sent again in other pieces.
  private mutating func talk() {
    var peers = TestConnection(ports: [40000, 7000])
    peers.addresses = [Self.alice, Self.bob]
    peers.openPeerWire(&wire)
    let port: [UInt8] = [0x1b, 0x58]
    let handshake = Self.dictionary([
      ("ipv4", Self.alice), ("ipv6", Self.six), ("unknown", Self.carol), ("v", Array("x on 192.0.2.199".utf8)),
      ("yourip", Self.bob),
    ])
    let exchange = Self.dictionary([
      ("added", Self.carol + port + Self.tracker + port), ("added.f", [0, 0]), ("added6", Self.six + port),
      ("dropped", Self.alice + port),
    ])
    let holepunch = [UInt8](repeating: 0, count: 2) + Self.carol + port
    let stream =
      Self.extended(0, handshake) + Message.unchoke + Self.extended(1, exchange) + Message.piece(1, 0, 333)
      + Self.extended(4, holepunch) + Message.have(7)
    for start in stride(from: 0, to: stream.count, by: 37) {
      peers.put(
        .client, TestConnection.ack, &wire, Array(stream[start...].prefix(37)), shift: Int32(start))
    }
    for start in stride(from: 11, to: stream.count, by: 50) {
      peers.put(.client, TestConnection.ack, &wire, Array(stream[start...].prefix(50)), shift: Int32(start))
    }
    peers.lose(.client, stream.count)
    peers.acknowledge(.server, &wire)
    // A message that is cut by the capture's end.
    peers.send(.server, Array(Self.extended(1, exchange).prefix(30)), &wire)
    peers.acknowledge(.client, &wire)
  }

  /// Announces over HTTP (BEP 3, 7, 23, 24), and a head that does not end.
  private mutating func announce() {
    var asking = TestConnection(initial: [39, 377], ports: [40004, 6969])
    asking.addresses = [Self.alice, Self.tracker]
    asking.open(&wire)
    let hash = String(repeating: "%aa", count: 20)
    let port: [UInt8] = [0x1b, 0x58]
    let told = "info_hash=\(hash)&peer_id=\(hash)&port=7000&left=0"
    let heads = [
      "GET /announce?\(told)&ip=\(Self.text(Self.alice))&ipv6=2001%3Adb8%3A5eed%3A%3Abeef%3A99 HTTP/1.1\r\n"
        + "Host: \(Self.text(Self.tracker)):6969\r\nX-Forwarded-For: \(Self.text(Self.bob)), \(Self.sixText)\r\n\r\n",
      "GET http://tracker.example/announce?\(told)&ipv4=%c0%00%02%c7 HTTP/1.1\r\nHost: tracker.example:80\r\n\r\n",
    ]
    let peers = Self.dictionary([
      ("external ip", Self.alice), ("peers", Self.bob + port + Self.carol + port), ("peers6", Self.six + port),
      ("warning message", Array("hello \(Self.text(Self.alice))".utf8)),
    ])
    let entries = [Self.text(Self.carol), Self.sixText, "tracker.example"].map {
      Self.dictionary([("ip", Array($0.utf8)), ("peer id", [UInt8](repeating: 9, count: 20))])
    }
    let list = Array("d5:peersl".utf8) + Array(entries.joined()) + Array("ee".utf8)
    for (head, answer) in zip(heads, [peers, list]) {
      for part in [head.utf8.prefix(120), head.utf8.dropFirst(120)] { asking.send(.client, Array(part), &wire) }
      let response = "HTTP/1.1 200 OK\r\nVia: \(Self.text(Self.tracker))\r\nContent-Length: \(answer.count)\r\n\r\n"
      let bytes = Array(response.utf8) + answer
      // The second segment begins in the middle of an address.
      let cut = response.utf8.count + 19
      asking.send(.server, Array(bytes.prefix(cut)), &wire)
      asking.send(.server, Array(bytes.dropFirst(cut)), &wire)
      asking.acknowledge(.client, &wire)
    }
    asking.send(.client, Array("GET /announce?ip=\(Self.text(Self.carol))".utf8), &wire)
    asking.acknowledge(.server, &wire)
  }

  /// BEP 15 and 41.
  private mutating func askOverUDP() {
    let connect = TestWire.big(UInt64(0x417_2710_1980)) + TestWire.big(UInt32(0)) + TestWire.big(UInt32(5))
    var announce = TestWire.big(UInt64(77)) + TestWire.big(UInt32(1)) + TestWire.big(UInt32(6))
    announce += [UInt8](repeating: 0xaa, count: 20) + [UInt8](repeating: 3, count: 20)
    announce += [UInt8](repeating: 0, count: 28) + Self.alice + [0, 0, 0, 9, 0, 0, 0, 50, 0x1b, 0x58]
    announce += [2, 24] + Array("/from/192.0.2.199/x/y/z/".utf8)
    var answer = TestWire.big(UInt32(1)) + TestWire.big(UInt32(6)) + [UInt8](repeating: 0, count: 12)
    for peer in [Self.carol, Self.bob] { answer += peer + TestWire.big(UInt16(7000)) }
    let refusal = TestWire.big(UInt32(3)) + TestWire.big(UInt32(6)) + Array("not for \(Self.text(Self.alice))".utf8)
    for request in [connect, announce] { datagram(request, from: Self.alice, 7000, to: Self.tracker, 6969) }
    for reply in [answer, refusal] { datagram(reply, from: Self.tracker, 6969, to: Self.alice, 7000) }
  }

  /// BEP 5 and 14.
  private mutating func discover() {
    let id = [UInt8](repeating: 0x41, count: 20)
    let port = TestWire.big(UInt16(258))
    var table = Array("d2:ip6:".utf8) + Self.alice + port
    table += Array("1:rd2:id20:".utf8) + id
    table += Array("5:nodes26:".utf8) + id + Self.bob + port
    table += Array("6:valuesl6:".utf8) + Self.carol + port
    table += Array("ee1:t2:aa1:y1:re".utf8)
    datagram(table, from: Self.bob, 7000, to: Self.alice, 7000)
    let search =
      "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 7000\r\n"
      + "X: \(Self.text(Self.carol))\r\n\r\n\r\n"
    datagram(Array(search.utf8), from: Self.alice, 6771, to: [239, 192, 152, 143], 6771)
  }

  /// What nobody reads here: text, ICMP with a packet in it, a fragment, ARP, options, IPv6.
  private mutating func carryOthers() {
    datagram(Array("\(Self.text(Self.carol)) \(Self.sixText)".utf8) + Self.six, from: Self.bob, 53, to: Self.alice, 53)
    let within = TestWire.udp([], from: Self.carol, 1, to: Self.bob, 2)
    let unreachable: [UInt8] = [3, 3, 0, 0, 0, 0, 0, 0]
    add(TestWire.ipv4(unreachable + within, from: Self.tracker, to: Self.alice, protocol: 1))
    var fragment = TestWire.ipv4(Self.carol + Self.bob, from: Self.bob, to: Self.alice, protocol: 17)
    fragment[6] = 0x20
    add(fragment)
    let reply: [UInt8] = [0, 1, 8, 0, 6, 4, 0, 2]
    wire.add(TestWire.ethernet(reply + Self.aliceCard + Self.alice + Self.bobCard + Self.bob, type: 0x0806))
    var routed = TestWire.udp(Self.carol, from: Self.alice, 9, to: Self.bob, 9)
    // Where it came by (RFC 791).
    let record: [UInt8] = [7, 7, 8]
    routed.insert(contentsOf: record + Self.carol + [0], at: 20)
    routed[0] = 0x47
    routed[3] += 8
    add(routed)
    let segment = TestWire.tcp(from: 9, to: 10, sequence: 1, acknowledgement: 0, flags: 2)
    for (source, target) in [(Self.six, Self.local), (Self.local, Self.six)] {
      let header: [UInt8] = [0x60, 0, 0, 0, 0, UInt8(segment.count), 6, 64]
      wire.add(TestWire.ethernet(header + source + target + segment, type: 0x86dd))
    }
  }

  // MARK: Building

  private mutating func datagram(_ payload: [UInt8], from: [UInt8], _ port: UInt16, to: [UInt8], _ other: UInt16) {
    add(TestWire.udp(payload, from: from, port, to: to, other))
  }

  private mutating func add(_ packet: [UInt8]) { wire.add(TestWire.ethernet(packet)) }

  private static func withCards(_ frame: [UInt8]) -> [UInt8] { aliceCard + bobCard + frame.dropFirst(12) }

  private static func extended(_ id: UInt8, _ body: [UInt8]) -> [UInt8] {
    TestWire.big(UInt32(2 + body.count)) + [20, id] + body
  }

  private static func dictionary(_ entries: [(key: String, value: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "d")]
    for (key, value) in entries {
      bytes += Array("\(key.utf8.count):\(key)\(value.count):".utf8) + value
    }
    return bytes + [UInt8(ascii: "e")]
  }
}
