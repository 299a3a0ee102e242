/// Invalid topologies, with what is said of them: exact, since people read it and tools match it.
extension InvalidTopology {
  static let quantities: [InvalidTopology] = [
    .init(
      "a size without unit", lines: ["payload: {size: 16}"],
      saying: [
        "t.swarm.yaml:2:17: error: payload.size: \"16\" has no unit; expected an amount of bytes with its unit, such as 16 MiB"
      ]),
    .init(
      "a rate where a size belongs", lines: ["payload: {size: 16 MiB/s}"],
      saying: [
        "t.swarm.yaml:2:17: error: payload.size: \"16 MiB/s\" is a rate, not an amount of bytes; expected an amount of bytes with its unit, such as 16 MiB"
      ]),
    .init(
      "a size where a rate belongs", lines: ["  leecher: {upload: 256 KiB}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.upload: \"256 KiB\" is an amount of bytes, not a rate; expected a rate with its unit, such as 512 KiB/s, or unlimited"
      ]),
    .init(
      "a unit in the wrong case", lines: ["payload: {size: 16 mib}"],
      saying: [
        "t.swarm.yaml:2:17: error: payload.size: \"16 mib\" has an unknown unit; expected an amount of bytes with its unit, such as 16 MiB; did you mean \"16 MiB\"?"
      ]),
    .init(
      "a unit that people write otherwise", lines: ["  leecher: {upload: 8 Mbps}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.upload: \"8 Mbps\" has an unknown unit; expected a rate with its unit, such as 512 KiB/s, or unlimited; did you mean \"8 Mbit/s\"?"
      ]),
    .init(
      "less than a second where a tracker counts in seconds", lines: ["tracker: {announceInterval: 500 ms}"],
      saying: [
        "t.swarm.yaml:8:29: error: tracker.announceInterval: \"500 ms\" is not a whole number of seconds; expected a length of time in whole seconds, 1 s or more"
      ]),
    .init(
      "a second and a half where a tracker counts in seconds", lines: ["tracker: {announceInterval: 1.5 s}"],
      saying: [
        "t.swarm.yaml:8:29: error: tracker.announceInterval: \"1.5 s\" is not a whole number of seconds; expected a length of time in whole seconds, 1 s or more"
      ]),
    .init(
      "seconds spelled out", lines: ["until: {complete: all, within: 300 seconds}"],
      saying: [
        "t.swarm.yaml:6:32: error: until.within: \"300 seconds\" has an unknown unit; expected a length of time with its unit, such as 30 s; did you mean \"300 s\"?"
      ]),
    .init(
      "words where a rate belongs", lines: ["  leecher: {upload: fast}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.upload: \"fast\" is not a rate; expected a rate with its unit, such as 512 KiB/s, or unlimited"
      ]),
    .init(
      "unlimited misspelled", lines: ["  leecher: {upload: unlimitted}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.upload: \"unlimitted\" is not a rate; expected a rate with its unit, such as 512 KiB/s, or unlimited; did you mean \"unlimited\"?"
      ]),
    .init(
      "a payload of nothing", lines: ["payload: {size: 0 B}"],
      saying: [
        "t.swarm.yaml:2:17: error: payload.size: \"0 B\" is not above zero; expected an amount of bytes with its unit, such as 16 MiB"
      ]),
    .init(
      "a negative payload", lines: ["payload: {size: -1 MiB}"],
      saying: [
        "t.swarm.yaml:2:17: error: payload.size: \"-1 MiB\" is negative; expected an amount of bytes with its unit, such as 16 MiB"
      ]),
    .init(
      "a payload of 10^30 bytes", lines: ["payload: {size: 1000000000000000000000000000000 B}"],
      saying: [
        "t.swarm.yaml:2:17: error: payload.size: \"1000000000000000000000000000000 B\" is too large; expected at most 1024 GiB"
      ]),
    .init(
      "a rate of zero", lines: ["  leecher: {upload: 0 KiB/s}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.upload: \"0 KiB/s\" is not above zero; expected a rate with its unit, such as 512 KiB/s, or unlimited"
      ]),
    .init(
      "a count of zero", lines: ["  leecher: {count: 0}"],
      saying: [
        "t.swarm.yaml:5:20: error: peers.leecher.count: \"0\" is out of range; expected a whole number from 1 to 49152"
      ]),
    .init(
      "a negative count", lines: ["  leecher: {count: -3}"],
      saying: [
        "t.swarm.yaml:5:20: error: peers.leecher.count: \"-3\" is out of range; expected a whole number from 1 to 49152"
      ]),
    .init(
      "half a peer", lines: ["  leecher: {count: 2.5}"],
      saying: [
        "t.swarm.yaml:5:20: error: peers.leecher.count: \"2.5\" is out of range or not whole; expected a whole number from 1 to 49152"
      ]),
    .init(
      "a count beyond all addresses", lines: ["  leecher: {count: 100000}"],
      saying: [
        "t.swarm.yaml:5:20: error: peers.leecher.count: \"100000\" is out of range; expected a whole number from 1 to 49152"
      ]),
    .init(
      "groups that together are beyond all addresses", lines: ["  leecher: {count: 49152}"],
      saying: [
        "t.swarm.yaml:4:3: error: peers: 49153 peers in all, more than there are addresses; expected at most 49152"
      ]),
    .init(
      "a speed of zero", lines: ["speed: 0"],
      saying: ["t.swarm.yaml:8:8: error: speed: \"0\" is out of range; expected a number from 0.1 to 1000"]),
    .init(
      "a flag where a number belongs", lines: ["speed: true"],
      saying: ["t.swarm.yaml:8:8: error: speed: \"true\" is not a number; expected a number from 0.1 to 1000"]),
    .init(
      "a speed that no clock has", lines: ["speed: fast"],
      saying: ["t.swarm.yaml:8:8: error: speed: \"fast\" is not a number; expected a number from 0.1 to 1000"]),
    .init(
      "a speed that is no number", lines: ["speed: .nan"],
      saying: ["t.swarm.yaml:8:8: error: speed: \".nan\" is not a number; expected a number from 0.1 to 1000"]),
    .init(
      "a random seed below zero", lines: ["randomSeed: -1"],
      saying: ["t.swarm.yaml:8:13: error: randomSeed: \"-1\" is out of range; expected a whole number from 0"]),
    .init(
      "a random seed beyond 64 bits", lines: ["randomSeed: 18446744073709551616"],
      saying: [
        "t.swarm.yaml:8:13: error: randomSeed: \"18446744073709551616\" is out of range or not whole; expected a whole number from 0"
      ]),
    .init(
      "a wall budget without unit", lines: ["wallBudget: 30"],
      saying: [
        "t.swarm.yaml:8:13: error: wallBudget: \"30\" has no unit; expected a length of time with its unit, such as 30 s"
      ]),
    .init(
      "pieces that are no power of two", lines: ["payload: {size: 16 MiB, pieceLength: 200 KiB}"],
      saying: [
        "t.swarm.yaml:2:38: error: payload.pieceLength: 200 KiB is not a power of two; expected a power of two from 16 KiB to 64 MiB; did you mean \"256 KiB\"?"
      ]),
    .init(
      "pieces smaller than a block", lines: ["payload: {size: 16 MiB, pieceLength: 8 KiB}"],
      saying: [
        "t.swarm.yaml:2:38: error: payload.pieceLength: 8 KiB is out of range; expected a power of two from 16 KiB to 64 MiB"
      ]),
    .init(
      "pieces larger than the payload", lines: ["payload: {size: 1 MiB, pieceLength: 2 MiB}"],
      saying: [
        "t.swarm.yaml:2:37: error: payload.pieceLength: 2 MiB is more than the payload, 1 MiB; expected a piece no larger than the payload"
      ]),
    .init(
      "too many pieces", lines: ["payload: {size: 64 GiB, pieceLength: 16 KiB}"],
      saying: [
        "t.swarm.yaml:2:38: error: payload.pieceLength: 64 GiB in pieces of 16 KiB are 4194304 pieces; expected at most 262144: larger pieces or a smaller payload"
      ]),
    .init(
      "a burst below one block", lines: ["  leecher: {upload: 256 KiB/s, uploadBurst: 16 KiB}"],
      saying: [
        "t.swarm.yaml:5:45: error: peers.leecher.uploadBurst: 16 KiB is less than one block, so that nothing could ever be sent; expected at least 16397 B (a block of 16 KiB and the 13 bytes before it)"
      ]),
    .init(
      "a burst of what is unlimited", lines: ["  leecher: {downloadBurst: 64 KiB}"],
      saying: [
        "t.swarm.yaml:5:28: error: peers.leecher.downloadBurst: download is unlimited here; expected a rate as download, or no downloadBurst"
      ]),
  ]
}
