/// The topology format, whole: every other statement of it (decoder, suggestions, JSON Schema, documentation) is made from
/// these rows.
public enum TopologySchema {
  public static let topology = SchemaTable(
    "topology", "One swarm: what is distributed, by whom, until when, and what is judged.",
    keys: [
      SchemaKey("name", .name, required: true, "Name of the swarm, which names its run folder."),
      SchemaKey("description", .value(.text), default: "", "What the swarm shows, for its reader."),
      SchemaKey(
        "randomSeed", .value(.integer(0...Int64.max)), default: "1",
        "Source of every draw: payload, arrivals and each peer's own random seed."),
      SchemaKey(
        "speed", .value(.number(TopologyLimits.speed)), default: "1",
        "Swarm seconds for each real second; only 1 with clients that are not native."),
      SchemaKey(
        "wallBudget", .value(.duration), "Real time that the whole run may take; a run that takes longer is reported."),
      SchemaKey(
        "distribution", .value(.choice(Topology.Distribution.allCases.map(\.rawValue))), default: "peer-to-peer",
        "How the payload gets to the leechers: in a BitTorrent swarm, or `client-server`: the one seed serves it over HTTP, "
          + "and each leecher downloads all of it from there."),
      SchemaKey("payload", .table(payload), required: true, "The file that is distributed."),
      SchemaKey("tracker", .table(tracker), "The tracker."),
      SchemaKey(
        "addresses", .value(.choice(["loopback", "private"])),
        "Where peers and tracker live: 127.x.y.z, or 10.x.y.z; `loopback` if left out, unless a client refuses it."),
      SchemaKey("defaults", .table(defaults), "Values for peer groups that do not set them."),
      SchemaKey("peers", .groups(group), required: true, "Groups of peers by name."),
      SchemaKey("until", .table(until), required: true, "When the run ends."),
      SchemaKey("capture", .table(capture), "What is kept of the captured packets."),
      SchemaKey(
        "checks", .checks,
        "What is judged: names of checks, or a name with parameters; all that need no asking if it is left out."),
      SchemaKey("mustDecide", .checkNames, "Checks that may not stay undecided here."),
      SchemaKey("faults", .list(fault), "Churn, address changes, crashes and partitions, on schedule."),
    ])

  static let payload = SchemaTable(
    "payload", "The file that is distributed: bytes drawn from the random seed.",
    keys: [
      SchemaKey("size", .value(.size), required: true, "Bytes of the file."),
      SchemaKey(
        "pieceLength", .value(.size),
        "Bytes of a piece, a power of two from 16 KiB to 64 MiB; 256 KiB if left out, or less where the file is smaller, or "
          + "more where it has over 64 GiB."),
      SchemaKey("name", .name, default: "payload.bin", "Name of the file in the torrent."),
    ])

  static let tracker = SchemaTable(
    "tracker", "The tracker, which runs as a process of its own.",
    keys: [
      SchemaKey(
        "announceInterval", .value(.seconds), default: "30 min",
        "How often peers are told to announce, in swarm time; a tracker counts in whole seconds, and native peers wait 5 s at least."
      ),
      SchemaKey(
        "protocol", .value(.choice(["http", "udp", "both"])), default: "http",
        "How peers speak to it: `udp` is BEP 15; with `both` the torrent names UDP first, and HTTP for those that have no "
          + "answer there (BEP 12)."),
      SchemaKey(
        "program", .value(.choice(["native", "opentracker"])), default: "native",
        "Our own tracker, or opentracker, which chooses an `announceInterval` of about 30 min itself."),
    ])

  static let until = SchemaTable(
    "until", "When the run ends, in swarm time since the first peer joins.", oneOf: ["complete", "time"],
    keys: [
      SchemaKey("complete", .value(.choice(["all"])), "The run ends when all leechers are complete, but see `within`."),
      SchemaKey("within", .value(.duration), "With `complete`: when the run ends at the latest."),
      SchemaKey("time", .value(.duration), "The run ends at this time."),
    ])

  static let capture = SchemaTable(
    "capture", "What is kept of the captured packets once the run is judged.",
    keys: [
      SchemaKey(
        "keep", .value(.choice(["full", "scrubbed", "none"])), default: "full",
        "`scrubbed`: payload zeroed in place and compressed, which changes no time, no length and no verdict."),
      SchemaKey(
        "atMost", .value(.size),
        "Bytes of the capture file at which capturing ends, with a hole; twice what all leechers download if left out, "
          + "2 GiB at least."),
    ])

  /// Keys that groups and `defaults` share.
  private static let shared: [SchemaKey] = [
    SchemaKey(
      "upload", .value(.rate), default: "unlimited", "What each peer may send, in bytes of the peer wire per second."),
    SchemaKey("download", .value(.rate), default: "unlimited", "What each peer may receive."),
    SchemaKey(
      "uploadBurst", .value(.size),
      "Depth of the upload's token bucket, 16397 B or more; one second's worth if left out, or 64 KiB if that is more."),
    SchemaKey(
      "downloadBurst", .value(.size),
      "Depth of the download's token bucket, 16397 B or more; one second's worth if left out, or 64 KiB if that is "
        + "more."),
    SchemaKey(
      "limit", .value(.choice(["client", "kernel", "both"])),
      "Who keeps the limits: `client`, the peer itself (default for native peers); `kernel`, token buckets around it "
        + "(default for other clients); or `both`."),
    SchemaKey("arrive", .wordOrTable(["flashCrowd"], arrive), "When the peers join; at once if left out."),
    SchemaKey(
      "onComplete", .wordOrTable(["leave", "seed"], onComplete), default: "seed", "What a leecher does once complete."),
    SchemaKey(
      "client", .nameOrTable(client), default: "native",
      "The program: `native`, our own peer; the name of a client that is known; the path of a client file, such as "
        + "`./mine.client.yaml`; or a section."),
    SchemaKey("choking", .table(choking), "Choking of native peers."),
    SchemaKey(
      "fastExtension", .value(.choice(["offer", "withhold"])), default: "offer",
      "Whether native peers offer the fast extension (BEP 6)."),
    SchemaKey(
      "pex", .value(.flag), default: "false",
      "Whether native peers tell one another whom they are connected to (peer exchange, BEP 11)."),
  ]

  static let defaults = SchemaTable("defaults", "Values for peer groups that do not set them.", keys: shared)

  static let group = SchemaTable(
    "peer group", "Peers that are alike. A group of one bears the group's name, others are numbered: `leecher-03`.",
    keys: [
      SchemaKey(
        "role", .value(.choice(["seed", "leecher"])), default: "leecher",
        "Whether the peers have the whole file from the start."),
      SchemaKey(
        "count", .value(.integer(1...Int64(TopologyLimits.maximumPeers))), default: "1", "How many peers."),
    ] + shared + [
      SchemaKey(
        "misbehaviour", .table(misbehaviour),
        "A rule that the peers break: native ones, but a wrong rate works on any client under `limit: kernel`."),
      SchemaKey(
        "wants", .value(.number(0.001...1)), default: "1",
        "Share of the pieces, from the first on and rounded up, that native leechers fetch; they are complete with it."),
      SchemaKey("preload", .later, "Pieces that a peer has at the start."),
    ])

  static let arrive = SchemaTable(
    "arrive", "When the peers of a group join, in swarm time; `flashCrowd` alone is all at once.",
    oneOf: ["at", "every", "poisson", "flashCrowd"],
    keys: [
      SchemaKey("at", .value(.duration), allowsZero: true, "All at this time."),
      SchemaKey("every", .value(.duration), "One after the other, so far apart."),
      SchemaKey("poisson", .frequency, "At random, so many for each length of time (a Poisson process): `30 / min`."),
      SchemaKey("flashCrowd", .table(flashCrowd), "All within a short time, at random."),
      SchemaKey(
        "from", .value(.duration), default: "0 s", allowsZero: true,
        "With `every`, `poisson` and `flashCrowd`: when it begins."),
    ])

  static let flashCrowd = SchemaTable(
    "flashCrowd", "Everybody at nearly the same time.",
    keys: [SchemaKey("within", .value(.duration), required: true, allowsZero: true, "How long it lasts.")])

  static let onComplete = SchemaTable(
    "onComplete", "Seeding for a time.",
    keys: [SchemaKey("seed", .value(.duration), required: true, "How long a complete leecher seeds before it leaves.")])

  static let client = SchemaTable(
    "client", "Any program that can be told a .torrent file, a folder and an address: by name, or whole.",
    oneOf: ["name", "command"],
    keys: [
      SchemaKey("name", .value(.text), "Name of a client that is known, or the path of a client file."),
      SchemaKey("options", .textByName, "With `name`: what is set of it."),
    ]
      + ForeignClientSchema.running.map { row in
        var row = row
        row.isRequired = false
        return row
      })

  static let choking = SchemaTable(
    "choking", "How a native peer chooses whom to send to.",
    keys: [
      SchemaKey(
        "algorithm", .value(.choice(NativeClient.chokingNames)), default: "tit-for-tat",
        "Which algorithm; each takes some of the settings below, and refuses the others."),
      SchemaKey("slots", .value(.integer(0...1000)), default: "4", "Regular upload slots."),
      SchemaKey("optimisticSlots", .value(.integer(0...1000)), default: "1", "Optimistic upload slots."),
      SchemaKey(
        "optimisticChoice", .value(.choice(NativeClient.optimisticChoices)), default: "draw",
        "Who gets an optimistic slot, or is newly served by a seed: `draw`, by lot, newcomers three times as likely; "
          + "`rotation`, in turn; `longest-waiting`, whose last choice is longest past."),
      SchemaKey(
        "seedRule", .value(.choice(NativeClient.seedRules)), default: "round-robin",
        "Whom a seed of libtorrent's algorithms serves: `round-robin`, each for long enough, then the next; "
          + "`fastest-upload`, whom it sends to fastest; `anti-leech`, who has next to nothing, or nearly all."),
    ])

  static let misbehaviour = SchemaTable(
    "misbehaviour", "A rule that the peers break, to see that the checks notice.",
    keys: [
      SchemaKey(
        "name", .value(.choice(NativeClient.misbehaviours.map(\.name))), required: true, "Which rule is broken."),
      SchemaKey(
        "dose", .value(.number(0...1e9)), allowsZero: true,
        "How strongly, in the misbehaviour's own unit; the mildest of its three doses if left out."),
    ])

  /// All sections, the whole first, each before what it refers to.
  public static let tables =
    [
      topology, payload, tracker, group, defaults, arrive, flashCrowd, onComplete, client, ForeignClientSchema.ready,
      ForeignClientSchema.stop, ForeignClientSchema.copied, ForeignClientSchema.deviation, choking, misbehaviour, until,
      capture,
    ] + faultTables

  /// Words that people write for a key, by section and word.
  static let otherWords: [String: [String: String]] = [
    "topology": [
      "mode": "distribution", "architecture": "distribution",
      "seed": "randomSeed", "random_seed": "randomSeed", "nodes": "peers", "swarm": "peers", "file": "payload",
      "torrent": "payload", "timeout": "until", "groups": "peers",
    ],
    "payload": ["length": "size", "pieceSize": "pieceLength", "piece": "pieceLength", "bytes": "size"],
    "tracker": ["interval": "announceInterval"],
    "peer group": [
      "number": "count", "n": "count", "up": "upload", "down": "download", "slots": "choking", "arrival": "arrive",
      "misbehave": "misbehaviour", "misbehavior": "misbehaviour", "join": "arrive",
    ],
    "until": ["deadline": "within", "timeout": "within", "at": "time"],
    "client": [
      "program": "command", "args": "command", "arguments": "command", "env": "environment", "config": "files",
    ],
    "client file": [
      "executable": "program", "args": "command", "arguments": "command", "env": "environment", "config": "files",
      "description": "summary", "deviations": "knownDeviations", "settings": "options",
    ],
    "arrive": ["flashcrowd": "flashCrowd", "period": "every", "rate": "poisson"],
  ]
}
