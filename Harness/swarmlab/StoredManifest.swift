import FoundationEssentials
import Reporting
import SwarmTime

/// What a report shows of a stored run's `run.json`, so that one rendered again says what the first said.
struct StoredManifest: Decodable {
  struct Wall: Decodable { var seconds: Double }
  struct Fidelity: Decodable {
    var capturedFrames: Int64?
    var droppedFrames: Int64?
  }

  /// `--undecided`, as the run was told; older versions did not write it down.
  var undecided: String?
  var sandbox: String
  var wall: Wall
  var fidelity: Fidelity

  /// Nil where there is none, or another version wrote it: it is not needed. Throws `Failure` for times that no run has.
  init?(in folder: String) throws {
    let path = folder + "/run.json"
    guard Files.exists(path), let bytes = try? Files.bytes(of: path),
      let stored = try? JSONDecoder().decode(Self.self, from: Data(bytes))
    else { return nil }
    guard Self.possible.contains(stored.wall.seconds) else {
      throw Failure(
        state: .usage, what: "wall.seconds is \(stored.wall.seconds)", place: path,
        expected: "what the run took of real time, from 0 to \(Int(Self.possible.upperBound)) seconds",
        mend: "correct it, or move the file away: the report can be made without it")
    }
    self = stored
  }

  /// Seconds of real time; three years are more than any run takes, and nanoseconds hold them.
  private static let possible = 0.0...1e8

  var undecidedFails: Bool { undecided == RunCommand.UndecidedRule.fail.rawValue }

  var milliseconds: Int64 { Int64((wall.seconds * 1000).rounded()) }

  var facts: [ReportPage.Fact] {
    var facts: [ReportPage.Fact] = [
      .init("wall time", Quantity.duration(.seconds(wall.seconds))), .init("sandbox", sandbox),
    ]
    if let frames = fidelity.capturedFrames {
      facts.append(.init("frames", "\(frames) (\(fidelity.droppedFrames ?? 0) dropped)"))
    }
    return facts
  }
}
