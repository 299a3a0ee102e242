/// Whom the optimistic slot goes to, and for how long: hours of draws, each of which can be told from a regular unchoke.
extension ProofScene {
  static let friendsAndCrowd = ProofScene(
    name: "friends-and-crowd",
    lesson: "Three that give to each other and ten that only want, so that whatever these get is optimistic.",
    mebibytes: 768,
    groups: [
      .init("seed", "role: seed, upload: 72 KiB/s, choking: {slots: 20}"),
      .init("friend", "upload: 24 KiB/s, choking: {slots: 2}", count: 3),
      .init("crowd", "upload: 1 KiB/s, download: 1 KiB/s, choking: {slots: 2}", count: 10),
    ], until: "time: 190 min", without: ["completion", "distribution-time"],
    mustDecide: ["upload-slots"])
}

extension ProofRow {
  static let optimistic: [ProofRow] = [
    row("no-optimistic", starves: "a slot is empty while others wait"),
    row("sticky-optimistic", starves: "who is served for ever leaves nothing to the others"),
    row("shunned", starves: "who is never chosen waits for its first unchoke for ever"),
    row("biased-choice", starves: "draws that fall on the favoured keep the others from their first unchoke"),
  ]

  private static func row(_ misbehaviour: String, starves reason: String) -> ProofRow {
    ProofRow(
      misbehaviour, in: "friends-and-crowd", by: .one(of: "friend"), mustFail: ["optimistic-unchoke"],
      mayFail: [
        .itself("starvation", reason), .itself("newcomer-latency", reason),
        .itself("rechoke-interval", "who is drawn again and again, or not at all, has few rounds that change anything"),
        .itself("tit-for-tat", "who holds the optimistic slot for longer, or not at all, may be taken for a regular"),
      ])
  }
}
