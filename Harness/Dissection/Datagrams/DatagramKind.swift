/// What a UDP datagram was understood to be.
enum DatagramKind: Int, CaseIterable {
  case utp, unansweredUTP, tracker
  case dhtPing, dhtFindNode, dhtGetPeers, dhtAnnouncePeer, dhtOther, dhtResponse, dhtError
  case localDiscovery

  var text: String {
    switch self {
    case .utp: "uTP"
    case .unansweredUTP: "uTP SYN without an answer"
    case .tracker: "tracker"
    case .dhtPing: "DHT ping query"
    case .dhtFindNode: "DHT find_node query"
    case .dhtGetPeers: "DHT get_peers query"
    case .dhtAnnouncePeer: "DHT announce_peer query"
    case .dhtOther: "DHT other query"
    case .dhtResponse: "DHT response"
    case .dhtError: "DHT error"
    case .localDiscovery: "local discovery"
    }
  }
}
