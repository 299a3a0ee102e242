import ArgumentParser
import Foundation
import Judging
import Planning
import ProofMatrix
import Reporting
import SwarmTime

struct PicturesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pictures",
    abstract: "Draws, for every check, a timeline that passes it and one that fails it, for the documentation.",
    discussion: """
      Both come from the scene of the check's row in the proof matrix, played on ideal links: the same inputs give the
      same pictures, byte for byte.
      """)

  @Option(help: ArgumentHelp("Folder that gets CHECK-pass.svg and CHECK-fail.svg.", valueName: "folder"))
  var output = "Harness/swarmlab/swarmlab.docc"
  @Option(help: ArgumentHelp("Only checks that have this in their name.", valueName: "text"))
  var only: [String] = []
  @Option(help: ArgumentHelp("Partners that a timeline shows.", valueName: "n"))
  var partners = 10

  func run() async throws {
    for picture in CheckPicture.all where only.isEmpty || only.contains(where: { picture.check.contains($0) }) {
      guard let failing = picture.failing(randomSeed: 1), let honest = picture.honest(randomSeed: 1) else {
        throw ValidationError("\(picture.check): there is no scene \(picture.row.scene)")
      }
      guard let shown = try draw(picture, failing, to: "\(picture.check)-fail", within: nil) else { continue }
      _ = try draw(picture, honest, to: "\(picture.check)-pass", within: shown)
    }
  }

  /// - Parameter stretch: what to show; nil for the surroundings of the first moment of evidence.
  /// - Returns: the stretch that was drawn; nil where nothing fails that should.
  private func draw(
    _ picture: CheckPicture, _ trial: Trial, to name: String, within stretch: Range<SwarmInstant>?
  ) throws -> Range<SwarmInstant>? {
    let judgement = try trial.judgement()
    let plan = judgement.scene.plan
    let failed = judgement.verdicts.first { $0.check == picture.check && $0.status == .fail }
    if stretch == nil && failed == nil {
      let said = judgement.verdicts.first { $0.check == picture.check }
      print("\(trial.name): \(picture.check) does not fail: \(said?.reason ?? said?.observed ?? "it is not made")")
      return nil
    }
    let names = Set(plan.peers.map(\.name))
    let offender = plan.peers.first { $0.client.misbehaviour != nil }?.name
    let honest = plan.peers.first { $0.group == picture.group }?.name
    let peer = failed?.subjects.first { names.contains($0) } ?? offender ?? honest ?? plan.peers.first?.name ?? ""
    let whole = SwarmInstant.zero..<judgement.scene.end
    let shown = stretch ?? surroundings(of: failed?.evidence.first?.t, picture.plot, whole: whole)
    guard
      var drawing = Drawing(
        judgement, picture: RunPicture(judgement), peer: peer, from: shown.lowerBound, to: shown.upperBound),
      let kind = Drawing.Kind(rawValue: picture.plot.rawValue)
    else { throw ValidationError("\(trial.name): there is nothing of \(peer) to draw") }
    drawing.mostPartners = partners
    drawing.only = picture.check
    let path = "\(output)/\(name).svg"
    try drawing.svg(kind).write(toFile: path, atomically: true, encoding: .utf8)
    print("\(path): \(peer), \(trial.name)")
    return shown
  }

  /// Six rounds for who unchokes whom, and the whole run for what is of the whole run.
  private func surroundings(
    of moment: SwarmInstant?, _ plot: CheckPicture.Plot, whole: Range<SwarmInstant>
  ) -> Range<SwarmInstant> {
    guard plot == .chokes, let moment else { return whole }
    let length = min(SwarmDuration.seconds(90), whole.upperBound - whole.lowerBound)
    let start = min(max(whole.lowerBound, moment - .seconds(30)), whole.upperBound - length)
    return start..<start + length
  }
}
