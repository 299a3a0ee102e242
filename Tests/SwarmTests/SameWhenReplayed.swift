import Testing

/// Judges the capture of a run again, which must come to what the run came to, byte for byte.
///
/// - Parameter code: the run's exit status, which is the replay's, too.
func expectSameWhenReplayed(_ folder: String, code: Int32, in scratch: borrowing Scratch, _ name: String) async throws {
  let replayed = scratch.path + "/replayed"
  let again = try await Swarmlab.run("replay", folder, "--output", replayed)
  #expect(again.code == code, "\(name): \(again.all)")
  for file in ["verdicts.json", "metrics.json"] {
    #expect(try contents(replayed + "/" + file) == contents(folder + "/" + file), "\(name): \(file)")
  }
}
