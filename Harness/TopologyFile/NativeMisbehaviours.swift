/// The rules that a native peer can be told to break, as its own catalogue lists them.
extension NativeClient {
  public static let misbehaviours: [Misbehaviour] = [
    .init(
      name: "over-slots", unit: "slots", doses: [1, 2, 5], range: 1...1000, isWhole: true,
      summary: "Unchokes so many more peers than declared."),
    .init(
      name: "stop-short", unit: "share of all pieces", doses: [0.01, 0.1, 0.5], range: 0.000001...1, isWhole: false,
      summary: "Never fetches that share of the pieces (at least one), so it never completes."),
    .init(
      name: "skip-verification", unit: "blocks", doses: [1, 16, 512], range: 1...1e9, isWhole: true,
      summary: "Keeps zeros for so many of the first blocks it receives, and checks no hash."),
    .init(
      name: "overdrive-upload", unit: "times the declared rate", doses: [1.05, 1.2, 2], range: 1...1000,
      isWhole: false, summary: "Uploads faster than declared.", scales: .upload),
    .init(
      name: "overdrive-download", unit: "times the declared rate", doses: [1.05, 1.2, 2], range: 1...1000,
      isWhole: false, summary: "Downloads faster than declared.", scales: .download),
    .init(
      name: "request-while-choked", unit: "every n-th occasion", doses: [8, 3, 1], range: 1...1e6, isWhole: true,
      summary: "Asks for a block 3 s after a choke and every 3 s from then on; an occasion is one such time."),
    .init(
      name: "unasked-block", unit: "every n-th occasion", doses: [100, 20, 2], range: 1...1e6, isWhole: true,
      summary: "Sends a block that it has sent once more."),
    .init(
      name: "late-bitfield", unit: "every n-th occasion", doses: [4, 2, 1], range: 1...1e6, isWhole: true,
      summary: "Says \"not interested\" before it says what it has; an occasion is a connection."),
    .init(
      name: "no-reject", unit: "every n-th occasion", doses: [8, 3, 1], range: 1...1e6, isWhole: true,
      summary: "Drops a request without the reject that BEP 6 asks for."),
    .init(
      name: "request-held-piece", unit: "every n-th occasion", doses: [100, 20, 2], range: 1...1e6, isWhole: true,
      summary: "Asks, beside a block it wants, for one of a piece that it has announced."),
    .init(
      name: "false-have", unit: "pieces", doses: [1, 4, 16], range: 1...1e6, isWhole: true,
      summary: "Says that it has so many pieces that it lacks, and answers nobody who asks for them."),
    .init(
      name: "poisoner", unit: "every n-th occasion", doses: [16, 4, 1], range: 1...1e6, isWhole: true,
      summary: "Damages a block that it sends, so that its piece fails the hash; an occasion is a block."),
    .init(
      name: "silent", unit: "every n-th occasion", doses: [8, 3, 1], range: 1...1e6, isWhole: true,
      summary: "Never answers a request, by a block or by a reject; an occasion is a request."),
    .init(
      name: "lazy-upload", unit: "times the declared rate", doses: [0.5, 0.25, 0.1], range: 0.0001...1,
      isWhole: false, summary: "Uploads more slowly than declared.", scales: .upload),
    .init(
      name: "idle-uplink", unit: "share of the declared rate", doses: [0.1, 0.3, 0.6], range: 0...0.9999,
      isWhole: false, summary: "Leaves that share of its upload rate unused, though somebody waits.", scales: .upload,
      leavesUnused: true),
    .init(
      name: "interest-flapper", unit: "s from one time to the next", doses: [30, 10, 2], range: 0.1...1e6,
      isWhole: false, summary: "Takes its interest in everybody back for a second, again and again."),
    .init(
      name: "sequential-picker", unit: "share of picks", doses: [0.6, 0.8, 1], range: 0...1, isWhole: false,
      summary: "Begins with the first piece that it lacks, not the rarest, at that share of its picks."),
    .init(
      name: "common-first", unit: "share of picks", doses: [0.6, 0.8, 1], range: 0...1, isWhole: false,
      summary: "Begins with the commonest piece that it lacks, not the rarest, at that share of its picks."),
    .init(
      name: "slow-return", unit: "s", doses: [60, 120, 1_000_000], range: 0...1e9, isWhole: false,
      summary: "Speaks with nobody for so long after a change of address."),
    .init(
      name: "crash", unit: "pieces", doses: [32, 8, 1], range: 1...1e9, isWhole: true,
      summary: "Dies of a signal once it has fetched so many pieces."),
    .init(
      name: "fast-rechoke", unit: "s between two rounds", doses: [8, 5, 2], range: 0.1...10, isWhole: false,
      summary: "Evaluates its choking more often than every 10 s."),
    .init(
      name: "slow-rechoke", unit: "s between two rounds", doses: [12, 15, 20], range: 10...1e6, isWhole: false,
      summary: "Evaluates its choking less often than every 10 s."),
    .init(
      name: "slow-newcomer", unit: "s to a first unchoke", doses: [60, 120, 1_000_000], range: 0...1e9, isWhole: false,
      summary: "Unchokes nobody before it has been interested for so long."),
    .init(
      name: "free-rider", unit: "share of partners", doses: [0.5, 0.8, 1], range: 0...1, isWhole: false,
      summary: "Never unchokes that share of its partners, the same ones always."),
    .init(
      name: "whitewasher", unit: "s from one peer id to the next", doses: [120, 60, 20], range: 0...1e9, isWhole: false,
      summary: "Unchokes nobody, and once it was choked takes another peer id and connects anew, so often at most."),
    .init(
      name: "large-view", unit: "times the peer set", doses: [2, 4, 8], range: 1...100, isWhole: false,
      summary: "Unchokes nobody, and connects to so many times as many peers as it may."),
    .init(
      name: "sybil", unit: "share of strangers", doses: [0.5, 0.8, 1], range: 0...1, isWhole: false,
      summary: "Is one of a group with one owner: serves the others of it, and never that share of strangers, "
        + "the same ones always.", isOfGroup: true),
    .init(
      name: "no-optimistic", unit: "idle rounds between tenures", doses: [6, 12, 1_000_000], range: 0...1e9,
      isWhole: true,
      summary: "Leaves its optimistic slot empty for so many rounds after each tenure, and before the first."),
    .init(
      name: "sticky-optimistic", unit: "s of tenure", doses: [20, 60, 1_000_000], range: 1...1e9, isWhole: false,
      summary: "Lets an optimistic unchoke last so long instead of 30 s."),
    .init(
      name: "shunned", unit: "share of partners", doses: [0.125, 0.25, 0.5], range: 0...1, isWhole: false,
      summary: "Never chooses that share of its partners optimistically, the same ones always."),
    .init(
      name: "biased-choice", unit: "times the weight", doses: [3, 6, 20], range: 1...1e9, isWhole: false,
      summary: "Gives partners whose third address byte is even so many times the weight in its optimistic draw."),
    .init(
      name: "random-chooser", unit: "share of rounds", doses: [0.25, 0.5, 1], range: 0...1, isWhole: false,
      summary: "Gives its regular slots by lot, at that share of its rounds."),
    .init(
      name: "slowest-first", unit: "share of rounds", doses: [0.25, 0.5, 1], range: 0...1, isWhole: false,
      summary: "Gives its regular slots to the slowest senders, at that share of its rounds."),
    .init(
      name: "stale-rates", unit: "s of age", doses: [40, 80, 160], range: 0...1e6, isWhole: false,
      summary: "Ranks its partners by rates that are so old."),
    .init(
      name: "favouritism", unit: "times the rate", doses: [2, 4, 1000], range: 1...1e9, isWhole: false,
      summary: "Counts what partners whose third address byte is even send so many times."),
    .init(
      name: "not-reciprocating", unit: "share of partners", doses: [0.25, 0.5, 1], range: 0...1, isWhole: false,
      summary: "Gives that share of those that send to it no regular slot, the same ones always."),
    .init(
      name: "colluders", unit: "slots", doses: [1, 2, 4], range: 1...1000, isWhole: true,
      summary: "Is one of a group that serve each other first: so many regular slots are theirs, whatever they send.",
      isOfGroup: true),
    .init(
      name: "defect-optimistic-counter", unit: "share of rounds", doses: [0.25, 0.5, 1], range: 0...1, isWhole: false,
      summary: "Counts its regular peers as optimistic ones too, at that share of its rounds (mainline "
        + "4.20.4 to 5.2.0)."),
    .init(
      name: "defect-refilled-from-top", unit: "share of replacements", doses: [0.25, 0.5, 1], range: 0...1,
      isWhole: false,
      summary: "Replaces an optimistic peer that has earned a regular slot by one that is unchoked "
        + "already, that share of times (aria2)."),
    .init(
      name: "defect-pool-head", unit: "share of draws", doses: [0.25, 0.5, 1], range: 0...1, isWhole: false,
      summary: "Draws, for its optimistic slot, the fastest peer, which is unchoked already, that share "
        + "of times (Transmission 39b1db460)."),
    .init(
      name: "defect-unordered-prefix", unit: "share of rounds", doses: [0.25, 0.5, 1], range: 0...1, isWhole: false,
      summary: "Leaves any of its best partners without a regular slot, not the slowest, at that share "
        + "of its rounds (libtorrent 3019b17c9)."),
    .init(
      name: "defect-unchoke-on-interest", unit: "share of first interests", doses: [0.25, 0.5, 1], range: 0...1,
      isWhole: false,
      summary: "Unchokes that share of its partners when they are first interested, whether it has a "
        + "slot or not (WebTorrent)."),
    .init(
      name: "defect-no-review", unit: "share of rounds", doses: [0.25, 0.5, 1], range: 0...1, isWhole: false,
      summary: "Leaves all slots as they are at that share of its rounds (MonoTorrent issue 40)."),
  ]
}
