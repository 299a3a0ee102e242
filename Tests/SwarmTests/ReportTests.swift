import Foundation
import Testing

/// Runs that are rendered again.
@Suite struct ReportTests {
  private static func copy(_ capture: String, to folder: String) throws -> String {
    try FileManager.default.copyItem(atPath: Swarmlab.root + "/Captures/" + capture, toPath: folder)
    return folder
  }

  @Test func `A run that cannot be rendered keeps none of the others from it`() async throws {
    let scratch = try Scratch()
    let run = try Self.copy("normal-swarm", to: scratch.path + "/whole")
    let said = try await Swarmlab.run("report", scratch.path + "/none", run)
    #expect(said.code == 64 && said.error.contains("/none: is no run folder"), "\(said.all)")
    #expect(said.lines.last == run + "/report.html", "\(said.all)")
    #expect(try contents(run + "/report.html").contains("</html>"))
  }

  @Test func `What the run was told of undecided checks holds for its junit.xml again`() async throws {
    let scratch = try Scratch()
    let run = try Self.copy("lossy", to: scratch.path + "/run")
    let plan = try contents(run + "/plan.yaml").replacing("- rate-limit\n- upload-slots\n", with: "")
    try plan.write(toFile: run + "/plan.yaml", atomically: false, encoding: .utf8)
    var junit: [String: String] = [:]
    for rule in ["ok", "fail"] {
      let text = #"{"undecided": "\#(rule)", "sandbox": "none", "wall": {"seconds": 1}, "fidelity": {}}"#
      try text.write(toFile: run + "/run.json", atomically: false, encoding: .utf8)
      let said = try await Swarmlab.run("report", run)
      #expect(said.code == 0, "\(said.all)")
      junit[rule] = try contents(run + "/junit.xml")
    }
    let failure = /classname="[^"]*\.upload-slots"[^>]*>\s*<failure type="undecided"/
    #expect(junit["fail"]?.contains(failure) == true)
    #expect(junit["ok"]?.contains(failure) == false)
  }

  @Test func `A time in run.json that no run has is refused, not tried`() async throws {
    let scratch = try Scratch()
    let run = try Self.copy("normal-swarm", to: scratch.path + "/run")
    for seconds in ["1e300", "-1"] {
      let text = #"{"sandbox": "none", "wall": {"seconds": \#(seconds)}, "fidelity": {}}"#
      try text.write(toFile: run + "/run.json", atomically: false, encoding: .utf8)
      let said = try await Swarmlab.run("report", run)
      #expect(said.code == 64, "\(said.status): \(said.all)")
      #expect(said.error.hasPrefix("swarmlab: \(run)/run.json: wall.seconds is "), "\(said.all)")
    }
  }

  @Test func `A run that was cut short is marked so, whatever way leads to its folder`() async throws {
    let scratch = try Scratch()
    let run = try Self.copy("normal-swarm", to: scratch.path + "/cut.partial")
    let said = try await Swarmlab.run("report", run + "/.")
    #expect(said.code == 0, "\(said.all)")
    #expect(try contents(run + "/report.html").contains(">interrupted</span>"))
  }
}
