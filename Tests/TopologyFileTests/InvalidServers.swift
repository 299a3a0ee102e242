import TopologyFile

/// What does not fit `distribution: client-server`, with what is said of it.
extension InvalidTopology {
  private static func served(_ lines: [String]) -> [String] {
    ["checks: [completion]", "  leecher: {count: 3}", "distribution: client-server"] + lines
  }

  static let servers: [InvalidTopology] = [
    .init(
      "a distribution that is none", lines: ["distribution: client"],
      saying: [
        "t.swarm.yaml:8:15: error: distribution: \"client\" is not known here; expected peer-to-peer or client-server; did you mean \"client-server\"?"
      ]),
    .init(
      "two servers", lines: served(["  mirror: {role: seed}"]),
      saying: [
        "t.swarm.yaml:6:3: error: peers: 2 seeds, but each leecher downloads from one server; expected one seed, or distribution: peer-to-peer"
      ]),
    .init(
      "a tracker beside a server", lines: served(["tracker: {announceInterval: 30 s}"]),
      saying: [
        "t.swarm.yaml:9:1: error: tracker: nobody asks one under distribution: client-server; expected no tracker, or distribution: peer-to-peer"
      ]),
    .init(
      "a client that would upload", lines: served(["  leecher: {count: 3, upload: 1 MiB/s, uploadBurst: 1 MiB}"]),
      saying: [
        "t.swarm.yaml:5:23: error: peers.leecher.upload: a client uploads nothing under distribution: client-server; expected no upload",
        "t.swarm.yaml:5:40: error: peers.leecher.uploadBurst: a client uploads nothing under distribution: client-server; expected no uploadBurst",
      ]),
    .init(
      "a server that would download", lines: served(["  seed: {role: seed, download: 1 MiB/s}"]),
      saying: [
        "t.swarm.yaml:4:22: error: peers.seed.download: the server downloads nothing under distribution: client-server; expected no download"
      ]),
    .init(
      "what only peers do", lines: served(["  leecher: {choking: {slots: 3}, pex: true, onComplete: leave}"]),
      saying: [
        "t.swarm.yaml:5:13: error: peers.leecher.choking: nobody chokes under distribution: client-server; expected no choking, or distribution: peer-to-peer",
        "t.swarm.yaml:5:34: error: peers.leecher.pex: no peer knows another under distribution: client-server; expected no pex, or distribution: peer-to-peer",
        "t.swarm.yaml:5:45: error: peers.leecher.onComplete: a client ends once it is complete under distribution: client-server; expected no onComplete, or distribution: peer-to-peer",
      ]),
    .init(
      "a program that is not told what to download",
      lines: served(["  leecher: {client: {command: [curl, \"{torrent}\"]}}"]),
      saying: [
        "t.swarm.yaml:5:31: error: peers.leecher.client.command never mentions {url}, so the client cannot know what to fetch; expected the placeholder {url} in one of the arguments"
      ]),
    .init(
      "faults of what is not there",
      lines: served(["faults: [{at: 1 s, stopTracker: {}}, {at: 1 s, changeAddress: {peers: seed}}]"]),
      saying: [
        "t.swarm.yaml:9:20: error: faults[0].stopTracker: there is no tracker under distribution: client-server; expected leave, kill, restart, pause, churn, changeRate, partition, isolate or resetConnections",
        "t.swarm.yaml:9:48: error: faults[1].changeAddress: a server has one address, and a client is known to nobody under distribution: client-server; expected leave, kill, restart, pause, churn, changeRate, partition, isolate or resetConnections",
      ]),
    .init(
      "a check of peers", lines: served([]) + ["checks: [completion, upload-slots]"],
      saying: [
        "t.swarm.yaml:7:22: error: checks: upload-slots judges peers of a swarm, and there are none under distribution: client-server; expected of completion, distribution-time, expected-end-state, integrity or rate-limit"
      ]),
  ]
}
