import Foundation
import Subprocess
import SystemPackage
import Testing

@Suite struct CommandLineTests {
  @Test func `A valid topology is said to be valid`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let said = try await Swarmlab.run("validate", file)
    #expect(said.code == 0, "\(said.all)")
    #expect(said.output.hasPrefix("\(file): valid. 1 seed and 4 leechers, 2.0 MiB in 32 pieces"), "\(said.all)")
  }

  @Test func `A file that is not there keeps validate from none of the others`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let said = try await Swarmlab.run("validate", "/nowhere/x.swarm.yaml", file)
    #expect(said.code == 64 && said.error.contains("/nowhere/x.swarm.yaml"), "\(said.all)")
    #expect(said.output.hasPrefix("\(file): valid."), "\(said.all)")
  }

  @Test func `An invalid topology exits 64 with all errors at their places, and leaves nothing`() async throws {
    let scratch = try Scratch()
    let text = SmallSwarm().text.replacingOccurrences(of: "tracker:", with: "trakcer:")
      .replacingOccurrences(of: "512 KiB/s", with: "512")
    let file = try scratch.write(text, as: "broken.swarm.yaml")
    for command in ["validate", "explain", "run"] {
      let more = command == "run" ? ["--output", scratch.runs] : []
      let said = try await Swarmlab.run([command, file] + more)
      #expect(said.code == 64, "\(command): \(said.all)")
      #expect(said.error.contains("\(file):6:1: error: "), "\(said.all)")
      #expect(said.error.contains("tracker"), "did you mean: \(said.all)")
      #expect(said.error.contains("\(file):8:"), "\(said.all)")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.runs))
  }

  @Test func `Wrong usage and a file that is not there exit 64`() async throws {
    for arguments in [
      ["run", "/nowhere/x.swarm.yaml"], ["run"], ["fly"], ["run", "x", "--repeat", "0"], ["run", "x", "--speed", "-1"],
      ["run", "x", "--set", "speed"], ["checks", "telepathy"], ["replay", "/nowhere/capture.pcap"],
      ["report", "/nowhere"], ["account", "/nowhere/capture.pcap"], ["account", "x", "--format", "csv"],
      ["account", "x", "--of", "everything"], ["scrub", "/nowhere/capture.pcap", "/nowhere/small.pcap"],
      ["account", Swarmlab.root + "/Captures/strangers", "--torrent", "/nowhere/x.torrent"],
    ] {
      let said = try await Swarmlab.run(arguments)
      #expect(said.code == 64, "\(arguments): \(said.all)")
      #expect(said.output.isEmpty && !said.error.isEmpty, "\(arguments): \(said.all)")
    }
  }

  @Test func `The same file and random seed give the same plan, another seed another`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let plan = try await Swarmlab.run("explain", file, "--seed", "9")
    let again = try await Swarmlab.run("explain", file, "--seed", "9")
    let other = try await Swarmlab.run("explain", file, "--seed", "10")
    #expect(plan.code == 0, "\(plan.all)")
    #expect(plan.output == again.output)
    #expect(plan.output != other.output)
    let yaml = try await Swarmlab.run("explain", file, "--seed", "9", "--yaml")
    let same = try await Swarmlab.run("explain", file, "--seed", "9", "--yaml")
    #expect(yaml.output.contains("name: leecher-04"))
    #expect(yaml.output == same.output)
  }

  @Test func `--set and --speed change the plan`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let said = try await Swarmlab.run(
      "explain", file, "--speed", "4", "--set", "payload.size=4 MiB", "--set", "peers.leecher.count=6", "--yaml")
    #expect(said.code == 0, "\(said.all)")
    for text in ["speed: 4", "sizeBytes: 4194304", "name: leecher-06"] { #expect(said.output.contains(text)) }
  }

  @Test func `The schema is JSON and knows the checks`() async throws {
    let said = try await Swarmlab.run("schema")
    #expect(said.code == 0)
    _ = try JSONSerialization.jsonObject(with: Data(said.output.utf8))
    #expect(said.output.contains("rate-limit"))
    // What ships beside the topologies for editors; made again with: swarmlab schema > Topologies/swarm.schema.json
    #expect(try said.output == contents(Swarmlab.root + "/Topologies/swarm.schema.json"))
  }

  @Test func `The formats are printed as the pages that the guides have, but a study's, which has none`() async throws {
    for (options, page) in [([], "TopologyKeys"), (["--client"], "ClientKeys")] as [([String], String)] {
      let said = try await Swarmlab.run(["schema", "--markdown"] + options)
      #expect(try said.output == contents(Swarmlab.root + "/Harness/swarmlab/swarmlab.docc/\(page).md"), "\(page)")
    }
    let study = try await Swarmlab.run("schema", "--markdown", "--study")
    #expect(study.code == 64, "\(study.all)")
  }

  @Test func `Help says what an option is that is left out`() async throws {
    for (command, words) in [
      ("run", ["none if not given", "(default: runs)", "0.1 to 1000"]), ("compare", ["none if not given"]),
      ("replay", ["30 s if not given", "recorded if not given", "runs if not given"]),
      ("report", ["zero if not given", "standard output if not given"]),
    ] {
      let said = try await Swarmlab.run(command, "--help")
      // Broken into lines wherever they are full.
      let text = said.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      for word in words { #expect(text.contains(word), "\(command): \(text)") }
    }
  }

  @Test func `What a full disk did not take of the output is said, by the exit status too`() async throws {
    let program = try Swarmlab.folder + "/swarmlab"
    for command in [["schema"], ["checks"], ["clients", "show", "aria2"]] {
      let result = try await Subprocess.run(
        .path(FilePath("/bin/sh")), arguments: Arguments(["-c", "exec \"$@\" >/dev/full", "sh", program] + command),
        output: .discarded, error: .string(limit: 1 << 16))
      #expect(result.terminationStatus == .exited(75), "\(command)")
      #expect(result.standardError.contains("standard output"), "\(result.standardError)")
    }
  }

  @Test func `What a terminal would obey in a file's name is spelled out`() async throws {
    let said = try await Swarmlab.run("validate", "/nowhere/\u{1B}[2Jx.swarm.yaml")
    #expect(said.code == 64 && said.error.contains("/nowhere/\\u{1B}[2Jx.swarm.yaml"), "\(said.all)")
    #expect(!said.all.contains("\u{1B}"))
  }

  @Test func `A copy that cannot be written ends with 75, and the mend has a line of its own`() async throws {
    let scratch = try Scratch()
    let destination = scratch.path + "/none/copy.pcap"
    let said = try await Swarmlab.run("scrub", Swarmlab.root + "/Captures/utp/capture.pcap.gz", destination)
    #expect(said.code == 75, "\(said.all)")
    #expect(said.error.hasPrefix("swarmlab: \(destination): cannot be created: "), "\(said.error)")
    #expect(said.error.contains("\n  to mend it: name a folder that exists"), "\(said.error)")
  }

  @Test func `Every check is listed with what must fail it`() async throws {
    let said = try await Swarmlab.run("checks")
    #expect(said.code == 0)
    for word in [
      "completion (invariant)", "distribution-time (statistic)", "failed by: over-slots",
      "(a length of time with its unit, such as 30 s; default 40 s)",
    ] {
      #expect(said.output.contains(word), "\(said.output)")
    }
  }

  @Test func `The lecture's example takes three hours from a server and three quarters of one among peers`()
    async throws
  {
    let said = try await Swarmlab.run(
      "theory", "--size", "360 MB", "--seed-upload", "1 MB/s", "--peers", "30", "--upload", "100 kB/s", "--download",
      "1 MB/s")
    #expect(said.code == 0, "\(said.all)")
    #expect(said.output.contains("client-server") && said.output.contains("3 h 00 min"), "\(said.output)")
    #expect(said.output.contains("peer-to-peer") && said.output.contains("45 min 00 s"), "\(said.output)")
  }

  @Test func `Theory knows the steady state and the exponential phase, and draws what it says`() async throws {
    let scratch = try Scratch()
    let page = scratch.path + "/theory.html"
    let steady = try await Swarmlab.run(
      "theory", "steady-state", "--size", "12800 KiB", "--upload", "128 KiB/s", "--every", "2 s", "--seeds-stay",
      "50 s", "--html", page)
    #expect(steady.code == 0 && steady.output.contains("a leecher stays  50 s (held up by all upload together)"))
    #expect(steady.output.contains("leechers         25\n"), "\(steady.all)")
    #expect(try contents(page).contains("<svg"))
    let spread = try await Swarmlab.run(
      "theory", "exponential", "--size", "113 MB", "--rate", "200 kB/s", "--pieces", "453", "--peers", "40")
    #expect(spread.code == 0 && spread.output.contains("in all    458 rounds, 571.2 s"), "\(spread.all)")
  }

  @Test func `Theory refuses what would take longer than it can reckon with`() async throws {
    let bounds = try await Swarmlab.run(
      "theory", "--size", "1024 GiB", "--seed-upload", "1 kB/s", "--peers", "1", "--upload", "1 kB/s")
    #expect(bounds.code == 64 && bounds.error.contains("more than 292 years"), "\(bounds.all)")
    let phase = try await Swarmlab.run(
      "theory", "exponential", "--size", "1024 GiB", "--rate", "1 B/s", "--peers", "2")
    #expect(phase.code == 64 && phase.error.contains("more than 292 years"), "\(phase.all)")
  }

  @Test func `Two run folders are set side by side, and no profile beside them`() async throws {
    let (normal, rider) = (Swarmlab.root + "/Captures/normal-swarm", Swarmlab.root + "/Captures/free-rider")
    let said = try await Swarmlab.run("profile", normal, rider)
    #expect(said.code == 0, "\(said.all)")
    let files = "\(rider)/capture.pcap.gz, \(normal)/capture.pcap.gz"
    #expect(said.lines.first == "free-rider against normal-swarm: \(files)", "\(said.all)")
    #expect(said.output.contains("completion, median"), "\(said.all)")
    let refused = try await Swarmlab.run("profile", normal, rider, "--profile", "libtorrent")
    #expect(refused.code == 64 && refused.error.contains("--profile is set beside one capture"), "\(refused.all)")
  }

  @Test func `A picture may begin at 0 s, but no run may end there`() async throws {
    let capture = Swarmlab.root + "/Captures/normal-swarm"
    let usual = try await Swarmlab.run("report", capture, "--picture", "seed")
    let same = try await Swarmlab.run("report", capture, "--picture", "seed", "--from", "0 s")
    #expect(same.code == 0 && same.output.contains("<svg"), "\(same.all)")
    #expect(same.output == usual.output)
    let refused = try await Swarmlab.run("run", "x", "--timeout", "0 s")
    #expect(refused.code == 64 && refused.error.contains("out of range"), "\(refused.all)")
  }

  @Test func `On GitHub an error is annotated at its line`() async throws {
    let scratch = try Scratch()
    let text = SmallSwarm().text.replacingOccurrences(of: "tracker:", with: "trakcer:")
    let file = try scratch.write(text, as: "broken.swarm.yaml")
    let said = try await Swarmlab.run("validate", file, environment: ["GITHUB_ACTIONS": "true"])
    #expect(said.error.contains("::error file=\(file),line=6,col=1::"), "\(said.all)")
    #expect(said.output.isEmpty, "what may be a plan in a file: \(said.output)")
  }

  @Test func `A run that is started with its input and outputs closed leaves its whole folder`() async throws {
    let scratch = try Scratch()
    let file = try scratch.write(SmallSwarm().text, as: "small.swarm.yaml")
    let program = try Swarmlab.folder + "/swarmlab"
    let result = try await Subprocess.run(
      .path(FilePath("/bin/sh")),
      arguments: Arguments([
        "-c", "exec \"$@\" <&- >&- 2>&-", "sh", program, "run", file, "--output", scratch.runs,
      ]),
      output: .discarded, error: .discarded)
    // 2: a busy machine leaves checks undecided.
    #expect([.exited(0), .exited(2)].contains(result.terminationStatus), "\(result.terminationStatus)")
    let latest = scratch.runs + "/latest"
    #expect(try contents(latest + "/plan.yaml").contains("name: leecher-04"))
    #expect(FileManager.default.fileExists(atPath: latest + "/verdicts.json"))
  }
}
