extension ProofScene {
  /// The scenes, each of which shows something that others do not.
  package static let all: [ProofScene] =
    common + [friendsAndCrowd, generous, twoSpeeds] + service + [givers, oneOwner, pact]

  private static let common: [ProofScene] = [
    ProofScene(
      name: "crowd", lesson: "More leechers than slots, all wanting something from everybody for about a minute.",
      mebibytes: 16,
      groups: [
        .init("seed", "role: seed, upload: 1 MiB/s"),
        .init("leecher", "upload: 256 KiB/s, download: 1 MiB/s", count: 12),
      ], until: "complete: all, within: 300 s", parameters: ["distribution-time": "{atLeast: 0.7}"],
      mustDecide: [
        "completion", "integrity", "rate-limit", "upload-slots", "protocol-conformance", "distribution-time",
      ]),
    ProofScene(
      name: "one-download", lesson: "A seed that could give four times what its only leecher may take.",
      mebibytes: 48,
      groups: [.init("seed", "role: seed, upload: 4 MiB/s"), .init("leecher", "upload: 256 KiB/s, download: 1 MiB/s")],
      until: "complete: all, within: 300 s", parameters: ["distribution-time": "{atLeast: 0.7}"],
      mustDecide: ["completion", "integrity", "rate-limit", "upload-slots", "protocol-conformance"]),
    ProofScene(
      name: "slow-source", lesson: "A seed no faster than a leecher; its sloth is everybody's.", mebibytes: 16,
      groups: [
        .init("seed", "role: seed, upload: 256 KiB/s"),
        .init("leecher", "upload: 256 KiB/s, download: 1 MiB/s", count: 12),
      ], until: "complete: all, within: 900 s", parameters: ["distribution-time": "{atLeast: 0.55}"],
      mustDecide: [
        "completion", "integrity", "rate-limit", "upload-slots", "protocol-conformance", "distribution-time",
      ]),
    ProofScene(
      name: "rounds", lesson: "Unequal leechers that change whom they serve in almost every round, for a long time.",
      mebibytes: 128,
      groups: [
        .init("seed", "role: seed, upload: 512 KiB/s"),
        .init("fast", "upload: 256 KiB/s, download: 2 MiB/s", count: 5),
        .init("middle", "upload: 96 KiB/s, download: 2 MiB/s", count: 5),
        .init("slow", "upload: 32 KiB/s, download: 2 MiB/s", count: 5),
      ], until: "complete: all, within: 1500 s",
      mustDecide: ["completion", "integrity", "upload-slots", "protocol-conformance", "rechoke-interval"]),
    ProofScene(
      name: "parts", lesson: "Three of nine leechers want a part of the payload, and serve on when they have it.",
      mebibytes: 24,
      groups: [
        .init("seed", "role: seed, upload: 512 KiB/s"),
        .init("part", "upload: 128 KiB/s, download: 1 MiB/s, wants: 0.4", count: 3),
        .init("leecher", "upload: 128 KiB/s, download: 1 MiB/s", count: 6),
      ], until: "complete: all, within: 600 s",
      mustDecide: ["completion", "integrity", "rate-limit", "upload-slots", "protocol-conformance"]),
  ]

  package static func named(_ name: String) -> ProofScene? { (all + withFaults).first { $0.name == name } }
}
