import Foundation
import Testing

/// `swarmlab study` before anything runs: what is wrong with studies is said, and no folder is made.
@Suite struct StudyCommandTests {
  private static func study(_ claim: String, against other: String = "completion-median") -> String {
    """
    name: made
    question: Which of both completes sooner?
    sources: [nobody]
    topology: small.swarm.yaml
    vary: {peers.seed.upload: "64 KiB/s,512 KiB/s"}
    claims:
      - says: The late are later
        setting: upload=64 KiB/s
        is: above
        otherMetric: \(other)
        metric: \(claim)
    """
  }

  @Test("A group that there is not is said with its line and the groups that there are, and nothing runs")
  func groups() async throws {
    let scratch = try Scratch()
    var swarm = SmallSwarm()
    swarm.more = ["late: {count: 2, upload: 256 KiB/s, arrive: {at: 5 s}}"]
    _ = try scratch.write(swarm.text, as: "small.swarm.yaml")
    let one = try scratch.write(Self.study("completion-median:lat"), as: "one.study.yaml")
    let other = try scratch.write(Self.study("fairness:late", against: "share-ratio"), as: "other.study.yaml")
    let said = try await Swarmlab.run("study", one, other, "--output", scratch.runs)
    #expect(said.code == 64 && said.output.isEmpty, "\(said.all)")
    for text in [
      "\(one):11:13: error: claims[0].metric: no group of leechers is called \"lat\" (with upload=64 KiB/s); "
        + "expected one of leecher, late; did you mean \"completion-median:late\"?",
      "\(other):11:13: error: claims[0].metric: fairness is of all leechers, and of no group",
    ] {
      #expect(said.error.contains(text), "\(text) in \(said.all)")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.runs))
  }

  @Test("What cannot be read is said to be no study, with what was expected and what to do")
  func unreadable() async throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/empty"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (path, what) in [
      (scratch.path + "/none.study.yaml", "cannot read the file: \(scratch.path)/none.study.yaml: "),
      (scratch.path + "/none", "cannot list the folder: \(scratch.path)/none: "),
      (folder, "\(folder): there is no study"),
    ] {
      let said = try await Swarmlab.run("study", path, "--output", scratch.runs)
      #expect(said.code == 64 && said.output.isEmpty, "\(path): \(said.all)")
      #expect(said.error.contains(what) && !said.error.contains("topology file"), "\(path): \(said.all)")
      #expect(said.error.contains("NAME.study.yaml"), "\(path): \(said.all)")
      #expect(said.error.contains("to mend it: "), "\(path): \(said.all)")
    }
  }

  @Test("A topology that is not there is said of every study that names it, at its line, with what was meant")
  func lostTopology() async throws {
    let scratch = try Scratch()
    let study = Self.study("fairness", against: "share-ratio")
    let lost = try scratch.write(study, as: "lost.study.yaml")
    let other = try scratch.write(
      study.replacing("small.swarm.yaml", with: "made/up.swarm.yaml"), as: "other.study.yaml")
    _ = try scratch.write(SmallSwarm().text, as: "smal.swarm.yaml")
    let said = try await Swarmlab.run("study", lost, other, "--output", scratch.runs)
    #expect(said.code == 64 && said.output.isEmpty, "\(said.all)")
    for text in [
      "\(lost):4:11: error: topology: cannot read the file: \(scratch.path)/small.swarm.yaml: No such file or directory, "
        + "so that the study made has nothing to run; expected a topology file (*.swarm.yaml), its path from this study's "
        + "folder; to mend it: give a path that exists; did you mean \"smal.swarm.yaml\"?",
      "\(other):4:11: error: topology: cannot read the file: \(scratch.path)/made/up.swarm.yaml: ",
    ] {
      #expect(said.error.contains(text), "\(text) in \(said.all)")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.runs))
  }
}
