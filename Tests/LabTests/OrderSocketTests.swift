import Glibc
import Lab
import Testing

@Suite("Where the lab's socket lies")
struct OrderSocketTests {
  private let long = String(repeating: "long/", count: 20)

  @Test("in the run folder; where its path is too long, in the folder of temporary files; where that is too, in /tmp")
  func places() async throws {
    try await withTemporaryFolder { folder in
      let near = try OrderSocket.place(in: folder, temporary: "/nowhere")
      #expect(near.path == "\(folder)/lab.sock" && near.folder == nil)
      for (temporary, parent) in [(folder, folder), ("\(folder)/\(long)", "/tmp")] {
        for runFolder in ["\(folder)/\(long)", nil] {
          let place = try OrderSocket.place(in: runFolder, temporary: temporary)
          let made = try #require(place.folder)
          #expect(made.hasPrefix("\(parent)/swarmlab-") && place.path == "\(made)/lab.sock")
          #expect(rmdir(made) == 0)
        }
      }
    }
  }

  @Test("a folder that cannot be made is named, with what to do about it")
  func nowhere() throws {
    let error = try #require(throws: LabError.self) {
      try OrderSocket.place(in: nil, temporary: "/nowhere/at/all")
    }
    #expect(error.place == "/nowhere/at/all" && error.fault == .environment)
    #expect(error.mend == "let TMPDIR name a folder that you may write to")
  }
}
