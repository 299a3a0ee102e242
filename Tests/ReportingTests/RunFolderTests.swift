import Foundation
import Reporting
import Testing

@Suite struct RunFolderTests {
  /// A folder of its own, taken away at the end.
  private func withOutput(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "swarmlab-folders-\(UUID().uuidString)"
    defer { try? Files.remove(path) }
    try body(path + "/runs")
  }

  private func make(_ output: String, seed: UInt64 = 7) throws -> RunFolder {
    // 2026-01-02T03:04:05Z
    try RunFolder.create(in: output, name: "first-swarm", randomSeed: seed, secondsSince1970: 1_767_323_045)
  }

  private func latest(_ output: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: output + "/latest")
  }

  @Test func `A folder is named by time and seed, and runs until it is complete`() throws {
    try withOutput { output in
      var folder = try make(output)
      #expect(folder.path == output + "/first-swarm/20260102T030405Z-7.running")
      #expect(Files.exists(folder.path))
      #expect(latest(output) == nil)
      try folder.complete()
      try folder.pointLatest()
      #expect(folder.path == output + "/first-swarm/20260102T030405Z-7")
      #expect(latest(output) == "first-swarm/20260102T030405Z-7")
    }
  }

  @Test func `An interrupted run is partial, and latest stays at the last complete one`() throws {
    try withOutput { output in
      var first = try make(output, seed: 1)
      try first.complete()
      try first.pointLatest()
      var second = try make(output, seed: 2)
      try second.interrupt()
      #expect(second.path.hasSuffix("-2.partial"))
      #expect(latest(output) == "first-swarm/20260102T030405Z-1")
    }
  }

  @Test func `Runs of the same second and seed get folders of their own`() throws {
    try withOutput { output in
      var folders = try (0..<3).map { _ in try make(output) }
      for index in folders.indices { try folders[index].complete() }
      folders.append(try make(output))
      #expect(Set(folders.map(\.path)).count == 4)
      #expect(folders.allSatisfy { Files.exists($0.path) })
    }
  }

  @Test func `Folders made of one name at once are each one's own`() async throws {
    let path = NSTemporaryDirectory() + "swarmlab-folders-\(UUID().uuidString)"
    defer { try? Files.remove(path) }
    let wanted = path + "/runs/compare-20260102T030405Z"
    let made = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<4 { group.addTask { try Files.makeFolderOfItsOwn(wanted) } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(made == Set(["", "-2", "-3", "-4"].map { wanted + $0 }))
    #expect(made.allSatisfy(Files.exists))
    try Files.write("", to: path + "/file")
    #expect(throws: FileFault.self) { try Files.makeFolderOfItsOwn(path + "/file/compare") }
  }

  @Test func `What stands where the link belongs stays, and the run is kept`() throws {
    try withOutput { output in
      for stands in ["a folder", "a file"] {
        try Files.remove(output + "/latest")
        if stands == "a folder" { try Files.makeFolders(output + "/latest/inside") }
        if stands == "a file" { try Files.write("mine", to: output + "/latest") }
        var folder = try make(output)
        try folder.complete()
        let fault = #expect(throws: FileFault.self) { try folder.pointLatest() }
        #expect(fault?.what == "cannot point at the latest run: \(stands) stands where its link belongs")
        #expect(fault?.mend == "move that \(stands.dropFirst(2)) away; the run itself lies in \(folder.path)")
        #expect(Files.exists(folder.path) && folder.stage == .complete)
        #expect(Files.exists(output + "/latest"))
      }
    }
  }

  @Test func `Who reads is told other mends than who writes`() {
    let reading = FileFault("cannot read the file", "x", EACCES, purpose: .reading)
    #expect(reading.mend.contains("let it be read") && !reading.mend.contains("--output"))
    #expect(FileFault("cannot write the file", "x", EACCES).mend.contains("--output"))
    let fault = #expect(throws: FileFault.self) { _ = try Files.bytes(of: "/") }
    #expect(fault?.mend == "give a file, not a folder")
  }

  @Test func `A file is replaced whole, and what cannot be replaced leaves nothing beside it`() throws {
    try withOutput { output in
      try Files.makeFolders(output + "/folder.html/inside")
      let page = output + "/report.html"
      try Files.replace(page, with: "old")
      let reader = try #require(FileHandle(forReadingAtPath: page))
      try Files.replace(page, with: "new")
      #expect(try Files.read(page) == "new")
      #expect(try reader.readToEnd() == Data("old".utf8), "it was written over in place")
      let fault = #expect(throws: FileFault.self) { try Files.replace(output + "/folder.html", with: "new") }
      #expect(fault?.path == output + "/folder.html")
      #expect(try Files.names(in: output) == ["folder.html", "report.html"])
    }
  }

  @Test func `A run that came to nothing leaves nothing`() throws {
    try withOutput { output in
      let folder = try make(output)
      try Files.makeFolders(folder.file("peers/seed"))
      try Files.write("x", to: folder.file("peers/seed/stdout.log"))
      try folder.remove()
      #expect(!Files.exists(output + "/first-swarm"))
    }
  }

  @Test func `A place that cannot be written is told with the mend`() throws {
    try withOutput { output in
      try Files.makeFolders(output)
      try Files.write("a file", to: output + "/first-swarm")
      let fault = #expect(throws: FileFault.self) { _ = try make(output) }
      #expect(fault?.path.hasPrefix(output) == true)
      #expect(fault?.mend.isEmpty == false)
    }
  }
}
