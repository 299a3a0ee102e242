/// The rows of `faults`.
extension TopologySchema {
  static let fault = SchemaTable(
    "fault", "Something that is done to the swarm while it runs: what, to whom, and when.",
    oneOf: [
      "leave", "kill", "restart", "pause", "churn", "changeAddress", "changeRate", "partition", "isolate",
      "resetConnections", "fullDisk", "stopTracker", "trackerError",
    ],
    keys: [
      SchemaKey("at", .value(.duration), allowsZero: true, "When, in swarm time since the first peer joins."),
      SchemaKey("every", .value(.duration), "Again and again, so far apart; peers are picked anew each time."),
      SchemaKey(
        "from", .value(.duration), default: "0 s", allowsZero: true, "With `every` and `churn`: when it begins."),
      SchemaKey("until", .value(.duration), "With `every` and `churn`: when it ends; the run's end if left out."),
      SchemaKey("when", .table(condition), "As soon as something is seen, instead of at a time."),
      SchemaKey("leave", .table(leave), "The peers leave: the tracker hears of it, connections are closed."),
      SchemaKey("kill", .table(kill), "The peers' processes are killed (SIGKILL), for good."),
      SchemaKey(
        "restart", .table(restart), "The processes are killed, and new ones begin with the data that is there."),
      SchemaKey("pause", .table(pause), "The processes are stopped (SIGSTOP) for a time."),
      SchemaKey("churn", .table(churn), "Each of the peers comes and goes, over and over."),
      SchemaKey("changeAddress", .table(changeAddress), "The peers go on at another address."),
      SchemaKey("changeRate", .table(changeRate), "The peers' limits change."),
      SchemaKey("partition", .table(partition), "Nothing goes between these peers and others."),
      SchemaKey("isolate", .table(isolate), "Nothing goes between these peers and anybody, the tracker included."),
      SchemaKey("resetConnections", .table(resetConnections), "All connections of these peers are reset."),
      SchemaKey("fullDisk", .table(fullDisk), "The disks of these peers have no room left."),
      SchemaKey("stopTracker", .table(stopTracker), "The tracker is killed; a later one knows nobody."),
      SchemaKey("trackerError", .table(trackerError), "The tracker answers, but not as it should."),
    ])

  static let condition = SchemaTable(
    "condition", "What is waited for.", oneOf: ["seedCopies", "complete"],
    keys: [
      SchemaKey(
        "seedCopies", .value(.number(0.01...1000)),
        "The seeds have sent so many times the payload's bytes: `1` is one copy."),
      SchemaKey("complete", .value(.integer(1...Int64(TopologyLimits.maximumPeers))), "So many leechers are complete."),
    ])

  private static let targets: [SchemaKey] = [
    SchemaKey("peers", .value(.text), required: true, "Whom: a name in which `*` stands for any text: `leecher-*`."),
    SchemaKey(
      "pick", .value(.text), default: "all",
      "How many of them, by lot: `all`, `one`, a number, or a share such as `25 %`."),
  ]
  private static let lasting = SchemaKey("for", .value(.duration), "How long; to the end of the run if left out.")
  private static let peerID = SchemaKey(
    "peerID", .value(.choice(["same", "new"])), default: "same", "Whether others can know it again by its peer id.")

  static let leave = SchemaTable(
    "leave", "Who leaves, and when they are back.",
    keys: targets + [SchemaKey("rejoinAfter", .value(.duration), "When they come back; never if left out.")])

  static let kill = SchemaTable("kill", "Whose process is killed.", keys: targets)

  static let restart = SchemaTable(
    "restart", "Whose process is killed and begun anew.",
    keys: targets + [
      SchemaKey("after", .value(.duration), default: "1 s", "How long they are gone."), peerID,
    ])

  static let pause = SchemaTable(
    "pause", "Who is stopped.",
    keys: targets + [SchemaKey("for", .value(.duration), required: true, "How long.")])

  static let churn = SchemaTable(
    "churn",
    "Who comes and goes. `session` and `off` are drawn anew each time; with `every` in place of them, those picked leave.",
    keys: targets + [
      SchemaKey("session", .table(lifetime), "How long a peer stays before it leaves."),
      SchemaKey("off", .table(lifetime), "How long it stays away."),
      SchemaKey(
        "trace", .value(.text),
        "Instead of both: a file of them, its path from the topology's folder; each line a session and an absence, `30 s, 2 min`."
      ),
      SchemaKey("rejoinAfter", .value(.duration), "With `every`: how long they stay away."),
    ])

  static let lifetime = SchemaTable(
    "lifetime", "A length of time, fixed or drawn.", oneOf: ["fixed", "exponential", "weibull"],
    keys: [
      SchemaKey("fixed", .value(.duration), "Always this long."),
      SchemaKey("exponential", .value(.duration), "Exponentially distributed, with this mean."),
      SchemaKey("weibull", .table(weibull), "Weibull distributed: many short ones and a few long ones."),
    ])

  static let weibull = SchemaTable(
    "weibull", "Scale and shape of a Weibull distribution.",
    keys: [
      SchemaKey("scale", .value(.duration), required: true, "63 % are shorter than this."),
      SchemaKey(
        "shape", .value(.number(0.1...10)), default: "0.5",
        "1 is exponential; sessions of BitTorrent peers were measured at 0.34 to 0.59 (Stutzbach and Rejaie 2006)."),
    ])

  static let changeAddress = SchemaTable(
    "changeAddress", "Who changes address, and how.",
    keys: targets + [
      SchemaKey(
        "mode", .value(.choice(["abrupt", "polite"])), default: "abrupt",
        "`abrupt`: the old address goes silent, without a FIN or a reset; `polite`: connections are closed first."),
      peerID,
    ])

  static let changeRate = SchemaTable(
    "changeRate", "Whose limits change, and to what; a peer must have had a limit to be given another.",
    keys: targets + [
      SchemaKey("upload", .value(.rate), "The new upload limit."),
      SchemaKey("download", .value(.rate), "The new download limit."),
      SchemaKey(
        "uploadBurst", .value(.size),
        "Depth of the new upload limit's token bucket, 16397 B or more; one second's worth if left out, or 64 KiB if that "
          + "is more."),
      SchemaKey(
        "downloadBurst", .value(.size),
        "Depth of the new download limit's token bucket, 16397 B or more; one second's worth if left out, or 64 KiB if "
          + "that is more."),
      lasting,
    ])

  static let partition = SchemaTable(
    "partition", "Between whom nothing goes. Packets are dropped where they arrive, so that attempts stay visible.",
    keys: targets + [
      SchemaKey("from", .value(.text), "The other side, by name; everybody else if left out, but not the tracker."),
      lasting,
    ])

  static let isolate = SchemaTable("isolate", "Who hears nobody and is heard by nobody.", keys: targets + [lasting])

  static let resetConnections = SchemaTable("resetConnections", "Whose connections are reset.", keys: targets)

  static let fullDisk = SchemaTable(
    "fullDisk", "Whose disk is full; later there is room again.", keys: targets + [lasting])

  static let stopTracker = SchemaTable("stopTracker", "For how long there is no tracker.", keys: [lasting])

  static let trackerError = SchemaTable(
    "trackerError", "How the tracker errs, and for how long.",
    keys: [
      SchemaKey(
        "answer", .value(.choice(["server-error", "garbage", "slow"])), required: true,
        "`server-error`: HTTP status 500, over UDP an error; `garbage`: bytes that are no answer; `slow`: the right one, late."
      ),
      SchemaKey("delay", .value(.duration), default: "10 s", "With `slow`: how late, in swarm time."), lasting,
    ])

  static let faultTables = [
    fault, condition, leave, kill, restart, pause, churn, lifetime, weibull, changeAddress, changeRate, partition,
    isolate, resetConnections, fullDisk, stopTracker, trackerError,
  ]
}
