/// Partners served at once, by server, over time: unchoked by it, and interested.
struct ServiceWalk {
  private struct Link {
    var isUnchoked = false
    var isInterested = false
    var since: Double?
  }

  private struct Server {
    var active = 0
    var since = 0.0
    /// Seconds by number of partners.
    var time: [Int: Double] = [:]
    var lengths: [Double] = []
  }

  private var links: [Int: Link] = [:]
  private var servers: [Server]

  init(peers: Int) { servers = [Server](repeating: Server(), count: peers) }

  mutating func set(
    _ peer: Int, _ key: Int, unchoked: Bool? = nil, interested: Bool? = nil, at time: Double
  ) {
    var link = links[key] ?? Link()
    let was = link.isUnchoked && link.isInterested
    link.isUnchoked = unchoked ?? link.isUnchoked
    link.isInterested = interested ?? link.isInterested
    let isActive = link.isUnchoked && link.isInterested
    if isActive && !was { link.since = time }
    if was && !isActive, let since = link.since { servers[peer].lengths.append(time - since) }
    links[key] = link
    guard was != isActive else { return }
    servers[peer].time[servers[peer].active, default: 0] += time - servers[peer].since
    servers[peer].since = time
    servers[peer].active += isActive ? 1 : -1
  }

  mutating func close(_ peer: Int, _ key: Int, at time: Double) {
    if links[key] != nil { set(peer, key, unchoked: false, interested: false, at: time) }
  }

  /// Over the time in which it served at least one; the most that lasted for a twentieth of it.
  func result(of peer: Int, until end: Double) -> (mean: Double, most: Int, lengths: [Double]) {
    var time = servers[peer].time
    time[servers[peer].active, default: 0] += max(0, end - servers[peer].since)
    let busy = time.filter { $0.key > 0 }
    let whole = busy.values.reduce(0, +)
    guard whole > 0 else { return (0, 0, servers[peer].lengths) }
    let mean = busy.reduce(0) { $0 + Double($1.key) * $1.value } / whole
    var above = 0.0
    var most = 0
    for count in busy.keys.sorted(by: >) {
      above += busy[count] ?? 0
      if above >= whole / 20 {
        most = count
        break
      }
    }
    return (mean, most, servers[peer].lengths)
  }
}
