/// Invalid topologies, with what is said of them: exact, since people read it and tools match it.
extension InvalidTopology {
  static let overrides: [InvalidTopology] = [
    .init(
      "a value without unit", set: ["payload.size=4"],
      saying: [
        "--set payload.size=4: error: payload.size: \"4\" has no unit; expected an amount of bytes with its unit, such as 16 MiB"
      ]),
    .init(
      "a key that does not exist", set: ["payload.sise=4 MiB"],
      saying: ["--set payload.sise=4 MiB: error: unknown key \"sise\" in payload; did you mean \"size\"?"]),
    .init(
      "a path into a group", set: ["peers.leecher.count=0"],
      saying: [
        "--set peers.leecher.count=0: error: peers.leecher.count: \"0\" is out of range; expected a whole number from 1 to 49152"
      ]),
    .init(
      "a key of a group that there is not", set: ["peers.leechr.count=3"],
      saying: [
        "--set peers.leechr.count=3: error: unknown key \"leechr\" in peers; did you mean \"leecher\"?"
      ]),
    .init(
      "a key of a group that is like none", set: ["peers.mine.count=3"],
      saying: [
        "--set peers.mine.count=3: error: unknown key \"mine\" in peers; expected seed or leecher, or a new group whole, such as --set peers.mine='{count: 1}'"
      ]),
    .init(
      "a path that is none", set: ["payload..size=4 MiB"],
      saying: [
        "--set payload..size=4 MiB: error: \"payload..size\" is no path; expected keys with points, such as payload.size"
      ]),
    .init(
      "a value that is no YAML", set: ["payload.size={"],
      saying: [
        "--set payload.size={: error: the value is not valid YAML; expected a value as a topology file would hold it"
      ]),
    .init(
      "no value", set: ["payload.size="],
      saying: [
        "--set payload.size=: error: payload.size has no value; expected an amount of bytes with its unit, such as 16 MiB"
      ]),
    .init(
      "a place in a list that there is not", set: ["checks.integrity.x=1"],
      saying: [
        "--set checks.integrity.x=1: error: checks has no \"integrity\"; expected a name in that list, or a number from 0 to 1"
      ]),
    .init(
      "a parameter of a check", set: ["checks.upload-slots.grace=2"],
      saying: [
        "--set checks.upload-slots.grace=2: error: checks.upload-slots.grace: \"2\" has no unit; expected a length of time with its unit, such as 30 s"
      ]),
    .init(
      "an override and the file", lines: ["sped: 3"], set: ["speed=0"],
      saying: [
        "t.swarm.yaml:8:1: error: unknown key \"sped\"; did you mean \"speed\"?",
        "--set speed=0: error: speed: \"0\" is out of range; expected a number from 0.1 to 1000",
      ]),
    .init(
      "one of the checks where there is no list",
      text: "name: x\npayload: {size: 1 MiB}\npeers:\n  s: {role: seed}\n  l: {}\nuntil: {time: 5 s}\n",
      set: ["checks.completion.within=3 s"],
      saying: [
        "--set checks.completion.within=3 s: error: the file lists no checks of which one could be set; expected a list, such as --set checks='[completion, integrity]'"
      ]),
  ]
}
