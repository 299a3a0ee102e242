import Lab
import Planning
import SwarmTime
import Testing

@Suite("Command lines")
struct CommandLinesTests {
  private func lines(_ plan: Plan) -> CommandLines {
    CommandLines(plan: plan, folder: "/run", torrentPath: "/run/payload/p.torrent", programs: "/bin")
  }

  @Test("a native peer offers the fast extension unless it is to do without")
  func fastExtension() {
    var peer = Plans.peer(0, name: "native")
    #expect(!lines(Plans.swarm([peer])).peer(peer).contains("--no-fast-extension"))
    peer.client.offersFast = false
    #expect(lines(Plans.swarm([peer])).peer(peer).contains("--no-fast-extension"))
  }

  @Test("a client's placeholders are filled in, also within an argument, and unknown ones stay")
  func placeholders() throws {
    let peer = Plans.peer(
      3, name: "mine",
      command: [
        "./mine", "--listen", "{address}:{port}", "{torrent}", "{data}", "{tracker}", "{upload}/{download}", "{x}",
      ],
      upload: LimitPlan(bytesPerSecond: 5), limitedBy: .client)
    #expect(
      lines(Plans.swarm([peer])).peer(peer) == [
        "./mine", "--listen", "127.64.3.1:7000", "/run/payload/p.torrent", "/run/peers/mine/data",
        "http://127.63.0.1:6969/announce", "5/0", "{x}",
      ])
  }

  @Test("our tracker is told its protocol, and a peer that takes one address gets HTTP's where there is one")
  func tracker() {
    var plan = Plans.swarm([])
    for (transport, announce) in [
      (TrackerPlan.Transport.http, "http://127.63.0.1:6969/announce"), (.udp, "udp://127.63.0.1:6969/announce"),
      (.both, "http://127.63.0.1:6969/announce"),
    ] {
      plan.tracker?.transport = transport
      let line = lines(plan).tracker()
      #expect(line.first == "/bin/swarm-tracker")
      #expect(line.firstIndex(of: "--protocol").map { line[$0 + 1] } == transport.rawValue)
      let peer = Plans.peer(3, name: "mine", command: ["{tracker}"])
      #expect(lines(plan).peer(peer) == [announce])
    }
    plan.tracker?.program = .opentracker
    #expect(lines(plan).tracker().contains("opentracker"))
  }

  @Test(
    "a client is told of a limit only where it is to keep it, in whole units",
    arguments: [
      (PeerPlan.LimitedBy.client, 2048, "2048 2 2 true 0 0 0 false"), (.both, 2048, "2048 2 2 true 0 0 0 false"),
      (.client, 5, "5 1 1 true 0 0 0 false"), (.kernel, 2048, "0 0 0 false 0 0 0 false"),
    ])
  func limits(_ limitedBy: PeerPlan.LimitedBy, _ rate: Int64, _ filled: String) {
    let words = ["", "KiB", "KB", "Limited"]
    let text = (words.map { "{upload\($0)}" } + words.map { "{download\($0)}" }).joined(separator: " ")
    let peer = Plans.peer(
      3, name: "mine", command: [text], upload: LimitPlan(bytesPerSecond: rate), limitedBy: limitedBy)
    #expect(lines(Plans.swarm([peer])).peer(peer) == [filled])
  }

  @Test("a client from a client file has a home: its files, its environment, and where it runs")
  func home() {
    var peer = Plans.peer(3, name: "mine", role: .seed, command: ["mine"])
    peer.client.files = [
      PlannedFile(path: "conf/{name}.json", text: #"{"a": {"b": "{address}"}}"#),
      PlannedFile(path: "{payloadName}.torrent", copy: "{torrent}"),
    ]
    peer.client.environment = ["ROLE": "{role}", "HOME": "/elsewhere"]
    let lines = lines(Plans.swarm([peer]))
    let files = lines.files(peer)
    #expect(files.map(\.path) == ["/run/peers/mine/home/conf/mine.json", "/run/peers/mine/home/payload.bin.torrent"])
    #expect(files.map(\.content) == [.text(#"{"a": {"b": "127.64.3.1"}}"#), .copy("/run/payload/p.torrent")])
    let environment = lines.environment(peer)
    #expect(environment["ROLE"] == "seed" && environment["HOME"] == "/elsewhere" && environment["http_proxy"] == "")
    #expect(environment["XDG_CONFIG_HOME"] == "/run/peers/mine/home/.config")
    #expect(lines.workingFolder(peer) == nil)
    peer.client.name = "mine"
    #expect(lines.workingFolder(peer) == "/run/peers/mine/home")
    #expect(lines.environment(Plans.peer(0, name: "native")) == [:])
  }

  @Test("a native peer is told its limits only where it keeps them itself")
  func native() {
    var peer = Plans.peer(0, name: "seed", role: .seed, upload: LimitPlan(bytesPerSecond: 70000), limitedBy: .client)
    peer.client.misbehaviour = MisbehaviourPlan(name: "over-slots", dose: 2)
    let line = lines(Plans.swarm([peer], speed: 10)).peer(peer)
    #expect(line.first == "/bin/swarm-peer")
    for pair in [
      ["--upload", "70000"], ["--upload-burst", "70000"], ["--misbehave", "over-slots=2"], ["--speed", "10"],
    ] {
      #expect(line.firstIndex(of: pair[0]).map { line[$0 + 1] } == pair[1])
    }
    #expect(line.contains("--assume-complete"))
    #expect(!line.contains("--pex") && !line.contains("--wanted-pieces"))
    peer.client.exchangesPeers = true
    peer.wantedPieces = 7
    peer.limitedBy = .kernel
    #expect(!lines(Plans.swarm([peer])).peer(peer).contains("--upload"))
    let another = lines(Plans.swarm([peer])).peer(peer)
    #expect(another.contains("--pex"))
    #expect(another.firstIndex(of: "--wanted-pieces").map { another[$0 + 1] } == "7")
  }

  @Test("a native peer is told of a wrong rate only where it keeps its limits itself, of other misbehaviour always")
  func misbehaviour() {
    var peer = Plans.peer(0, name: "seed", role: .seed, upload: LimitPlan(bytesPerSecond: 70000), limitedBy: .client)
    func isTold(_ name: String) -> Bool {
      peer.client.misbehaviour = MisbehaviourPlan(name: name, dose: 2)
      return lines(Plans.swarm([peer])).peer(peer).contains("\(name)=2")
    }
    #expect(isTold("overdrive-upload"))
    #expect(isTold("over-slots"))
    peer.limitedBy = .kernel
    #expect(!isTold("overdrive-upload"))
    #expect(isTold("over-slots"))
  }

  @Test("a native peer that acts with others is told who they are, and one that acts alone is not")
  func accomplices() {
    var peers = (0..<3).map { Plans.peer($0, name: "peer-\($0)") }
    peers[0].client.misbehaviour = MisbehaviourPlan(name: "colluders", dose: 2)
    peers[1].client.misbehaviour = MisbehaviourPlan(name: "over-slots", dose: 2)
    peers[2].client.misbehaviour = MisbehaviourPlan(name: "colluders", dose: 1)
    let lines = lines(Plans.swarm(peers))
    let line = lines.peer(peers[2])
    #expect(line.firstIndex(of: "--accomplices").map { line[$0 + 1] } == "127.64.0.0/24,127.64.2.0/24")
    #expect(!lines.peer(peers[1]).contains("--accomplices"))
  }
}
