import Dissection
import StagedFrames
import Testing

/// Datagrams by which peers find each other without a tracker.
struct DiscoveryTests {
  private static func coverage(_ datagrams: [String]) -> Coverage {
    var wire = TestWire()
    for datagram in datagrams {
      wire.add(
        TestWire.ethernet(
          TestWire.udp(Array(datagram.utf8), from: [10, 0, 0, 1], 6881, to: [239, 192, 152, 143], 6771)))
    }
    return wire.trace().coverage
  }

  @Test("Messages of the distributed hash table are counted by kind")
  func table() {
    let id = "d2:id20:abcdefghij0123456789"
    let coverage = Self.coverage([
      "d1:a\(id)e1:q4:ping1:t2:aa1:y1:qe", "d1:r\(id)e1:t2:aa1:y1:re",
      "d1:a\(id)6:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe",
      "d1:a\(id)9:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe",
      "d1:a\(id)9:info_hash20:mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe",
      "d1:a\(id)e1:q17:sample_infohashes1:t2:aa1:y1:qe", "d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee",
      // Keys out of order, as some write them.
      "d1:y1:q1:t2:aa1:q4:ping1:a\(id)ee",
    ])
    #expect(
      coverage.datagrams == [
        "DHT ping query": 2, "DHT find_node query": 1, "DHT get_peers query": 1, "DHT announce_peer query": 1,
        "DHT other query": 1, "DHT response": 1, "DHT error": 1,
      ])
    #expect(coverage.passedOver.isEmpty)
  }

  @Test("Local discovery is counted; what is neither is passed over")
  func others() {
    let coverage = Self.coverage([
      "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: aa\r\n\r\n\r\n",
      "M-SEARCH * HTTP/1.1\r\n\r\n", "d1:q4:ping1:t2:aa1:y1:qe", "d8:announcei1ee, more", "d1:t2:aa1:y1:x1:zi1ee", "de",
      "d1:rd2:id20:short",
    ])
    #expect(coverage.datagrams == ["local discovery": 1])
    #expect(coverage.passedOver == ["UDP": 6])
  }
}
