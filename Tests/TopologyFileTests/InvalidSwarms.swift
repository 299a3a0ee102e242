import TopologyFile

/// Invalid topologies, with what is said of them: exact, since people read it and tools match it.
extension InvalidTopology {
  static let swarms: [InvalidTopology] = [
    .init(
      "a swarm without a full copy", lines: ["  seed: {upload: 1 MiB/s}"],
      saying: [
        "t.swarm.yaml:4:3: error: peers: nobody has a full copy of the payload, so nobody can complete; expected a group with role: seed; seed has the role leecher"
      ]),
    .init(
      "a swarm without a full copy and no group called seed",
      text: "name: x\npayload: {size: 1 MiB}\npeers:\n  a: {count: 3}\nuntil: {time: 5 s}\n",
      saying: [
        "t.swarm.yaml:4:3: error: peers: nobody has a full copy of the payload, so nobody can complete; expected a group with role: seed"
      ]),
    .init(
      "a swarm in which nobody could complete", lines: ["  leecher: {role: seed}"],
      saying: [
        "t.swarm.yaml:6:8: error: until: there is no leecher that could complete; expected a group with role: leecher, or until: {time: …}"
      ]),
    .init(
      "a role that is none", lines: ["  leecher: {role: leech}"],
      saying: [
        "t.swarm.yaml:5:19: error: peers.leecher.role: \"leech\" is not known here; expected seed or leecher; did you mean \"leecher\"?"
      ]),
    .init(
      "an announce interval for a tracker that chooses it itself",
      lines: ["tracker: {announceInterval: 30 s, program: opentracker}"],
      saying: [
        "t.swarm.yaml:8:11: error: tracker.announceInterval: opentracker chooses the interval itself, about 30 min; expected no announceInterval, or program: native"
      ]),
    .init(
      "a protocol that trackers do not speak", lines: ["tracker: {protocol: tcp}"],
      saying: [
        "t.swarm.yaml:8:21: error: tracker.protocol: \"tcp\" is not known here; expected http, udp or both"
      ]),
    .init(
      "two groups whose peers have one name", lines: ["  leecher-02: {}"],
      saying: [
        "t.swarm.yaml:6:3: error: peers.leecher-02: the peer name \"leecher-02\" is that of group leecher already; expected another name for the group"
      ]),
    .init(
      "a group with the tracker's name", lines: ["  tracker: {}"],
      saying: [
        "t.swarm.yaml:6:3: error: peers.tracker: the peer name \"tracker\" is that of the tracker already; expected another name for the group"
      ]),
    .init(
      "no end", lines: ["until: {}"],
      saying: ["t.swarm.yaml:6:8: error: until says nothing; expected complete or time"]),
    .init(
      "two ends", lines: ["until: {complete: all, within: 300 s, time: 200 s}"],
      saying: ["t.swarm.yaml:6:39: error: until holds complete and time; expected only one of complete or time"]),
    .init(
      "an end that may never come", lines: ["until: {complete: all}"],
      saying: [
        "t.swarm.yaml:6:8: error: until.within is missing: a swarm that never completes would never end; expected a length of time with its unit, such as 30 s"
      ]),
    .init(
      "a deadline for a run that ends by time", lines: ["until: {time: 60 s, within: 30 s}"],
      saying: [
        "t.swarm.yaml:6:21: error: until.within goes with until.complete, not with until.time; expected until: {time: …} or until: {complete: all, within: …}"
      ]),
    .init(
      "an arrival after the end", lines: ["  leecher: {arrive: {at: 300 s}}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.arrive: the peer arrives at 300 s, but the run ends at 300 s; expected an arrival before until.within"
      ]),
    .init(
      "the last of many arrivals after the deadline", lines: ["  leecher: {count: 8, arrive: {every: 50 s}}"],
      saying: [
        "t.swarm.yaml:5:31: error: peers.leecher.arrive: the last of 8 peers arrives at 350 s, but the run ends at 300 s; expected an arrival before until.within"
      ]),
    .init(
      "arrivals that overflow any clock", lines: ["  leecher: {count: 49000, arrive: {every: 8760 h}}"],
      saying: [
        "t.swarm.yaml:5:35: error: peers.leecher.arrive: the last of 49000 peers arrives at 2562047.788 h, but the run ends at 300 s; expected an arrival before until.within"
      ]),
    .init(
      "a flash crowd that outlasts the run", lines: ["  leecher: {arrive: {flashCrowd: {within: 20 s}, from: 290 s}}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.arrive: the peer arrives at 310 s, but the run ends at 300 s; expected an arrival before until.within"
      ]),
    .init(
      "a Poisson process that is too slow for its peers", lines: ["  leecher: {count: 30, arrive: {poisson: 1 / min}}"],
      saying: [
        "t.swarm.yaml:5:32: error: peers.leecher.arrive: the last of 30 peers arrives at 30 min on average, but the run ends at 300 s; expected a higher rate of arrivals, or a later until.within"
      ]),
    .init(
      "an arrival after the end of a run by time", lines: ["until: {time: 3 s}"],
      saying: [
        "t.swarm.yaml:5:50: error: peers.leecher.arrive: the last of 3 peers arrives at 4 s, but the run ends at 3 s; expected an arrival before until.time"
      ]),
    .init(
      "two ways to arrive", lines: ["  leecher: {arrive: {at: 1 s, every: 2 s}}"],
      saying: [
        "t.swarm.yaml:5:31: error: peers.leecher.arrive holds at and every; expected only one of at, every, poisson or flashCrowd"
      ]),
    .init(
      "no way to arrive", lines: ["  leecher: {arrive: {from: 2 s}}"],
      saying: ["t.swarm.yaml:5:21: error: peers.leecher.arrive says nothing; expected at, every, poisson or flashCrowd"]
    ),
    .init(
      "a way to arrive that is none", lines: ["  leecher: {arrive: flash}"],
      saying: [
        "t.swarm.yaml:5:21: error: peers.leecher.arrive: \"flash\" is not known here; expected flashCrowd, or a section with at, every, poisson or flashCrowd; did you mean \"flashCrowd\"?"
      ]),
    .init(
      "a Poisson rate without time", lines: ["  leecher: {arrive: {poisson: 30}}"],
      saying: [
        "t.swarm.yaml:5:31: error: peers.leecher.arrive.poisson: \"30\" is not a number of arrivals over time; expected so many for each length of time, such as 30 / min"
      ]),
    .init(
      "a Poisson rate of which a lifetime sees none", lines: ["  leecher: {arrive: {poisson: 0.0000001 / h}}"],
      saying: [
        "t.swarm.yaml:5:31: error: peers.leecher.arrive.poisson: \"0.0000001 / h\" is out of range; expected so many for each length of time, such as 30 / min"
      ]),
    .init(
      "the name of the link to the last run", lines: ["name: latest"],
      saying: [
        "t.swarm.yaml:1:7: error: name: \"latest\" is what the link to the last complete run is called; expected another name"
      ]),
    .init(
      "a beginning for what has one time", lines: ["  leecher: {arrive: {at: 1 s, from: 2 s}}"],
      saying: ["t.swarm.yaml:5:31: error: peers.leecher.arrive.from says nothing beside at; expected at alone"]),
    .init(
      "a seed that completes", lines: ["  seed: {role: seed, onComplete: leave}"],
      saying: [
        "t.swarm.yaml:4:22: error: peers.seed.onComplete: a seed is complete from the start; expected onComplete for leechers only"
      ]),
    .init(
      "an end of a leecher that is none", lines: ["  leecher: {onComplete: stay}"],
      saying: [
        "t.swarm.yaml:5:25: error: peers.leecher.onComplete: \"stay\" is not known here; expected leave or seed, or a section with seed"
      ]),
    .init(
      "an unknown choking algorithm", lines: ["  leecher: {choking: {algorithm: tit-for-tatt}}"],
      saying: [
        "t.swarm.yaml:5:34: error: peers.leecher.choking.algorithm: \"tit-for-tatt\" is not known here; expected \(NativeClient.chokingNames.dropLast().joined(separator: ", ")) or unchoke-everybody; did you mean \"tit-for-tat\"?"
      ]),
    .init(
      "a setting that the algorithm lacks", lines: ["  leecher: {choking: {algorithm: random, optimisticSlots: 2}}"],
      saying: [
        "t.swarm.yaml:5:42: error: peers.leecher.choking.optimisticSlots: random has no such setting; expected algorithm and slots only"
      ]),
    .init(
      "a setting of an algorithm that has none", lines: ["  leecher: {choking: {algorithm: fair-torrent, slots: 2}}"],
      saying: [
        "t.swarm.yaml:5:48: error: peers.leecher.choking.slots: fair-torrent has no such setting; expected algorithm alone"
      ]),
    .init(
      "a seed rule where there is no choice of it", lines: ["  leecher: {choking: {seedRule: anti-leech}}"],
      saying: [
        "t.swarm.yaml:5:23: error: peers.leecher.choking.seedRule: tit-for-tat has no such setting; expected algorithm, optimisticChoice, optimisticSlots and slots only"
      ]),
    .init(
      "a misbehaviour of another algorithm",
      lines: ["  leecher: {choking: {algorithm: random}, misbehaviour: {name: over-slots}}"],
      saying: [
        "t.swarm.yaml:5:64: error: peers.leecher.misbehaviour.name: over-slots is a way of tit-for-tat, and the algorithm is random; expected algorithm: tit-for-tat, or another misbehaviour"
      ]),
    .init(
      "no slots of an algorithm that needs some", lines: ["  leecher: {choking: {algorithm: random, slots: 0}}"],
      saying: [
        "t.swarm.yaml:5:49: error: peers.leecher.choking: no slots, so nobody is ever served; expected one slot in all at least"
      ]),
    .init(
      "no slots", lines: ["  leecher: {choking: {slots: 0, optimisticSlots: 0}}"],
      saying: [
        "t.swarm.yaml:5:30: error: peers.leecher.choking: no slots and no optimisticSlots, so nobody is ever served; expected one slot in all at least"
      ]),
    .init(
      "an unknown optimistic choice", lines: ["  leecher: {choking: {optimisticChoice: longest}}"],
      saying: [
        "t.swarm.yaml:5:41: error: peers.leecher.choking.optimisticChoice: \"longest\" is not known here; expected draw, rotation or longest-waiting; did you mean \"longest-waiting\"?"
      ]),
    .init(
      "an unknown misbehaviour", lines: ["  leecher: {misbehaviour: {name: over-slot}}"],
      saying: [
        "t.swarm.yaml:5:34: error: peers.leecher.misbehaviour.name: \"over-slot\" is not known here; expected \(ScalarReader.list(NativeClient.misbehaviours.map(\.name))); did you mean \"over-slots\"?"
      ]),
    .init(
      "a dose out of range", lines: ["  leecher: {misbehaviour: {name: over-slots, dose: 0}}"],
      saying: [
        "t.swarm.yaml:5:52: error: peers.leecher.misbehaviour.dose: 0 is no dose of over-slots (slots); expected a whole number from 1 to 1000, such as 1, 2 or 5"
      ]),
    .init(
      "a dose that is not whole", lines: ["  leecher: {misbehaviour: {name: over-slots, dose: 1.5}}"],
      saying: [
        "t.swarm.yaml:5:52: error: peers.leecher.misbehaviour.dose: 1.5 is no dose of over-slots (slots); expected a whole number from 1 to 1000, such as 1, 2 or 5"
      ]),
    .init(
      "a multiple of an unlimited rate", lines: ["  leecher: {misbehaviour: {name: overdrive-upload, dose: 1.05}}"],
      saying: [
        "t.swarm.yaml:5:34: error: peers.leecher.misbehaviour.name: overdrive-upload is a multiple of a rate that is unlimited here; expected upload in the same group"
      ]),
    .init(
      "one alone that acts with others", lines: ["  leecher: {misbehaviour: {name: colluders}}"],
      saying: [
        "t.swarm.yaml:5:34: error: peers.leecher.misbehaviour.name: several peers do colluders together, and there is one alone; expected count: 2 at least, or another group with the same misbehaviour"
      ]),
    .init(
      "a seed that wants a part", lines: ["  seed: {role: seed, wants: 0.5}"],
      saying: [
        "t.swarm.yaml:4:22: error: peers.seed.wants: a seed has everything from the start; expected wants for leechers only"
      ]),
    .init(
      "a kernel limit without a rate", lines: ["  leecher: {limit: kernel}"],
      saying: [
        "t.swarm.yaml:5:20: error: peers.leecher.limit: neither upload nor download is limited; expected an upload or download rate"
      ]),
    .init(
      "a misbehaviour for everybody", lines: ["defaults: {misbehaviour: {name: over-slots}}"],
      saying: [
        "t.swarm.yaml:8:12: error: unknown key \"misbehaviour\" in defaults; expected upload, download, uploadBurst, downloadBurst, limit, arrive, onComplete, client, choking, fastExtension or pex"
      ]),
  ]
}
