import Foundation
import Testing

/// Clients of others take part by their client files alone. The stranger here is our own peer as anybody would start it:
/// by a command line, without a control channel.
@Suite(.serialized) struct ForeignClientTests {
  /// - Parameter listen: An address, or 0.0.0.0, which leaves its outgoing connections unbound.
  private static func clientFile(listen: String = "{address}", more: String = "") throws -> String {
    """
    name: stranger
    summary: Our own peer, as a program of others.
    program: \(try Swarmlab.folder)/swarm-peer
    version: {command: [/bin/sh, -c, "echo stranger 1.2.3"], pattern: 'stranger ([0-9.]+)'}
    install: {text: build it}
    files:
      notes/{name}.txt: "{role} of {payloadName}, slots {option.slots}, {{braces}}"
      the.torrent: {copy: "{torrent}"}
    command: [\(try Swarmlab.folder)/swarm-peer, --torrent, "{home}/the.torrent", --data, "{data}", --listen, "\(listen):{port}",
      --tracker, "{tracker}", --slots, "{option.slots}"]
    whenSeed: [--assume-complete]
    whenUploadLimited: [--upload, "{upload}"]
    whenDownloadLimited: [--download, "{download}"]
    options:
      slots: {default: 4, least: 1, most: 100, meaning: Regular slots.}
    \(more)
    """
  }

  private func swarm(_ groups: [String], more: String = "") -> String {
    """
    name: strangers
    description: A swarm for a test.
    payload: {size: 1 MiB, pieceLength: 32 KiB}
    \(more)
    peers:
    \(groups.map { "  " + $0 }.joined(separator: "\n"))
    until: {complete: all, within: 40 s}
    checks: [completion, integrity, rate-limit]
    mustDecide: [completion, integrity]

    """
  }

  @Test("A client is chosen by its file, as seed and as leecher, with options and limits; a run's folder tells all")
  func byFile() async throws {
    let scratch = try Scratch()
    _ = try scratch.write(try Self.clientFile(), as: "stranger.client.yaml")
    let file = try scratch.write(
      swarm([
        "seed: {role: seed, client: ./stranger.client.yaml, upload: 400 KiB/s, limit: both}",
        "mine: {client: {name: ./stranger.client.yaml, options: {slots: 7}}, download: 1 MiB/s, onComplete: leave}",
        "native: {upload: 1 MiB/s}",
      ]), as: "strangers.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(try scratch.folders(of: "strangers").first)
    #expect(try contents(folder + "/run.json").contains(#""stranger": "1.2.3""#))
    let notes = try contents(folder + "/peers/mine/home/notes/mine.txt")
    #expect(notes == "leecher of payload.bin, slots 7, {braces}")
    let plan = try contents(folder + "/plan.yaml")
    #expect(plan.contains("name: stranger") && plan.contains("limitedBy: both"))
    // The seed is told its limit, the leecher is not.
    #expect(plan.components(separatedBy: "--upload").count == 2 && !plan.contains("--download"))
    // A replay needs the folder alone.
    try FileManager.default.removeItem(atPath: scratch.path + "/stranger.client.yaml")
    let replayed = try await Swarmlab.run("replay", folder + "/capture.pcap", "--output", scratch.path + "/again")
    #expect(replayed.code == 0, "\(replayed.all)")
    #expect(try contents(scratch.path + "/again/verdicts.json") == contents(folder + "/verdicts.json"))
  }

  @Test("On private addresses everybody lives in 10.0.0.0/8, the tracker too")
  func privateAddresses() async throws {
    let scratch = try Scratch()
    _ = try scratch.write(try Self.clientFile(more: "addresses: private"), as: "stranger.client.yaml")
    let file = try scratch.write(
      swarm(["seed: {role: seed}", "mine: {client: ./stranger.client.yaml}"]), as: "strangers.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(try scratch.folders(of: "strangers").first)
    let plan = try contents(folder + "/plan.yaml")
    #expect(plan.contains("address: 10.63.0.1") && plan.contains("address: 10.64.1.1") && !plan.contains("127."))
  }

  @Test("A client that cannot bind its connections gets a namespace of its own, and keeps its address and its limits")
  func unbound() async throws {
    let scratch = try Scratch()
    _ = try scratch.write(
      try Self.clientFile(listen: "0.0.0.0", more: "outgoing: unbound"), as: "stranger.client.yaml")
    let file = try scratch.write(
      swarm(
        [
          "seed: {role: seed, client: ./stranger.client.yaml, upload: 300 KiB/s, uploadBurst: 64 KiB}",
          "mine: {client: ./stranger.client.yaml, download: 250 KiB/s, downloadBurst: 64 KiB}",
          "native: {}",
        ]), as: "strangers.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 0, "\(said.all)")
    let folder = try #require(try scratch.folders(of: "strangers").first)
    let replayed = try await Swarmlab.run("replay", folder + "/capture.pcap")
    // Three peers with a conversation each, all by their own addresses: nobody calls from elsewhere.
    #expect(replayed.output.contains("peer wire among 3 peers"), "\(replayed.all)")
    // 1 MiB at 250 KiB/s takes 4 s but for the burst: the kernel's limits were in force.
    let metrics = try contents(folder + "/metrics.json")
    #expect(metrics.contains("makespan"))
  }

  @Test("A client that is not here is refused before anything starts, with the way to get it")
  func absent() async throws {
    let scratch = try Scratch()
    _ = try scratch.write(
      """
      name: absent
      summary: Nobody has it.
      install: {debian: absent-bt}
      version: {command: [absent-bt, --version], pattern: x}
      command: [absent-bt, "{torrent}"]
      """, as: "absent.client.yaml")
    let file = try scratch.write(
      swarm(["seed: {role: seed}", "mine: {client: ./absent.client.yaml}"]), as: "strangers.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 64)
    #expect(
      said.error.hasPrefix(
        "\(file):7:18: error: peers.mine.client: absent-bt cannot be executed; expected such a program in PATH: "
          + "apt install absent-bt"), "\(said.all)")
  }

  @Test("A client that cannot tell its version counts as absent: what it needs is perhaps not there")
  func broken() async throws {
    let scratch = try Scratch()
    _ = try scratch.write(
      """
      name: broken
      summary: It lacks something.
      install: {text: mend it}
      version: {command: [/bin/sh, -c, "echo no module named bt >&2; exit 1"], pattern: x}
      command: [/bin/sh, -c, "{torrent}"]
      """, as: "broken.client.yaml")
    let file = try scratch.write(
      swarm(["seed: {role: seed}", "mine: {client: ./broken.client.yaml}"]), as: "strangers.swarm.yaml")
    let said = try await Swarmlab.run("run", file, "--output", scratch.runs)
    #expect(said.code == 64)
    #expect(said.error.contains("broken cannot be executed: /bin/sh does not tell its version: no module named bt"))
    #expect(said.error.contains("expected it to be installed: mend it"))
  }

  @Test("The clients that ship are listed and shown; one that does not is named with what was perhaps meant")
  func listed() async throws {
    let listed = try await Swarmlab.run("clients")
    #expect(listed.output.hasPrefix("native") && listed.output.contains("where a swarm can run"))
    let shown = try await Swarmlab.run("clients", "show", "nativ")
    #expect(shown.code == 64 && shown.error.contains("there is no client named nativ"))
  }
}
