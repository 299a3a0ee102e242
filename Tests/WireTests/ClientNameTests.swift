import Testing
import Wire

@Suite("Clients by their peer ids")
struct ClientNameTests {
  @Test(
    "The conventions of BEP 20 are read",
    arguments: [
      ("-LT2080-abcdefghijkl", "libtorrent 2.0.8"), ("-TR3000-abcdefghijkl", "Transmission 3.00"),
      ("-TR4050-abcdefghijkl", "Transmission 4.0.5"), ("A2-1-36-0-abcdefghij", "aria2 1.36.0"),
      ("-lt0D80-abcdefghijkl", "libtorrent of rtorrent 0.13.8"), ("-qB4520-abcdefghijkl", "qBittorrent 4.5.2"),
      ("-CD0303-abcdefghijkl", "Enhanced CTorrent 3.3"), ("-DE211s-abcdefghijkl", "Deluge 2.1.1"),
      ("-AZ5760-abcdefghijkl", "Azureus 5.7.6.0"), ("-UT355W-abcdefghijkl", "µTorrent 3.5.5"),
      ("M7-10-5--abcdefghijk", "BitTorrent mainline 7.10.5"), ("M4-4-0--abcdefghijkl", "BitTorrent mainline 4.4.0"),
      ("S58B-----abcdefghijk", "Shadow's client 5.8.11"), ("T03I-----abcdefghijk", "BitTornado 0.3.18"),
      ("-SL0001-abcdefghijkl", "swarmlab 0.0.0.1"), ("-??0001-abcdefghijkl", nil),
      ("-ZZ1234-abcdefghijkl", "ZZ 1.2.3.4"),
      ("M7 nothing of a sort", nil), ("Mabcdefghijklmnopqrs", nil), ("S-------------------", nil),
      ("abcdefghijklmnopqrst", nil), ("-LT2080-", nil), ("", nil),
    ] as [(String, String?)])
  func names(_ id: String, _ expected: String?) {
    #expect(ClientName(peerID: Array(id.utf8))?.description == expected)
  }

  @Test("Any twenty bytes are read without harm", arguments: 0..<4 as Range<UInt64>)
  func noise(_ seed: UInt64) {
    var source = Scramble(seed: seed)
    for _ in 0..<5000 {
      let id = source.bytes(20)
      if let name = ClientName(peerID: id) { #expect(!name.name.isEmpty) }
    }
  }

  @Test("Our own prefix names us")
  func own() {
    #expect(ClientName.ownPrefix.count == 8)
    #expect(ClientName(peerID: ClientName.ownPrefix + Array("000000000000".utf8)) == ClientName.own)
  }
}
