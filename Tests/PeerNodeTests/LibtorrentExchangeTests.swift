import Foundation
import PeerCore
import PeerNode
import Testing
import Wire

/// Peer exchange with libtorrent's own implementation, through its binding for Debian's Python.
@Suite("Peer exchange with libtorrent", .enabled(if: Libtorrent.isHere, "needs /usr/bin/python3 with libtorrent"))
struct LibtorrentExchangeTests {
  @Test("Two native peers that only know a libtorrent one learn of each other from it")
  func libtorrentTells() async throws {
    try await TestSwarm.with { swarm in
      let hub = try Libtorrent(["127.77.30.1"], swarm)
      defer { hub.end() }
      let address = try #require(PeerAddress(ip: "127.77.30.1", port: Libtorrent.port))
      var natives: [TestPeer] = []
      for index in 2...3 {
        natives.append(
          try await swarm.start("native-\(index)", at: "127.77.30.\(index)") {
            $0.peers = [address]
            $0.exchangesPeers = true
          })
      }
      for native in natives {
        while try await native.host.progress().connections < 2 { _ = try hub.nextLine() }
      }
    }
  }

  @Test("Two libtorrent peers that only know a native one learn of each other from it")
  func nativeTells() async throws {
    try await TestSwarm.with { swarm in
      let hub = try await swarm.start("hub", at: "127.77.31.1") { $0.exchangesPeers = true }
      let others = try Libtorrent(["127.77.31.2", "127.77.31.3"], swarm, connectingTo: hub.address)
      defer { others.end() }
      // A line for each half second: how many peers each of the two is connected to.
      while try others.nextLine() != "2 2" {}
      #expect(try await hub.host.progress().connections == 2)
    }
  }
}

/// Some libtorrent sessions in a process of their own, without tracker, DHT and local discovery.
final class Libtorrent {
  static let port: UInt16 = 7000
  static let isHere: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", "import libtorrent"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// Arguments: torrent, folder, address to connect to or `-`, own addresses. It ends with its standard input.
  private static let program = """
    import libtorrent as lt, sys, threading, time, os
    torrent, folder, hub = sys.argv[1:4]
    def session(number, ip):
      s = lt.session({'listen_interfaces': ip + ':7000', 'outgoing_interfaces': ip, 'enable_dht': False,
        'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False, 'enable_incoming_utp': False,
        'enable_outgoing_utp': False, 'in_enc_policy': 2, 'out_enc_policy': 2, 'min_reconnect_time': 1,
        'allow_multiple_connections_per_ip': True})
      p = lt.add_torrent_params()
      p.ti = lt.torrent_info(torrent)
      p.save_path = folder + '/libtorrent-' + str(number)
      p.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused | lt.torrent_flags.disable_pex)
      p.flags |= lt.torrent_flags.disable_lsd | lt.torrent_flags.disable_dht
      h = s.add_torrent(p)
      if hub != '-': h.connect_peer((hub.split(':')[0], int(hub.split(':')[1])))
      return s, h
    sessions = [session(n, ip) for n, ip in enumerate(sys.argv[4:])]
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    while True:
      print(*[len([p for p in h.get_peer_info() if not p.flags & (p.handshake | p.connecting)]) for s, h in sessions],
        flush=True)
      time.sleep(0.5)
    """

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var heard: [UInt8] = []
  private var lines = 0

  /// Starts a session at each address; returns once they are up.
  init(_ ips: [String], _ swarm: TestSwarm, connectingTo hub: PeerAddress? = nil) throws {
    let torrent = swarm.folder.appending(path: "payload.torrent")
    try FileManager.default.createDirectory(at: swarm.folder, withIntermediateDirectories: true)
    try Data(swarm.metainfo.encoded).write(to: torrent)
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", Self.program, torrent.path, swarm.folder.path, hub?.text ?? "-"] + ips
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    _ = try nextLine()
  }

  /// The next line of output; gives up after two minutes' worth of them.
  func nextLine() throws -> String {
    while true {
      if let end = heard.firstIndex(of: UInt8(ascii: "\n")) {
        defer { heard.removeFirst(end + 1) }
        lines += 1
        try #require(lines < 240, "libtorrent peers did not find each other in two minutes")
        return String(decoding: heard[..<end], as: UTF8.self)
      }
      let more = output.fileHandleForReading.availableData
      try #require(!more.isEmpty, "the libtorrent process ended")
      heard += more
    }
  }

  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
