/// Scenes in which limits of detection are measured: what decides them is for how long one thing goes on.
///
/// What the machine is late by, times the speed, is what counts. So with real processes those of rates run at speed 5, to which
/// it is granted, the longest of them at 2; and at speed 5 the one in which two seconds decide, and the tenure that is
/// looked at for half an hour.
extension ProofScene {
  static func seedUplink(_ mebibytes: Int) -> ProofScene {
    ProofScene(
      name: "seed-uplink-\(mebibytes)", lesson: "A seed that sends at its limit until everybody has everything.",
      mebibytes: mebibytes,
      groups: [
        .init("seed", "role: seed, upload: 256 KiB/s"),
        .init("leecher", "upload: 256 KiB/s, download: 1 MiB/s", count: 4),
      ], until: "complete: all, within: \(60 + 6 * mebibytes) s",
      speed: mebibytes < 128 ? 5 : 2, mustDecide: ["rate-limit"])
  }

  static let leecherUplink = ProofScene(
    name: "leecher-uplink", lesson: "Twelve leechers that all want something from each other.", mebibytes: 16,
    groups: [
      .init("seed", "role: seed, upload: 1 MiB/s"),
      .init("leecher", "upload: 256 KiB/s, download: 1 MiB/s", count: 12),
    ], until: "complete: all, within: 300 s", speed: 5, mustDecide: ["rate-limit"])

  static let leecherDownlink = ProofScene(
    name: "leecher-downlink", lesson: "A seed that could give four times what its only leecher may take.",
    mebibytes: 48,
    groups: [.init("seed", "role: seed, upload: 4 MiB/s"), .init("leecher", "upload: 256 KiB/s, download: 1 MiB/s")],
    until: "complete: all, within: 300 s", speed: 5, mustDecide: ["rate-limit"])

  static let slots = ProofScene(
    name: "slots", lesson: "Twelve leechers that all want something from each other.", mebibytes: 16,
    groups: [
      .init("seed", "role: seed, upload: 1 MiB/s"),
      .init("leecher", "upload: 256 KiB/s, download: 1 MiB/s", count: 12),
    ], until: "complete: all, within: 300 s", mustDecide: ["upload-slots"])

  /// `friends-and-crowd` for some minutes, in which one part of `optimistic-unchoke` judges the three that give.
  static func friends(_ minutes: Int, _ part: String, speed: Int = 20) -> ProofScene {
    var scene = friendsAndCrowd
    scene.speed = speed
    scene.name = "friends-\(part)-\(minutes)"
    scene.mebibytes = max(64, 4 * minutes)
    scene.until = "time: \(minutes) min"
    scene.parameters["optimistic-unchoke"] = "{groups: \"friend, offender\", parts: \(part)}"
    scene.mustDecide = []
    return scene
  }
}
