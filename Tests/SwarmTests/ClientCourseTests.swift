import Foundation
import Subprocess
import Testing

/// What a client's author is told: `clients check` and `try`. The client is our own peer, started by a command line.
@Suite(.serialized) struct ClientCourseTests {
  private static func peer(listen: String = "{address}") throws -> [String] {
    [
      "\(try Swarmlab.folder)/swarm-peer", "--torrent", "{torrent}", "--data", "{data}", "--listen", "\(listen):{port}",
      "--tracker", "{tracker}",
    ]
  }

  private static func file(_ command: [String], more: String = "whenSeed: [--assume-complete]") -> String {
    let words = command.map { "'\($0)'" }.joined(separator: ", ")
    return """
      name: mine
      summary: A client for a test.
      version: {command: [/bin/sh, -c, "echo mine 1.0"], pattern: 'mine (.*)'}
      peerIDPrefixes: [-SL]
      command: [\(words)]
      \(more)
      """
  }

  private func check(_ text: String) async throws -> Swarmlab.Said {
    let scratch = try Scratch()
    return try await Swarmlab.run("clients", "check", try scratch.write(text, as: "mine.client.yaml"))
  }

  @Test("A client that does all that a peer must passes its course, item by item")
  func passes() async throws {
    let said = try await check(Self.file(try Self.peer()))
    #expect(said.code == 0, "\(said.all)")
    for item in [
      "starts, and runs until it is told to stop", "listens on 127.64.1.1:7000, ", "announces itself to the tracker",
      "connects from its own address", "bears a peer id with one of its prefixes", "downloads the payload",
      "seeds to a leecher", "stops at SIGTERM",
    ] {
      #expect(said.lines.contains { $0.hasPrefix("  ok    \(item)") }, "\(item)\n\(said.all)")
    }
    #expect(said.lines.first?.hasPrefix("mine 1.0  ") == true)
  }

  @Test("A client that cannot bind its connections passes as well, in a namespace of its own")
  func unbound() async throws {
    let more = "whenSeed: [--assume-complete]\noutgoing: unbound"
    let said = try await check(Self.file(try Self.peer(listen: "0.0.0.0"), more: more))
    #expect(said.code == 0, "\(said.all)")
    #expect(said.lines.contains { $0.hasPrefix("  ok    listens on 10.64.1.1:7000, ") })
  }

  @Test("A client that ends at once is told with what, and its last words")
  func dies() async throws {
    let said = try await check(Self.file(["/bin/sh", "-c", "echo no such option >&2; exit 3 # {torrent}"]))
    #expect(said.code == 1)
    #expect(said.output.contains("FAIL  starts, and runs until it is told to stop: it ended with exit status 3"))
    #expect(said.output.contains("| no such option"), "\(said.all)")
  }

  @Test("A client that never listens is told so after its time, not at the end of the run")
  func silent() async throws {
    let said = try await check(
      Self.file(["/bin/sh", "-c", "echo waiting; exec sleep 1000 # {torrent}"], more: "ready: {within: 1 s}"))
    #expect(said.code == 1)
    #expect(said.output.contains("FAIL  listens on 127.64.1.1:7000: not within 1.0 s of its start"), "\(said.all)")
    #expect(said.output.contains("| waiting"))
  }

  @Test("A file that is wrong, or of nobody, is said before anything starts")
  func invalid() async throws {
    let said = try await check("name: mine\n")
    #expect(said.code == 64 && said.error.contains("mine.client.yaml:1:1: error: command is missing"))
    let unknown = try await Swarmlab.run("clients", "check", "native1")
    #expect(unknown.code == 64 && unknown.error.contains("there is no client named native1"))
    let scratch = try Scratch()
    let folder = scratch.path + "/folder.client.yaml"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (path, reason) in [(folder, "Is a directory"), (scratch.path + "/none.client.yaml", "No such file")] {
      let said = try await Swarmlab.run("clients", "check", path)
      #expect(said.code == 64 && said.error.contains("cannot read the file: \(path): \(reason)"), "\(said.all)")
    }
  }

  @Test("What is made for a while lies where TMPDIR says, and is gone afterwards")
  func temporary() async throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/temporary"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // What does not tell its version is not started.
    let text = """
      name: mine
      summary: A client for a test.
      version: {command: [/bin/sh, -c, 'echo at home in "$HOME"; exit 1'], pattern: 'mine (.*)'}
      command: [/bin/sh, "{torrent}"]
      """
    let file = try scratch.write(text, as: "mine.client.yaml")
    let said = try await Swarmlab.run(["clients", "check", file], environment: ["TMPDIR": folder])
    #expect(said.code == 64 && said.error.contains("at home in \(folder)/swarmlab-"), "\(said.all)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("A command line is tried in a small swarm, which can be printed, to keep")
  func tried() async throws {
    let scratch = try Scratch()
    let said = try await Swarmlab.run(["try", "--size", "1 MiB", "--output", scratch.runs, "--"] + (try Self.peer()))
    #expect(said.code == 0, "\(said.all)")
    #expect(said.lines.contains { $0.contains("completion") } && said.lines.contains { $0.contains("integrity") })
    let printed = try await Swarmlab.run("try", "--print", "--", "./mine", "{torrent}")
    let file = try scratch.write(printed.output, as: "mine.swarm.yaml")
    #expect(try await Swarmlab.run("validate", file).code == 0)
    let wrong = try await Swarmlab.run("try", "--", "./mine", "{torent}")
    #expect(wrong.code == 64 && wrong.error.contains("unknown placeholder {torent}; did you mean \"{torrent}\"?"))
  }
}
