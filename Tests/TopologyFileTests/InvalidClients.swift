/// Invalid topologies, with what is said of them: exact, since people read it and tools match it.
extension InvalidTopology {
  static let clients: [InvalidTopology] = [
    .init(
      "an empty command", lines: ["  leecher: {client: {command: []}}"],
      saying: [
        "t.swarm.yaml:5:31: error: peers.leecher.client.command is empty; expected a program and its arguments, such as [./mine, \"{torrent}\"]"
      ]),
    .init(
      "a command without a program", lines: ["  leecher: {client: {command: [\"\", \"{torrent}\"]}}"],
      saying: [
        "t.swarm.yaml:5:31: error: peers.leecher.client.command is empty; expected a program and its arguments, such as [./mine, \"{torrent}\"]"
      ]),
    .init(
      "a command as one text", lines: ["  leecher: {client: {command: ./mine}}"],
      saying: ["t.swarm.yaml:5:31: error: peers.leecher.client.command: found \"./mine\"; expected a list of texts"]),
    .init(
      "a command with a section in it", lines: ["  leecher: {client: {command: [./mine, {torrent}]}}"],
      saying: [
        "t.swarm.yaml:5:40: error: peers.leecher.client.command: found a section; expected a text, in quotes where it begins with { or ["
      ]),
    .init(
      "a client without a command", lines: ["  leecher: {client: {addresses: private}}"],
      saying: ["t.swarm.yaml:5:21: error: peers.leecher.client says nothing; expected name or command"]),
    .init(
      "an unknown client", lines: ["  leecher: {client: natve}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.client: there is no client \"natve\"; did you mean \"native\"?"
      ]),
    .init(
      "a placeholder misspelled",
      lines: ["  leecher: {client: {command: [./mine, \"{adress}:{port}\", \"{torrent}\"]}}"],
      saying: [
        "t.swarm.yaml:5:40: error: peers.leecher.client.command: unknown placeholder {adress}; did you mean \"{address}\"?"
      ]),
    .init(
      "a placeholder like no other", lines: ["  leecher: {client: {command: [./mine, \"{colour}\", \"{torrent}\"]}}"],
      saying: [
        "t.swarm.yaml:5:40: error: peers.leecher.client.command: unknown placeholder {colour}; expected {torrent}, {data}, {home}, {address}, {port}, {tracker}, {url}, {name}, {role}, {payloadName}, {peerID}, {randomSeed}, {upload}, {download}, {uploadKiB}, {downloadKiB}, {uploadKB}, {downloadKB}, {uploadLimited}, {downloadLimited}, {here} or {{colour}} for the text {colour}"
      ]),
    .init(
      "a command that is not told what to fetch", lines: ["  leecher: {client: {command: [./mine, \"{data}\"]}}"],
      saying: [
        "t.swarm.yaml:5:31: error: peers.leecher.client.command never mentions {torrent}, so the client cannot know what to fetch; expected the placeholder {torrent} in one of the arguments"
      ]),
    .init(
      "a client given by command at another speed",
      lines: ["speed: 10", "  leecher: {client: {command: [./mine, \"{torrent}\"]}}"],
      saying: [
        "t.swarm.yaml:8:8: error: speed: 10 with a client given by command (peers.leecher), which cannot be sped up; expected speed: 1"
      ]),
    .init(
      "choking of a client given by command",
      lines: ["  leecher: {client: {command: [./mine, \"{torrent}\"]}, choking: {slots: 4}}"],
      saying: [
        "t.swarm.yaml:5:55: error: peers.leecher.choking is for native peers, and this client is given by command; expected client: native, or no choking"
      ]),
    .init(
      "peer exchange of a client given by command",
      lines: ["  leecher: {client: {command: [./mine, \"{torrent}\"]}, pex: true}"],
      saying: [
        "t.swarm.yaml:5:55: error: peers.leecher.pex is for native peers, and this client is given by command; expected client: native, or no pex"
      ]),
    .init(
      "a misbehaviour of a client given by command",
      lines: ["  leecher: {client: {command: [./mine, \"{torrent}\"]}, misbehaviour: {name: over-slots}}"],
      saying: [
        "t.swarm.yaml:5:55: error: peers.leecher.misbehaviour is for native peers, and this client is given by command; expected client: native, or no misbehaviour"
      ]),
    .init(
      "an overdriven client that keeps its limits itself",
      lines: [
        "  leecher: {client: {command: [./mine, \"{torrent}\", \"{upload}\"]}, upload: 256 KiB/s, limit: client, misbehaviour: {name: overdrive-upload}}"
      ],
      saying: [
        "t.swarm.yaml:5:101: error: peers.leecher.misbehaviour: overdrive-upload of a client given by command is the kernel's work, but limit is client; expected limit: kernel, or no misbehaviour"
      ]),
    .init(
      "a client asked to keep limits of which it is not told",
      lines: ["  leecher: {client: {command: [./mine, \"{torrent}\"]}, upload: 256 KiB/s, limit: client}"],
      saying: [
        "t.swarm.yaml:5:81: error: peers.leecher.limit: client, but the command is never told its upload limit; expected {upload} in the command, or limit: kernel"
      ]),
    .init(
      "a client that nobody knows", lines: ["  leecher: {client: kademlia}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.client: there is no client \"kademlia\"; expected native or sample, the path of a client file, or a section"
      ]),
    .init(
      "a client file that is not there", lines: ["  leecher: {client: ./absent.client.yaml}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.client: there is no file \"./absent.client.yaml\"; expected the path of a client file, from the topology's own folder"
      ]),
    .init(
      "options that a client does not have, or not so",
      lines: ["  leecher: {client: {name: sample, options: {slot: 4, slots: 0, mode: fats}}}"],
      saying: [
        "t.swarm.yaml:5:46: error: peers.leecher.client.name: sample has no option \"slot\"; did you mean \"slots\"?",
        "t.swarm.yaml:5:62: error: peers.leecher.client.name: option slots: \"0\" is out of range; expected a whole number from 1 to 100",
        "t.swarm.yaml:5:71: error: peers.leecher.client.name: option mode: \"fats\" is not known here; expected fast or slow; did you mean \"fast\"?",
      ]),
    .init(
      "options of our own peer", lines: ["  leecher: {client: {name: native, options: {slots: 4}}}"],
      saying: [
        "t.swarm.yaml:5:46: error: peers.leecher.client.name: native has no options; expected choking in the group, for instance"
      ]),
    .init(
      "a client by name that is changed on the way", lines: ["  leecher: {client: {name: sample, whenSeed: [-s]}}"],
      saying: [
        "t.swarm.yaml:5:36: error: peers.leecher.client.whenSeed is the client file's to say; expected name and options only, or command without name"
      ]),
    .init(
      "a client by name and by command", lines: ["  leecher: {client: {name: sample, command: [a, \"{torrent}\"]}}"],
      saying: [
        "t.swarm.yaml:5:36: error: peers.leecher.client holds name and command; expected only one of name or command"
      ]),
    .init(
      "a limit that a client does not keep",
      lines: ["  leecher: {client: sample, upload: 1 MiB/s, download: 1 MiB/s, limit: both}"],
      saying: [
        "t.swarm.yaml:5:72: error: peers.leecher.limit: both, but sample keeps no download limit itself; expected limit: kernel"
      ]),
    .init(
      "a client that does not speak to the tracker",
      lines: [
        "tracker: {protocol: udp}", "  leecher: {client: {command: [./mine, \"{torrent}\"], trackers: [http]}}",
      ],
      saying: [
        "t.swarm.yaml:8:21: error: tracker.protocol: udp, which the command of peers.leecher does not speak; expected both"
      ]),
    .init(
      "a client by name at another speed", lines: ["speed: 10", "  leecher: {client: sample}"],
      saying: [
        "t.swarm.yaml:8:8: error: speed: 10 with sample (peers.leecher), which cannot be sped up; expected speed: 1"
      ]),
    .init(
      "an unbound client on loopback",
      lines: [
        "addresses: loopback", "  leecher: {client: {command: [./mine, \"{torrent}\"], outgoing: unbound}}",
      ],
      saying: [
        "t.swarm.yaml:8:12: error: addresses: loopback, but the client of peers.leecher cannot bind its outgoing connections, so it gets a network namespace of its own, in which 127.x.y.z is another machine's; expected addresses: private, or none, which is the same here"
      ]),
    .init(
      "addresses of no known kind",
      lines: ["  leecher: {client: {command: [./mine, \"{torrent}\"], addresses: public}}"],
      saying: [
        "t.swarm.yaml:5:65: error: peers.leecher.client.addresses: \"public\" is not known here; expected loopback or private"
      ]),
  ]
}
