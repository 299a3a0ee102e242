/// Invalid topologies, with what is said of them: exact, since people read it and tools match it.
extension InvalidTopology {
  static let keys: [InvalidTopology] = [
    .init(
      "an unknown key that is nearly a known one", lines: ["sped: 10"],
      saying: ["t.swarm.yaml:8:1: error: unknown key \"sped\"; did you mean \"speed\"?"]),
    .init(
      "an unknown key like nothing else", lines: ["colour: red"],
      saying: [
        "t.swarm.yaml:8:1: error: unknown key \"colour\"; expected name, description, randomSeed, speed, wallBudget, distribution, payload, tracker, addresses, defaults, peers, until, capture, checks, mustDecide or faults"
      ]),
    .init(
      "seed for randomSeed", lines: ["seed: 7"],
      saying: ["t.swarm.yaml:8:1: error: unknown key \"seed\"; did you mean \"randomSeed\"?"]),
    .init(
      "an unknown key in a section", lines: ["payload: {sise: 16 MiB}"],
      saying: ["t.swarm.yaml:2:11: error: unknown key \"sise\" in payload; did you mean \"size\"?"]),
    .init(
      "an unknown key in a group", lines: ["  leecher: {cout: 3}"],
      saying: ["t.swarm.yaml:5:13: error: unknown key \"cout\" in peers.leecher; did you mean \"count\"?"]),
    .init(
      "another word for a key", lines: ["  leecher: {up: 256 KiB/s}"],
      saying: ["t.swarm.yaml:5:13: error: unknown key \"up\" in peers.leecher; did you mean \"upload\"?"]),
    .init(
      "everything missing", text: "description: nothing else\n",
      saying: [
        "t.swarm.yaml:1:1: error: name is missing; expected a name, such as first-swarm",
        "t.swarm.yaml:1:1: error: payload is missing; expected a section with size, pieceLength or name",
        "t.swarm.yaml:1:1: error: peers is missing; expected groups of peers by name, such as leecher: {count: 8}",
        "t.swarm.yaml:1:1: error: until is missing; expected a section with complete or time",
      ]),
    .init(
      "a key without a value", lines: ["payload:"],
      saying: ["t.swarm.yaml:2:9: error: payload has no value; expected a section with size, pieceLength or name"]),
    .init(
      "a value where a section belongs", lines: ["payload: 16 MiB"],
      saying: ["t.swarm.yaml:2:10: error: payload: found \"16 MiB\"; expected a section with size, pieceLength or name"]
    ),
    .init(
      "a list where a section belongs", lines: ["payload: [16 MiB]"],
      saying: ["t.swarm.yaml:2:10: error: payload: found a list; expected a section with size, pieceLength or name"]),
    .init(
      "a section where a value belongs", lines: ["name: {a: b}"],
      saying: ["t.swarm.yaml:1:7: error: name: found a section; expected a name, such as first-swarm"]),
    .init(
      "peers as a list", text: "name: x\npayload: {size: 1 MiB}\npeers: [seed, leecher]\nuntil: {time: 5 s}\n",
      saying: [
        "t.swarm.yaml:3:8: error: peers: found a list; expected groups of peers by name, such as leecher: {count: 8}"
      ]),
    .init(
      "peers without a group", text: "name: x\npayload: {size: 1 MiB}\npeers: {}\nuntil: {time: 5 s}\n",
      saying: [
        "t.swarm.yaml:3:8: error: peers holds no group; expected groups of peers by name, such as leecher: {count: 8}"
      ]),
    .init(
      "a name that would leave its folder", lines: ["name: ../x"],
      saying: [
        "t.swarm.yaml:1:7: error: name: \"../x\" cannot be a name; expected 1 to 60 of a-z, A-Z, 0-9, -, _ and ., the first a letter or digit"
      ]),
    .init(
      "a group name with a blank", lines: ["  two words: {}"],
      saying: [
        "t.swarm.yaml:6:3: error: peers: \"two words\" cannot be a name; expected 1 to 60 of a-z, A-Z, 0-9, - and _, the first a letter or digit"
      ]),
  ]
}
