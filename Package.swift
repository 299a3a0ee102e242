// swift-tools-version: 6.2
import PackageDescription

/// House rules for every target of ours: Swift 6 mode, no silent existential, imports stay internal, no warning unread.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The swarm: what goes over the wire.
func swarm(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: house)
}

/// The lab: launches, hurts, watches and judges. Of the swarm it may import Wire, SwarmTime and Control only.
func lab(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Harness/\(name)", swiftSettings: house)
}

/// Tests run once: optimising them costs more than it gains, unless they work on many bytes, or others wait for them.
func tests(_ name: String, optimised: Bool = false, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)",
    swiftSettings: house + (optimised ? [] : [.unsafeFlags(["-Onone"])]))
}

let package = Package(
  name: "swarmlab",
  products: [
    .executable(name: "swarmlab", targets: ["swarmlab"]),
    .executable(name: "swarm-peer", targets: ["swarm-peer"]),
    .executable(name: "swarm-tracker", targets: ["swarm-tracker"]),
    .executable(name: "swarm-http", targets: ["swarm-http"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Sources: the swarm
    swarm("Wire", [crypto]),
    swarm("SwarmTime"),
    swarm("Control", ["SwarmTime"]),
    swarm("Choking", ["SwarmTime"]),
    swarm("PeerCore", ["Choking", "SwarmTime", "Wire"]),
    swarm("Misbehaviour", ["Choking", "PeerCore", "SwarmTime", "Wire"]),
    swarm(
      "PeerNode",
      ["Choking", "Control", "Misbehaviour", "PeerCore", "SwarmTime", "Wire", nioCore, nioPosix, nioHTTP1, crypto]),
    swarm("HTTPNode", ["Control", "PeerCore", "PeerNode", "SwarmTime", nioCore, nioPosix, nioHTTP1]),
    swarm("TrackerNode", ["Control", "SwarmTime", "Wire", nioCore, nioPosix, nioHTTP1, crypto]),
    .executableTarget(
      name: "swarm-peer",
      dependencies: ["PeerNode", "Misbehaviour", "Choking", "PeerCore", "SwarmTime", "Wire", arguments],
      path: "Sources/swarm-peer", swiftSettings: house),
    .executableTarget(
      name: "swarm-tracker", dependencies: ["TrackerNode", "SwarmTime", arguments],
      path: "Sources/swarm-tracker", swiftSettings: house),
    .executableTarget(
      name: "swarm-http", dependencies: ["Control", "HTTPNode", "PeerCore", "PeerNode", "SwarmTime", arguments],
      path: "Sources/swarm-http", swiftSettings: house),

    // Harness: the lab
    lab("TopologyFile", ["SwarmTime", yams]),
    lab("Planning", ["SwarmTime", "TopologyFile", "Wire", yams]),
    lab("Recording", ["SwarmTime"]),
    .systemLibrary(
      name: "CLibpcap", path: "Harness/CLibpcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CNamespaces", path: "Harness/CNamespaces"),
    lab("PacketCapture", ["CLibpcap"]),
    lab("Dissection", ["PacketCapture", "SwarmTime", "Wire", crypto]),
    lab(
      "Lab",
      [
        "CNamespaces", "Control", "Dissection", "PacketCapture", "Planning", "Recording", "SwarmTime", "TopologyFile",
        "Wire", subprocess, systemPackage, crypto,
      ]),
    lab("Judging", ["Dissection", "Planning", "Recording", "SwarmTime", "TopologyFile", "Wire"]),
    lab("Replaying", ["Dissection", "Judging", "SwarmTime", "TopologyFile", "Wire"]),
    lab("Reporting", ["Dissection", "Judging", "Planning", "Recording", "SwarmTime", "TopologyFile"]),
    lab("Comparing", ["Judging", "Planning", "Reporting", "SwarmTime", "TopologyFile"]),
    .executableTarget(
      name: "swarmlab",
      dependencies: [
        "Comparing", "Dissection", "Judging", "Lab", "PacketCapture", "Planning", "Recording", "Replaying", "Reporting",
        "SwarmTime", "TopologyFile", "Wire",
        arguments, subprocess, systemPackage,
      ],
      path: "Harness/swarmlab", swiftSettings: house),

    // Tests mirror both wings
    .target(
      name: "Oracle", dependencies: ["PeerCore", "SwarmTime", "Wire"], path: "Tests/Oracle", swiftSettings: house),
    // Runs put together by hand or played on ideal links, as the lab would have recorded them.
    .target(
      name: "Staging",
      dependencies: [
        "Choking", "Dissection", "Judging", "Misbehaviour", "Oracle", "PacketCapture", "PeerCore", "Planning",
        "Recording", "SwarmTime", "Wire",
      ], path: "Tests/Staging", swiftSettings: house),
    // Real processes of our peer, and strangers that mean it no good.
    .target(name: "Hostility", dependencies: ["SwarmTime", "Wire"], path: "Tests/Hostility", swiftSettings: house),
    // The table of what each misbehaviour must fail, and what runs it.
    .target(
      name: "ProofMatrix",
      dependencies: [
        "Comparing", "Judging", "Misbehaviour", "Planning", "Staging", "SwarmTime", "TopologyFile", subprocess,
        systemPackage,
      ], path: "Tests/ProofMatrix", swiftSettings: house),
    // Captures judged again with frames taken out.
    .target(
      name: "Thinning", dependencies: ["Dissection", "Judging", "PacketCapture", "Planning", "Recording", "SwarmTime"],
      path: "Tests/Thinning", swiftSettings: house),
    .executableTarget(
      name: "prove",
      dependencies: [
        "Comparing", "Hostility", "Judging", "Planning", "ProofMatrix", "Recording", "Reporting", "SwarmTime",
        "Thinning", arguments,
      ],
      path: "Tests/prove",
      swiftSettings: house),
    tests("ProofTests", ["Judging", "Misbehaviour", "Planning", "ProofMatrix", "TopologyFile"]),
    // Frames of conversations that were made up, as a capture would hold them.
    .target(
      name: "StagedFrames", dependencies: ["Dissection", "PacketCapture", "Wire"], path: "Tests/StagedFrames",
      swiftSettings: house),
    // Makes large captures and measures how fast they are read; for `Harness/bench dissect`.
    .executableTarget(
      name: "dissect-bench", dependencies: ["Dissection", "PacketCapture", "StagedFrames"],
      path: "Tests/dissect-bench", swiftSettings: house),
    // What takes strangers' bytes, and what must hold then; played by the tests, and by `Harness/fuzz`, which compiles it
    // anew with `Tests/fuzz` beside it.
    .target(
      name: "FuzzTargets",
      dependencies: ["Dissection", "PacketCapture", "PeerCore", "StagedFrames", "SwarmTime", "Wire"],
      path: "Tests/FuzzTargets", swiftSettings: house),
    tests("FuzzTests", optimised: true, ["FuzzTargets", "SwarmTime"]),
    tests("HostilityTests", ["Hostility", "Wire"]),
    tests("HouseTests", [subprocess]),
    tests("WireTests", optimised: true, ["Wire"]),
    tests("SwarmTimeTests", ["SwarmTime"]),
    tests("ControlTests", optimised: true, ["Control", "SwarmTime"]),
    tests("ChokingTests", ["Choking", "SwarmTime"]),
    tests("PeerCoreTests", ["Choking", "Oracle", "PeerCore", "SwarmTime", "Wire"]),
    tests("MisbehaviourTests", ["Choking", "Misbehaviour", "Oracle", "PeerCore", "SwarmTime", "TopologyFile", "Wire"]),
    tests(
      "PeerNodeTests", optimised: true,
      [
        "Choking", "Control", "Misbehaviour", "PeerCore", "PeerNode", "SwarmTime", "TrackerNode", "Wire", nioCore,
        nioPosix,
      ]),
    tests(
      "HTTPNodeTests", optimised: true,
      ["Control", "HTTPNode", "PeerCore", "PeerNode", "SwarmTime", nioCore, nioHTTP1, nioPosix]),
    tests(
      "TrackerNodeTests", optimised: true, ["Control", "SwarmTime", "TrackerNode", "Wire", nioCore, nioPosix, nioHTTP1]),
    tests("TopologyFileTests", ["Judging", "SwarmTime", "TopologyFile"]),
    tests("PlanningTests", ["Planning", "SwarmTime", "TopologyFile"]),
    tests("PacketCaptureTests", optimised: true, ["PacketCapture"]),
    tests("DissectionTests", optimised: true, ["Dissection", "PacketCapture", "StagedFrames", "Wire"]),
    tests(
      "LabTests", optimised: true,
      [
        "Control", "Hostility", "Lab", "PacketCapture", "Planning", "Recording", "SwarmTime", systemPackage, subprocess,
      ]),
    tests(
      "JudgingTests",
      [
        "Choking", "Dissection", "Judging", "PeerCore", "Planning", "Recording", "Staging", "SwarmTime", "TopologyFile",
        "Wire",
      ]),
    tests(
      "ReplayingTests",
      ["Dissection", "Judging", "PacketCapture", "Replaying", "Staging", "SwarmTime", "TopologyFile", "Wire"]),
    tests(
      "ComparingTests",
      [
        "Comparing", "Judging", "Planning", "Recording", "Reporting", "Staging", "SwarmTime", "TopologyFile", "Wire",
      ]),
    tests("ReportingTests", ["Dissection", "Judging", "Planning", "Recording", "Reporting", "SwarmTime"]),
    tests(
      "SwarmTests",
      [
        "Dissection", "Hostility", "Judging", "PacketCapture", "Planning", "ProofMatrix", "Recording", "Staging",
        "SwarmTime", "Thinning", "TopologyFile", "Wire", subprocess, systemPackage,
      ]),
  ]
)
