/// The format of client files, and of a client given inline in a topology, from the same rows.
public enum ForeignClientSchema {
  /// `NAME.client.yaml`.
  public static let file = SchemaTable(
    "client file", "A program that can be a peer: how it is started, told what to do, seen to be ready, and stopped.",
    keys: [
      SchemaKey("name", .name, required: true, "Name of the client, by which topologies call it."),
      SchemaKey("summary", .value(.text), required: true, "What it is, in a line."),
      SchemaKey(
        "program", .value(.text),
        "What must be there for it to be installed: a name in `PATH`, or a path; the command's first word if left out."
      ),
      SchemaKey("install", .table(install), "How to get it."),
      SchemaKey("version", .table(version), "How it tells its version; one that fails to is taken for not installed."),
      SchemaKey(
        "options", .sections(option), "What a topology can set; each value fills its placeholder `{option.NAME}`."),
    ] + running)

  /// How it runs: what a client file and a topology's inline client share.
  static let running: [SchemaKey] = [
    SchemaKey("command", .texts, required: true, "Program and arguments, with placeholders such as `{torrent}`."),
    SchemaKey(
      "files", .files(copied),
      "Files that are written below `{home}` before it starts: templates by path, or `{copy: PATH}`."),
    SchemaKey("whenSeed", .texts, "Arguments added for a peer that has the whole payload from the start."),
    SchemaKey("whenUploadLimited", .texts, "Arguments added where the client itself is to keep an upload limit."),
    SchemaKey("whenDownloadLimited", .texts, "Arguments added where the client itself is to keep a download limit."),
    SchemaKey(
      "whenUDPTracker", .texts, "Arguments added where the tracker speaks UDP (BEP 15), alone or besides HTTP."),
    SchemaKey("environment", .textByName, "Variables added to its environment."),
    SchemaKey(
      "addresses", .value(.choice(["loopback", "private"])), default: "loopback",
      "`private` gives the whole swarm addresses 10.x.y.z, for clients that refuse 127.x.y.z."),
    SchemaKey(
      "outgoing", .value(.choice(["bound", "unbound"])), default: "bound",
      "`unbound`: it cannot be told the address to connect from, so it gets a network namespace of its own, and the swarm "
        + "private addresses."),
    SchemaKey(
      "ready", .wordOrTable(["listening"], ready), default: "listening",
      "What shows that it is there: it listens on its address and port, or a line of its output."),
    SchemaKey("stop", .table(stop), "How it is stopped."),
    SchemaKey(
      "limits", .words(ForeignClient.Limit.allCases.map(\.rawValue)),
      "Limits that it can keep itself, under `limit: client` or `both`; those whose placeholders it uses if left out."),
    SchemaKey(
      "trackers", .words(ForeignClient.TrackerProtocol.allCases.map(\.rawValue)),
      "What it can speak to a tracker; both if left out."),
    SchemaKey(
      "peerIDPrefixes", .texts, "With which its peer ids begin (BEP 20), so that a capture of strangers names it."),
    SchemaKey(
      "profile", .value(.text),
      "What is known of its choking: `NAME` is `NAME.profile.yaml` beside the client file; nothing if left out."),
    SchemaKey(
      "knownDeviations", .list(deviation), "Checks that it is known to fail: reported, and no failure of the run."),
  ]

  static let install = SchemaTable(
    "install", "How to get a client.",
    keys: [
      SchemaKey("debian", .value(.text), "Debian packages, with spaces between."),
      SchemaKey("text", .value(.text), "For everybody else, as the end of a sentence."),
    ])

  static let version = SchemaTable(
    "version", "How a client tells its version.",
    keys: [
      SchemaKey("command", .texts, required: true, "Prints it, on either output."),
      SchemaKey(
        "pattern", .value(.text), required: true,
        "A regular expression on what it prints: its first group, or all that matches, is the version."),
    ])

  static let option = SchemaTable(
    "option", "What a topology can set of a client.",
    keys: [
      SchemaKey("meaning", .value(.text), required: true, "What it does, in a sentence."),
      SchemaKey("default", .value(.text), "Its value where a topology does not set it."),
      SchemaKey("values", .texts, "Words that it can be; anything if left out."),
      SchemaKey("least", .value(.integer(-(1 << 53)...1 << 53)), "With `most`: the least whole number that it can be."),
      SchemaKey("most", .value(.integer(-(1 << 53)...1 << 53)), "The largest whole number that it can be."),
      SchemaKey("whenSet", .texts, "Arguments added where a topology sets it."),
      SchemaKey(
        "profile", .sections(profileLines),
        "What it makes of the client's profile: by value, or under `any` for every value."),
    ])

  /// Every line of a profile, as a text to be filled in.
  static let profileLines = SchemaTable(
    "profile lines",
    "Lines that take the place of the profile's own; `{option.NAME}` is filled in, and an empty text takes the line away.",
    keys: ProfileFile.schema.keys.filter { !["name", "summary", "sources"].contains($0.key) }.map {
      SchemaKey($0.key, .value(.text), $0.meaning)
    })

  static let copied = SchemaTable(
    "copied file", "A file that is copied before the client starts.",
    keys: [
      SchemaKey(
        "copy", .value(.text), required: true, "Path of the original, such as `{torrent}` or `./settings.json`.")
    ])

  static let ready = SchemaTable(
    "ready", "What shows that a client is there.",
    keys: [
      SchemaKey(
        "output", .value(.text),
        "A regular expression that a line of its output matches; a listening socket if left out."
      ),
      SchemaKey("within", .value(.duration), default: "10 s", "How long after its start, in real time."),
    ])

  static let stop = SchemaTable(
    "stop", "How a client is stopped.",
    keys: [
      SchemaKey(
        "signal", .value(.choice(ForeignClient.StopSignal.allCases.map(\.rawValue))), default: "TERM",
        "The signal that asks it to stop."),
      SchemaKey(
        "within", .value(.duration), default: "3 s", "After which it is killed, in real time; 60 s at most."),
    ])

  static let deviation = SchemaTable(
    "known deviation", "A check that a client is known to fail.",
    keys: [
      SchemaKey("check", .value(.text), required: true, "Name of the check."),
      SchemaKey("reason", .value(.text), required: true, "What the client does otherwise, and why."),
      SchemaKey("where", .value(.text), "What shows it: a line of its source, a report, a measurement."),
    ])

  /// All sections, the whole first.
  public static let tables = [file, install, version, option, profileLines, copied, ready, stop, deviation]
}
