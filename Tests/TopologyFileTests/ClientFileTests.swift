import Foundation
import Judging
import SwarmTime
import Testing
import TopologyFile

@Suite("Client files")
struct ClientFileTests {
  private func sample() throws -> ForeignClient {
    let read = try #require(SampleClient.read(SampleClient.text))
    #expect(read.diagnostics.map(\.description) == [])
    return try #require(read.client)
  }

  @Test("A client file is read whole; what lies beside it is found")
  func whole() throws {
    let client = try sample()
    #expect(client.name == "sample" && client.program == "/clients/sample.py")
    #expect(client.install.advice == "apt install sample-bt, or from its author")
    #expect(client.version?.command == ["/clients/sample.py", "--version"])
    #expect(client.command == ["/clients/sample.py", "--mode={option.mode}", "/clients/x", "{torrent}"])
    #expect(client.files.map(\.path) == ["conf/{name}.conf", "copy.torrent"])
    #expect(client.files.last?.content == .copy("{torrent}"))
    #expect(client.ready == .init(output: "^ready", within: .seconds(20)))
    #expect(client.stop == .init(signal: .interrupt, within: .seconds(5)))
    #expect(client.keeps == [.upload] && client.isBound && client.usesPrivateAddresses)
    #expect(client.options.map(\.values) == [.whole(1...100), .words(["fast", "slow"]), .any])
    #expect(client.profile?.text == "period: 10 s\n")
    #expect(client.trackers == [.http, .udp] && client.whenUDPTracker == ["--udp"])
    #expect(client.knownDeviations == [.init(check: "upload-slots", reason: "It unchokes more.", source: "measured")])
  }

  @Test("A program is looked up in PATH by its name, and a relative path to it begins in the client file's folder")
  func programs() throws {
    for (path, expected) in [
      ("sample", "sample"), ("./sample", "/clients/sample"), ("../build/sample", "/clients/../build/sample"),
      ("bin/sample", "/clients/bin/sample"), ("/bin/sample", "/bin/sample"), ("{here}/sample", "/clients/sample"),
    ] {
      let text = SampleClient.text.replacing("./sample.py", with: "\"\(path)\"")
      let client = try #require(SampleClient.read(text)?.client)
      #expect(client.program == expected && client.command[0] == expected)
      #expect(client.version?.command[0] == expected)
    }
  }

  @Test("In a topology's own client {here} is the topology's folder, from where its user stands")
  func here() throws {
    let text = Sample.with("  leecher: {client: {command: [\"{here}/mine\", \"{here}/x\", \"{torrent}\"]}}")
    for (file, folder) in [("t.swarm.yaml", "."), ("a/b/t.swarm.yaml", "a/b"), ("/a/t.swarm.yaml", "/a")] {
      let read = TopologyReader.read(text: text, file: file, checks: TestChecks.all, clients: SampleClient.shelf)
      let client = try #require(read.topology?.groups[1].client.foreign?.client)
      #expect(client.command == ["\(folder)/mine", "\(folder)/x", "{torrent}"])
    }
  }

  @Test("A relative path of a file to copy begins in the client file's folder")
  func copied() throws {
    for (path, expected) in [
      ("./a.json", "/clients/a.json"), ("a.json", "/clients/a.json"), ("../b/a.json", "/clients/../b/a.json"),
      ("/a.json", "/a.json"), ("{home}/a.json", "{home}/a.json"), ("{here}/a.json", "/clients/a.json"),
    ] {
      let text = SampleClient.text.replacing("{copy: \"{torrent}\"}", with: "{copy: \"\(path)\"}")
      let client = try #require(SampleClient.read(text)?.client)
      #expect(client.files.last?.content == .copy(expected))
    }
  }

  @Test("A topology chooses a client by name, with options, which reach command and files")
  func chosen() throws {
    let text = Sample.with("  leecher: {client: {name: sample, options: {mode: slow, extra: a b}}}")
    let topology = try #require(Sample.read(text).topology)
    #expect(topology.usesPrivateAddresses)
    let chosen = try #require(topology.groups[1].client.foreign)
    let words = ["/clients/sample.py", "--mode=slow", "/clients/x", "{torrent}", "--seed", "--up={uploadKiB}"]
    #expect(chosen.command(isSeed: true, keeps: [.upload], hasUDPTracker: true) == words + ["--udp", "--extra=a b"])
    #expect(chosen.command(isSeed: true, keeps: [.upload], hasUDPTracker: false) == words + ["--extra=a b"])
    #expect(chosen.files[0].content == .text("slots = 4\n{\"up\": {upload}}\n"))
    #expect(topology.groups[1].limitedBy == .kernel)
  }

  @Test("Options change the profile: what is said of one value goes before what is said of all, and a line can go")
  func profile() throws {
    func profile(_ options: String) throws -> String? {
      let text = Sample.with("  leecher: {client: {name: sample, options: {\(options)}}}")
      return try #require(Sample.read(text).topology?.groups[1].client.foreign).profile?.text
    }
    #expect(try profile("slots: 9, mode: slow") == "\nslots: 9\ntenure: 1 min\nperiod: 20 s\n")
    #expect(try profile("") == "\nslots: 4\ntenure: 1 min\n")
  }

  @Test("Addresses are the whole swarm's: a client that refuses loopback takes all with it, unless the author insists")
  func addresses() throws {
    func isPrivate(_ lines: String...) throws -> Bool {
      try #require(Sample.read(lines.reduce(Sample.text, Sample.edited)).topology).usesPrivateAddresses
    }
    #expect(try !isPrivate())
    #expect(try isPrivate("addresses: private"))
    #expect(try isPrivate("  leecher: {client: sample}"))
    #expect(try !isPrivate("  leecher: {client: sample}", "addresses: loopback"))
    #expect(try isPrivate("  leecher: {client: {command: [a, \"{torrent}\"], outgoing: unbound}}"))
  }

  @Test("A client file is found by its path, from the topology's own folder")
  func byPath() throws {
    let shelf = ClientShelf(folder: "/clients", names: []) { path in
      let texts = [
        "some/where/mine.client.yaml": SampleClient.text, "/some/where/sample.profile.yaml": "period: 10 s\n",
      ]
      return texts[path].map { .init(file: path, folder: "/some/where", bytes: Array($0.utf8)) }
    }
    let text = Sample.with("  leecher: {client: ./mine.client.yaml}")
    let read = TopologyReader.read(text: text, file: "some/where/t.swarm.yaml", checks: TestChecks.all, clients: shelf)
    #expect(read.diagnostics.map(\.description) == [])
    #expect(read.topology?.groups[1].client.foreign?.client.program == "/some/where/sample.py")
  }

  @Test("Two clients of one swarm do not share a name; one client in two groups is one")
  func sameName() throws {
    let shelf = ClientShelf(folder: "/clients", names: ["sample"]) { path in
      let text = path.hasSuffix("profile.yaml") ? "period: 10 s\n" : SampleClient.text
      let folder = path.hasPrefix("/clients/") ? "/clients" : "/elsewhere"
      return ClientShelf.Source(file: path, folder: folder, bytes: Array(text.utf8))
    }
    func messages(_ other: String) -> [String] {
      let text = Sample.with("  leecher: {client: sample}", "  other: {client: \(other)}")
      return TopologyReader.read(text: text, file: "t.swarm.yaml", checks: TestChecks.all, clients: shelf).diagnostics
        .map(\.description)
    }
    #expect(messages("sample") == [])
    #expect(
      messages("./mine.client.yaml") == [
        "t.swarm.yaml:6:19: error: peers.other.client: another client of the swarm is named \"sample\" too; expected another name in one of the two client files"
      ])
  }

  @Test("What is wrong with a client file is said at its own place, in a topology too, and once for all groups")
  func inATopology() throws {
    let shelf = SampleClient.shelf(SampleClient.with("stop: {signal: HUPP}"))
    let text = Sample.with("  leecher: {client: sample}", "  other: {client: sample}")
    let read = TopologyReader.read(text: text, file: "t.swarm.yaml", checks: TestChecks.all, clients: shelf)
    #expect(
      read.diagnostics.map(\.description) == [
        "/clients/sample.client.yaml:19:16: error: stop.signal: \"HUPP\" is not known here; expected TERM, INT, QUIT, HUP or KILL; did you mean \"HUP\"?"
      ])
  }

  @Test("All that is wrong with a client file is said at once", arguments: InvalidClientFile.all)
  func invalid(_ file: InvalidClientFile) throws {
    let read = try #require(SampleClient.read(file.text))
    #expect(read.client == nil)
    #expect(read.diagnostics.map(\.description) == file.messages.map { "/clients/sample.client.yaml:\($0)" })
  }

  @Test("The JSON Schema of client files is the one that ships, and every section is documented")
  func schema() throws {
    func schema(_ data: Data) throws -> NSDictionary {
      try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]) as NSDictionary
    }
    let shipped = try schema(try Data(contentsOf: ShippedClients.folder.appending(path: "client.schema.json")))
    #expect(shipped == (try schema(Data(ForeignClientSchema.json(checks: CheckCatalogue.specs).utf8))))
    for table in ForeignClientSchema.tables {
      #expect(table.meaning.hasSuffix("."))
      for key in table.keys { #expect(key.meaning.hasSuffix("."), "\(table.name).\(key.key)") }
    }
  }

  @Test("Every client file that ships is valid, and bears its client's name", arguments: ShippedClients.shelf.names)
  func shipped(_ name: String) throws {
    let read = try #require(
      ClientFileReader.find(name, from: "", shelf: ShippedClients.shelf, checks: CheckCatalogue.specs))
    #expect(read.diagnostics.map(\.description) == [])
    #expect(read.client?.name == name)
    #expect(read.client?.version != nil && read.client?.install.advice.isEmpty == false)
  }
}

/// The client files that ship.
enum ShippedClients {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Harness/Clients")

  static let shelf: ClientShelf = {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { $0.hasSuffix(".client.yaml") }.map { String($0.dropLast(".client.yaml".count)) }.sorted()
    return ClientShelf(folder: folder.path, names: names) { path in
      (try? Data(contentsOf: URL(filePath: path))).map {
        .init(
          file: path, folder: URL(filePath: path).deletingLastPathComponent().path, bytes: Array($0))
      }
    }
  }()
}
