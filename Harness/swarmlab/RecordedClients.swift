import TopologyFile

/// Who plays the recorded clients: themselves where they are installed, our own peer by their choking where they are not.
struct RecordedClients {
  private struct Known {
    var name: String
    var prefixes: [String]
    var advice: String
    var isInstalled: Bool
  }

  private var known: [Known] = []

  /// Nobody but our own peer.
  init() {}

  init(of shelf: ClientShelf) async {
    let all = KnownClient.all(of: shelf)
    for (shipped, version) in zip(all, await KnownClient.versions(of: all)) {
      guard let client = shipped.client, let version else { continue }
      var isInstalled = true
      if case .missing = version { isInstalled = false }
      known.append(
        Known(
          name: shipped.name, prefixes: client.peerIDPrefixes, advice: client.install.advice, isInstalled: isInstalled))
    }
  }

  /// The client that plays a peer, by the front of its peer id; nil for our own peer.
  func client(_ peerID: String) -> String? {
    find(peerID).flatMap { $0.isInstalled ? $0.name : nil }
  }

  /// By which our own peer chokes in the place of a client that is not installed.
  func algorithm(_ peerID: String) -> String? {
    guard let missing = find(peerID), !missing.isInstalled else { return nil }
    switch missing.name {
    case "libtorrent", "qbittorrent": return "libtorrent-fixed-slots"
    case "transmission", "aria2": return missing.name
    case "rtorrent": return "rakshasa"
    default: return nil
    }
  }

  /// What is said of those among these peer ids that are not installed.
  func standIns(_ peerIDs: [String]) -> [String] {
    known.filter { client in !client.isInstalled && peerIDs.contains { find($0)?.name == client.name } }.map { client in
      "\(client.name), which cannot be executed here: our own peer plays it"
        + (client.advice.isEmpty ? "" : "; to have it play itself: \(client.advice)")
    }
  }

  private func find(_ peerID: String) -> Known? {
    known.first { client in client.prefixes.contains { peerID.hasPrefix($0) } }
  }
}
